"""The rooms of the judge: its registries, how far headings reach, sites, parts of lines, scores."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from corpora import article, paragraph
from judge_cases import Case, all_cases, differences
from near_texts import line

from dedup.analysis import analyse
from dedup.corpus import scan
from dedup.judge import rules, verdict
from dedup.judge.shape import shapes
from dedup.judge.sites import site_numbers
from dedup.settings import PRESETS, Settings
from dedup.text.fold import Folded, fold
from dedup.types import Document

ROOM = Path(rules.__file__).parent
KEEP_ALL = Settings(duplicates="keep-all")


def judged(lines: list[str], others: list[list[str]] | None = None, chosen: Settings = KEEP_ALL) -> list[str]:
    """The labels of a page's lines; `others` are further pages of its site."""
    pages = [Document(f"{n}", "s", f"{n}", 0, "\n".join(page)) for n, page in enumerate([lines, *(others or [])])]
    verdicts = analyse(pages, chosen).verdicts(0, pages[0].text)
    starts = [sum(len(each) + 1 for each in lines[:n]) for n in range(len(lines))]
    return [next(v.label for v in verdicts if v.start == start) for start in starts]


def prose(seed: int, lines: int = 3) -> list[str]:
    rng = random.Random(seed)
    return [line(rng, 4, 8), *(line(rng, 12, 20) + "." for _ in range(lines))]


# Registries


