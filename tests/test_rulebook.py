"""Rule files at work: `dedup rules test` and `dedup rules learn`."""

from __future__ import annotations

import pytest

from dedup.judge import rulefile
from dedup.report.rulefile import toml
from dedup.rulebook import learn, trial
from dedup.settings import Settings
from dedup.types import BOILERPLATE_LABELS

PLACES = ("المرفأ", "السوق", "الجسر", "الساحة", "المكتبة", "الحديقة", "المدرسة", "المتحف", "الملعب")
CREDITS = ("ليلى", "سمير", "هدى", "نبيل", "رباب", "فؤاد", "منى", "عادل", "سلوى")
PROMOTED = (
    (
        "رحلة في سكة الحديد القديمة إلى الوادي",
        "انطلقت العربة الأولى قبل مئة عام من المحطة الحجرية وعلى متنها أربعون راكبا من أهل القريتين.",
    ),
    (
        "طاحونة القرية تعود إلى الدوران",
        "بعد صمت دام جيلين عادت حجارة الطاحونة تدور أمس وقدم صاحبها خبزا ساخنا لجيرانه كلهم.",
    ),
    (
        "صياد يجمع أغاني البحر في كتاب",
        "يحفظ الصياد المتقاعد ثمانين أغنية تعلمها من جده وقرر أن يكتبها قبل أن ينساها الناس.",
    ),
)


def page(number: int) -> str:
    place, credit = PLACES[number], CREDITS[number]
    return "\n".join(
        (
            "دفتر النهر: سوق وميناء وملاعب",
            f"افتتاح {place} بعد أعمال الترميم الطويلة",
            f"دونته بقلمها {credit} من هناك",
            f"أعيد افتتاح {place} أمس بعد عامين من الترميم وحضر الافتتاح مئات من سكان الحي القديم.",
            f"وأضافت البلدية أن {place} ستبقى مفتوحة حتى منتصف الليل طوال فصل الصيف القادم كله.",
            "حكايات الضفة الأخرى",
            *PROMOTED[number % 3],
            "صنع على ضفة النهر بمحبة",
        )
    )


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "scrape" / "alnahr"
    folder.mkdir(parents=True)
    for number in range(len(PLACES)):
        (folder / f"{number}.txt").write_text(page(number), encoding="utf-8")
    text = "\n".join(PROMOTED[0]) + " وبقيت تسير حتى عام الفيضان الكبير."
    (folder / "promoted.txt").write_text(text, encoding="utf-8")
    return tmp_path / "scrape"


def test_templates_and_openings_are_learned_with_their_counts_and_spelling(site):
    lesson = learn([str(site)], Settings())
    rules = {rule.text: rule for rule in lesson.rules}
    foot = rules["صنع على ضفة النهر بمحبة"]
    assert (foot.how, foot.site, foot.pages) == ("text", "alnahr", 9)
    assert foot.of >= 9
    assert foot.label in BOILERPLATE_LABELS
    assert [rule.how for rule in lesson.rules if rule.text.startswith("دونته بقلمها")] == ["opens"]


def test_a_promoted_article_is_not_learned(site):
    assert not [
        rule for rule in learn([str(site)], Settings()).rules if rule.text in {line for one in PROMOTED for line in one}
    ]


def test_what_was_learned_reads_back_and_judges_a_page_alone(site, tmp_path):
    lesson = learn([str(site)], Settings())
    rules = rulefile.read("\n".join(toml(lesson.rules, lesson.documents)))
    assert rules.lines == lesson.rules
    alone = tmp_path / "alone" / "alnahr"
    alone.mkdir(parents=True)
    (alone / "new.txt").write_text(page(3), encoding="utf-8")
    found = trial([str(alone.parent)], rules, Settings())
    assert found.removed_with > found.removed_without
    used = {use.name for use in found.uses if use.lines}
    assert "template «صنع على ضفة النهر بمحبة» of alnahr" in used


def test_a_trial_counts_per_rule_and_says_what_changes(site):
    text = """
[[template]]
text = "صنع على ضفة النهر بمحبة"
label = "legal"
[[template]]
opens = "أعيد افتتاح"
label = "navigation"
[[template]]
text = "لا يوجد في أي صفحة"
label = "legal"
[[keep]]
text = "دفتر النهر: سوق وميناء وملاعب"
[ar.byline]
label = ["دونته بقلمها"]
"""
    found = trial([str(site)], rulefile.read(text), Settings())
    uses = {use.name: use for use in found.uses}
    foot = uses["template «صنع على ضفة النهر بمحبة»"]
    assert (foot.lines, len(foot.docs), foot.changed, len(foot.samples)) == (9, 9, 0, 1)
    lead = uses["template opens «أعيد افتتاح»"]
    assert (lead.lines, lead.changed, lead.lone, len(lead.samples)) == (9, 9, 9, 3)
    assert lead.samples[0].line == 4
    assert uses["template «لا يوجد في أي صفحة»"].lines == 0
    keep = uses["keep «دفتر النهر: سوق وميناء وملاعب»"]
    assert (keep.label, keep.lines, keep.changed) == ("stays", 9, 9)
    assert found.documents == 10
    assert found.removed_with != found.removed_without


def test_the_commands(dedup, site, tmp_path):
    shown = dedup("rules", "learn", site)
    assert shown.returncode == 0, shown.stderr
    assert rulefile.read(shown.stdout).lines
    written = dedup("rules", "learn", site, "-o", "rules.toml")
    assert (tmp_path / "rules.toml").read_text(encoding="utf-8") == shown.stdout
    assert "dedup rules test rules.toml" in written.stdout
    again = dedup("rules", "learn", site, "-o", "rules.toml")
    assert again.returncode == 2
    assert "rules.toml" in again.stderr
    tested = dedup("rules", "test", "rules.toml", site)
    assert tested.returncode == 0, tested.stderr
    assert "صنع على ضفة النهر" in tested.stdout
    (site / "alnahr" / "broken.txt").write_bytes(b"\xff\xfe\x00")
    assert dedup("rules", "test", "rules.toml", site).returncode == 3
    assert dedup("rules", "test", "nowhere.toml", site).returncode == 2


def test_a_rule_that_matches_nothing_and_one_that_takes_an_article_are_pointed_out(dedup, site, tmp_path):
    rules = "[[template]]\ntext = 'nowhere'\nlabel = 'legal'\n[[template]]\nopens = 'أعيد'\nlabel = 'legal'\n"
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    shown = dedup("rules", "test", "rules.toml", site).stdout
    assert "matches no line" in shown
    assert "9 long lines that stand nowhere else" in shown
