"""Rules of one's own: what a rule file may say, and what it does to a judgement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dedup.analysis import analyse
from dedup.errors import UsageError
from dedup.judge import rulefile
from dedup.judge.given import look_up
from dedup.judge.markers import packaged
from dedup.settings import Settings
from dedup.types import Document

TITLE = "المجلس البلدي يقر خطة التشجير الجديدة"
BODY = (
    "أقر المجلس البلدي في جلسة الأمس خطة لتشجير الشوارع الرئيسية في المدينة خلال ثلاثة أعوام.",
    "وأضاف رئيس المجلس أن الخطة تشمل خمسة آلاف شجرة زيتون وسرو في الأحياء القديمة والجديدة.",
    "وقال سكان من الحي الشرقي إنهم ينتظرون بداية العمل في الربيع القادم بفارغ الصبر.",
)


def verdicts(lines, rules, site="alwadi.example", others=()):
    """Label and first evidence of each line of a page."""
    texts = ["\n".join(lines), *others]
    documents = [Document(f"{site}/{n}", site, f"{n}.txt", 0, text) for n, text in enumerate(texts)]
    found = analyse(documents, Settings(), rulefile.read(rules)).verdicts(0, texts[0])
    return [(each.label, each.evidence[0] if each.evidence else "") for each in found]


def labels(lines, rules, **more):
    return [label for label, _ in verdicts(lines, rules, **more)]


def template(how="text", text="صحيفة الوادي من قلب المدينة", label="legal", more=""):
    return f"[[template]]\n{how} = '{text}'\nlabel = '{label}'\n{more}\n"


def test_a_template_line_goes_under_its_class_with_the_rule_as_evidence():
    page = (TITLE, *BODY, "صَحيفة الوادي من قلب المدينه")
    assert labels(page, "")[-1] == "main"
    assert verdicts(page, template())[-1] == ("legal", "rule: template «صحيفة الوادي من قلب المدينة»")


def test_a_rule_of_a_site_holds_there_only():
    page = (TITLE, *BODY, "صحيفة الوادي من قلب المدينة")
    rule = template(more="site = 'alwadi.example'")
    assert labels(page, rule)[-1] == "legal"
    assert labels(page, rule, site="alnahr.example")[-1] == "main"


def test_a_rule_of_the_site_goes_before_one_of_all():
    page = (TITLE, *BODY, "صحيفة الوادي من قلب المدينة")
    rules = template() + template(label="subscribe", more="site = 'alwadi.example'")
    assert labels(page, rules)[-1] == "subscribe"


@pytest.mark.parametrize(
    ("line", "goes"),
    [
        ("حررت هذه الصفحة: ليلى", True),
        ("حررت هذه الصفحة", True),
        ("حررت هذه الصفحةليلى", False),
        ("وقد حررت هذه الصفحة ليلى", False),
        ("حررت هذه الصفحة " + "كلمة " * 40, False),
    ],
)
def test_opens_takes_a_line_with_a_varying_end(line, goes):
    rule = template("opens", "حررت هذه الصفحة", "byline")
    assert (labels((TITLE, *BODY, line), rule)[-1] == "byline") is goes


def test_a_pattern_is_searched_in_the_folded_line():
    rule = template("pattern", r"^page \d+ of \d+$", "navigation")
    assert labels((TITLE, "Page two of many", *BODY, "Page ١٢ of 40"), rule)[1:] == ["main"] * 4 + ["navigation"]


def test_a_pattern_that_runs_away_is_stopped_and_named(monkeypatch):
    monkeypatch.setattr("dedup.judge.given.SECONDS", 0.05)
    with pytest.raises(UsageError, match="nested repetition"):
        labels((TITLE, "a" * 40 + "b"), template("pattern", "^(a|aa)+$", "navigation"))


def test_a_heading_takes_its_list_along():
    listed = ("مهرجان الرمان يعود إلى القرية", "افتتاح مكتبة جديدة في الميناء")
    page = (TITLE, *BODY[:2], "في العدد نفسه", *listed, BODY[2])
    one = template(text="في العدد نفسه", label="related_links")
    assert labels(page, one)[3:] == ["related_links", "main", "main", "main"]
    assert labels(page, one + "heading = true")[3:] == ["related_links"] * 3 + ["main"]


def test_phrases_are_those_of_the_list_and_win_over_it():
    page = (TITLE, *BODY, "طالع كذلك: مهرجان الرمان")
    assert labels(page, "")[-1] == "main"
    assert labels(page, "[ar.read_also]\ncolon = ['طالع كذلك']")[-1] == "read_also"
    other = labels((TITLE, *BODY, "الوسوم: نهر، ملح"), "[ar.technical]\nlabel = ['الوسوم']")
    assert other[-1] == "technical"


def test_an_ignored_phrase_is_not_used():
    page = (TITLE, *BODY, "الوسوم: نهر، ملح")
    assert labels(page, "")[-1] == "keywords"
    assert labels(page, "[[ignore]]\ntext = 'الوسوم'")[-1] == "main"


KEEP = "[[keep]]\ntext = '{}'\n"


@pytest.mark.parametrize("line", ["اقرأ أيضاً:", "شارك الخبر", "جميع الحقوق محفوظة 2024"])
def test_keep_wins_over_the_judge(line):
    page = (TITLE, *BODY, line)
    assert labels(page, "")[-1] != "main"
    assert labels(page, KEEP.format(line))[-1] == "main"


def test_keep_wins_over_templates_headings_and_repetition():
    line = "حديقة المدينة"
    page = (TITLE, *BODY, line)
    others = ["\n".join((f"خبر رقم {n} من الميناء القديم", f"{n} " + BODY[n % 3], line)) for n in range(9)]
    rules = template(text=line, label="navigation")
    assert labels(page, rules, others=others)[-1] == "navigation"
    assert labels(page, "", others=others)[-1] != "main"
    assert labels(page, rules + KEEP.format(line), others=others)[-1] == "main"


def test_keep_wins_over_duplicates():
    again = "\n".join(("عنوان آخر للخبر نفسه في المدينة", BODY[0], BODY[1]))
    first = "\n".join((TITLE, *BODY))
    documents = [Document(f"{n}.txt", f"s{n}", f"{n}.txt", 0, text) for n, text in enumerate((first, again))]
    for rules, expected in (
        ("", ["title", "duplicate", "duplicate"]),
        (KEEP.format(BODY[0]), ["title", "main", "duplicate"]),
    ):
        found = analyse(documents, Settings(), rulefile.read(rules))
        assert [each.label for each in found.verdicts(1, again)][-2:] == expected[-2:]


def test_a_keep_of_another_site_says_nothing():
    page = (TITLE, *BODY, "شارك الخبر")
    assert labels(page, KEEP.format("شارك الخبر") + "site = 'alnahr.example'")[-1] == "share"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = ", "no valid TOML"),
        ("version = 2", "version 2"),
        ("[[template]]\nlabel = 'legal'", "[[template]] 1"),
        ("[[template]]\ntext = 'a'\nopens = 'a'\nlabel = 'legal'", "[[template]] 1"),
        ("[[template]]\ntext = 'a'\nlabel = 'menus'", "menus"),
        ("[[template]]\ntext = 'a'\nlabel = 'main'", "main"),
        ("[[template]]\ntext = 'a'\nlabel = 'legal'\nsite = 3", "site"),
        ("[[template]]\ntext = 'a'\nlabel = 'legal'\nheading = true", "heading"),
        ("[[template]]\npattern = '('\nlabel = 'legal'", "pattern"),
        ("[[keep]]\ntext = ' '", "[[keep]] 1"),
        ("[keep]\ntext = 'a'", "[[keep]]"),
        ("[[ignore]]\ntext = 'no such phrase'", "no such phrase"),
        ("[ar.menus]\nlabel = ['a']", "menus"),
        ("[ar.legal]\nlabels = ['a']", "labels"),
        ("[ar.legal]\nlabel = 'a'", "list of phrases"),
        ("templates = []", "templates"),
    ],
)
def test_what_is_wrong_is_named(text, says):
    with pytest.raises(UsageError, match=r"mine\.toml") as raised:
        rulefile.read(text, "mine.toml")
    assert says in str(raised.value)


def test_a_file_that_is_missing_or_binary_is_wrong_usage(tmp_path):
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    for name in ("a.toml", "b.toml"):
        with pytest.raises(UsageError, match=name):
            rulefile.load(tmp_path / name)


def test_the_packaged_list_is_itself_a_rule_file():
    from dedup.report.rules import toml

    rules = rulefile.read("\n".join(toml(packaged())))
    assert {marker.folded for marker in rules.phrases} == {marker.folded for marker in packaged()}


def test_many_rules_are_looked_up_at_once():
    documents = [Document("a", None, "a.txt", 0, "\n".join(f"سطر رقم {n} من الصفحة" for n in range(300)))]
    from dedup.corpus import scan

    rules = rulefile.read("".join(template(text=f"سطر رقم {n} من الصفحة") for n in range(0, 300, 3)))
    assert len(look_up(scan(documents), rules.lines).of_text) == 100


def test_the_command_takes_rules_and_refuses_wrong_ones_before_the_work(dedup, scrape, tmp_path):
    (tmp_path / "mine.toml").write_text(KEEP.format("أخبار محلية"), encoding="utf-8")
    page = tmp_path / "cleaned" / "clean" / "sidra" / "page0.txt"
    for arguments, stays in (((), False), (("--rules", "mine.toml"), True)):
        done = dedup("clean", scrape, "--out", "cleaned", "--overwrite", *arguments)
        assert done.returncode == 0, done.stderr
        assert ("أخبار محلية" in page.read_text(encoding="utf-8")) is stays
    assert "rule" not in dedup("explain", scrape / "sidra" / "page0.txt").stdout
    (tmp_path / "bad.toml").write_text("[[keep]]", encoding="utf-8")
    for command in (("clean", scrape, "--out", "new"), ("report", scrape), ("explain", scrape)):
        refused = dedup(*command, "--rules", "bad.toml")
        assert refused.returncode == 2
        assert "bad.toml, [[keep]] 1" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_the_example_of_the_readme_is_a_rule_file():
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    rules = rulefile.read(re.search(r"```toml\n(version = 1\n.*?)```", readme, re.DOTALL)[1])
    assert len(rules.lines) == 3
    assert rules.phrases
    assert rules.ignored