def functions(module: str, result: str) -> set[str]:
    """The public functions of a module whose result is annotated so."""
    tree = ast.parse((ROOM / module).read_text(encoding="utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or ast.Constant("")) == result
    }


def test_every_rule_is_in_one_of_the_tuples():
    listed = [rule.name for rule in (*rules.NAMED, *rules.REPEATED)]
    assert sorted(listed) == sorted(functions("rules.py", "Finding"))


def test_every_context_rule_is_in_the_tuple():
    listed = [rule.name for rule in verdict.CONTEXT]
    rooms = ("context.py", "comments.py", "nothing.py")
    assert sorted(listed) == sorted(set().union(*(functions(room, "Finding") for room in rooms)))


REGISTRIES = [(rules, "NAMED"), (rules, "REPEATED"), (verdict, "CONTEXT")]


@pytest.mark.parametrize(
    ("module", "name", "rule"),
    [(module, name, rule) for module, name in REGISTRIES for rule in getattr(module, name)],
    ids=lambda value: getattr(value, "name", value),
)
def test_every_rule_has_a_case_that_needs_it(module, name, rule, monkeypatch):
    monkeypatch.setattr(module, name, tuple(each for each in getattr(module, name) if each is not rule))
    assert next(_spoilt(), None) is not None


def _spoilt() -> Iterator[Case]:
    return (case for case in all_cases() if case.kind in ("wild", "synthetic") and differences(case))


# How far headings reach


def test_keywords_end_at_a_gap_a_long_line_and_a_marker():
    text = prose(1)
    assert judged([*text, "الوسوم:", "ملح", "نهر", "", "خبز"])[-5:-2] == ["keywords"] * 3
    long = "كلمات كثيرة تزيد على ست كلمات هنا"
    assert judged([text[0], *text[1:], "الوسوم:", "ملح", long, text[1] + " جديد."])[-4:-1] == [
        "keywords",
        "keywords",
        "main",
    ]
    assert judged([*text, "الوسوم:", "ملح", "شارك الخبر"])[-3:] == ["keywords", "keywords", "share"]


def test_a_heading_above_the_article_leaves_title_and_text():
    found = judged(["الأكثر قراءة", "عنوان اول عن البحر", "عنوان ثان عن الجبل", *prose(3)])
    assert found[0] == "related_links"
    assert set(found[3:]) <= {"title", "main"}


@pytest.mark.parametrize(("below", "taken"), [(3, True), (14, False)])
def test_a_heading_with_little_above_never_takes_most_of_a_page(below, taken):
    """Even where a source closed what stands above: an article is a tenth of its page at least."""
    rng = random.Random(4)
    rest = [line(rng, 14, 16) + "." for _ in range(below)]
    found = judged([line(rng, 5, 6), line(rng, 10, 11) + ".", "المصدر: وكالة", "اقرأ أيضا:", line(rng, 5, 8), *rest])
    assert set(found[5:]) == {"read_also" if taken else "main"}


def test_a_comment_heading_below_each_answer_takes_nothing_along():
    rng = random.Random(5)
    answers = [text for _ in range(4) for text in (paragraph(rng), "أضف تعليقا")]
    found = judged([line(rng, 5, 6), *answers])
    assert found[1::2] == ["main"] * 4
    assert found[2::2] == ["comment_form"] * 4


def test_what_a_heading_does_on_the_other_pages_decides():
    """The page alone is not sure enough to let all that follows go; six pages that agree are."""
    careful = replace(KEEP_ALL, keep_below=PRESETS["careful"])
    rng = random.Random(6)
    pages = [[*prose(n, 6), "اقرأ أيضا", line(rng, 4, 8), *prose(n + 100, 4)[1:]] for n in range(7)]
    assert set(judged(pages[0], chosen=careful)[9:]) == {"main"}
    assert set(judged(pages[0], pages[1:])[9:]) == {"read_also"}
    goes_on = [[*page[:9], line(rng, 4, 6), *(f"كما {text}" for text in page[2:6])] for page in pages]
    assert set(judged(pages[0], goes_on[1:], careful)[9:]) == {"main"}


# Repetition


@pytest.mark.parametrize(("pages", "expected"), [(2, "main"), (3, "navigation"), (6, "navigation")])
def test_a_line_at_the_top_of_three_pages_is_template(pages, expected):
    rng = random.Random(7)
    top = line(rng, 3, 4)
    found = judged([top, *article(rng)], [[top, *article(rng)] for _ in range(pages - 1)])
    assert found[0] in (expected, "title" if expected == "main" else expected)


def test_a_long_repeated_sentence_needs_four_pages():
    rng = random.Random(8)
    call = line(rng, 12, 14) + "."
    some = [[*article(rng), call] for _ in range(4)]
    assert judged(some[0], some[1:3])[-1] == "main"
    assert judged(some[0], some[1:])[-1] == "navigation"


def test_a_line_on_few_of_many_pages_is_content():
    rng = random.Random(9)
    shared = line(rng, 3, 4)
    some = [[*article(rng), shared] if n < 3 else article(rng) for n in range(30)]
    assert judged(some[0], some[1:])[-1] == "main"


def test_repetition_confirms_what_a_phrase_says():
    rng = random.Random(10)
    some = [[*article(rng), "شارك الخبر"] for _ in range(4)]
    pages = [Document(f"{n}", "s", f"{n}", 0, "\n".join(lines)) for n, lines in enumerate(some)]
    alone = analyse(pages[:1], KEEP_ALL).verdicts(0, pages[0].text)[-1]
    together = analyse(pages, KEEP_ALL).verdicts(0, pages[0].text)[-1]
    assert (alone.label, together.label) == ("share", "share")
    assert together.evidence[0] == alone.evidence[0]
    assert any("4 of 4 pages" in each for each in together.evidence)
    assert together.score >= alone.score


# Scores


def test_an_end_mark_stays_at_the_default_and_goes_on_demand():
    page = [*prose(11), "// انتهى //"]
    assert judged(page)[-1] == "main"
    assert judged(page, chosen=Settings(duplicates="keep-all", keep_below=0.4))[-1] == "byline"


def test_nothing_below_the_score_goes():
    page = [*prose(12), "شارك الخبر"]
    document = Document("a", None, "a", 0, "\n".join(page))
    score = analyse([document], KEEP_ALL).removals(0, document.text)[0].score
    assert judged(page, chosen=Settings(keep_below=score))[-1] == "share"
    assert judged(page, chosen=Settings(keep_below=min(1, score + 0.02)))[-1] == "main"


def test_only_the_classes_that_are_asked_for_go():
    page = Document("a", None, "a", 0, "\n".join([*prose(13), "المصدر: وكالة", "شارك الخبر"]))
    found = analyse([page], Settings(strip=("share",)))
    assert [r.label for r in found.removals(0, page.text)] == ["share"]
    assert {v.label for v in found.verdicts(0, page.text)} >= {"source", "share"}


# Sites


def numbers(pages: list[tuple[str | None, list[str]]]) -> list[int]:
    corpus = scan([Document(f"{n}", site, f"{n}", 0, "\n".join(lines)) for n, (site, lines) in enumerate(pages)])
    return site_numbers(corpus, shapes(corpus.texts)).tolist()


def test_named_sites_are_taken_as_they_are_named():
    assert numbers([("a", ["x y"]), ("b", ["x y"]), ("a", ["z"])]) == [0, 1, 0]


def test_pages_without_a_site_belong_together_by_two_short_lines():
    one, two, three = "لوح القراء", "دفتر المرساة", "ركن الصيد"
    assert numbers([(None, [one, two]), (None, [one, two, three]), (None, [three])]) == [0, 0, 1]


def test_a_long_line_or_a_single_one_links_no_pages():
    long = " ".join(["كلمة"] * 9)
    assert numbers([(None, ["لوح القراء", long, long + " اخرى"]), (None, ["لوح القراء", long, long + " اخرى"])]) == [
        0,
        1,
    ]


def test_nameless_pages_never_join_a_named_site():
    lines = ["لوح القراء", "دفتر المرساة"]
    assert numbers([("a", lines), (None, lines), (None, lines)]) == [0, 1, 1]


# Shape


@pytest.mark.parametrize(
    ("text", "words", "stop", "paragraph"),
    [
        ("جسر جديد فوق النهر", 4, False, False),
        ("عبر الناس الجسر الجديد فوق النهر هذا الصباح.", 8, True, True),
        ("عبر الناس الجسر الجديد فوق النهر اليوم.", 7, True, False),
        (" ".join(["كلمة"] * 20), 20, False, True),
        (" ".join(["كلمة"] * 19), 19, False, False),
        ("هل عبر الناس الجسر الجديد فوق النهر اليوم؟", 8, True, True),
        ("قال: «عبر الناس الجسر الجديد فوق النهر.»", 7, True, False),
        ("一百多位老街坊一早就在门口排起了长队。", 9, True, True),
        ("...", 0, True, False),
    ],
)
def test_shape(text, words, stop, paragraph):
    found = shapes(Folded.of([fold("قبله"), fold(text), fold("بعده.")]))
    assert (found.words[1], found.stop[1], found.paragraph[1]) == (words, stop, paragraph)


def test_shape_counts():
    found = shapes(Folded.of([fold("• قال: جاء 12 رجلا، ثم ذهبوا:")]))
    assert (found.digits[0], found.commas[0], found.colon[0], found.bullet[0]) == (2, 2, True, True)
