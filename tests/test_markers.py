"""The phrases: how each kind must stand, which of two wins, and that the packaged list is sound."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from itertools import pairwise

import pytest

from dedup.judge.markers import KINDS, PRECEDENCE, Marker, MarkerList, parse
from dedup.text.fold import Folded, fold
from dedup.types import BOILERPLATE_LABELS

SOURCE = (resources.files("dedup.judge") / "markers.toml").read_text(encoding="utf-8")
TABLES = tomllib.loads(SOURCE)
PHRASES = [
    (language, label, kind, phrase)
    for language, classes in TABLES.items()
    for label, kinds in classes.items()
    for kind, phrases in kinds.items()
    for phrase in phrases
]
STANDARD = MarkerList.standard()


def found(text: str, *phrases: tuple[str, str, str], profile: str = "ar") -> list[tuple[str, str, str, bool]]:
    """Label, kind, the part of the folded text, and whether it is bare."""
    markers = MarkerList(parse({"xx": _tables(phrases)})) if phrases else STANDARD
    column = Folded.of([fold(text, profile)])
    hits = markers.find(column)
    rows = zip(hits.start.tolist(), hits.end.tolist(), hits.marker.tolist(), hits.bare.tolist(), strict=True)
    return [
        (markers.markers[i].label, markers.markers[i].kind, column.text(0)[start:end], bare)
        for start, end, i, bare in rows
    ]


def _tables(phrases: tuple[tuple[str, str, str], ...]) -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = {}
    for label, kind, phrase in phrases:
        tables.setdefault(label, {}).setdefault(kind, []).append(phrase)
    return tables


STANDS = {
    "label": ("green gate", "green gate:", "green gate: tea", "green gate - tea", "» green gate", "green gate 12"),
    "colon": ("green gate:", "green gate : tea", "green gate - tea", "green gate | tea", "green gate.. tea"),
    "line": ("green gate", "green gate | tea", "green gate.. tea", "green gate 12", "green gate: tea"),
    "whole": ("green gate", "• green gate", "green gate.", "green gate »"),
    "path": ("green gate > tea", "green gate / tea > milk", "green gate | tea"),
    "starts": ("green gate", "green gate opens", "- green gate opens at noon"),
    "anywhere": ("green gate", "at the green gate they met"),
    "rest": ("at the green gate they met",),
    "span": ("at the green gate they met",),
}  # fmt: skip
STANDS_NOT = {
    "label": ("green gate opens", "the green gate", "greengate tea", "green gates", "evergreen gate"),
    "colon": ("green gate", "green gate opens", "green gate 12", "the green gate: tea"),
    "line": ("green gate opens", "the green gate"),
    "whole": ("green gate: tea", "green gate 12", "the green gate"),
    "path": ("green gate", "green gate opens", "the green gate > tea"),
    "starts": ("the green gate opens", "green gates open"),
    "anywhere": ("evergreen gate", "green gates"),
    "rest": ("green gates",),
    "span": ("evergreen gate",),
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in STANDS.items() for text in texts])
def test_a_phrase_is_found_where_its_kind_allows(kind, text):
    hits = found(text, ("share", kind, "green gate"))
    assert [(label, its, part) for label, its, part, _ in hits] == [("share", kind, "green gate")]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in STANDS_NOT.items() for text in texts])
def test_a_phrase_is_not_found_where_its_kind_forbids(kind, text):
    assert found(text, ("share", kind, "green gate")) == []


def test_every_kind_is_tried_used_and_explained():
    assert set(STANDS) == set(STANDS_NOT) == set(KINDS) == {kind for _, _, kind, _ in PHRASES}
    explained = re.findall(r"^#   (\w+) ", SOURCE.partition("[")[0], re.MULTILINE)
    assert explained == list(KINDS)


def test_every_class_has_its_rank():
    assert sorted(PRECEDENCE) == sorted(BOILERPLATE_LABELS)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("green gate", True),
        ("green gate:", True),
        ("green gate »", True),
        ("green gate of the day:", True),
        ("green gate: tea", False),
        ("green gate 12", False),
    ],
)
def test_a_phrase_is_bare_when_nothing_follows(text, bare):
    assert [hit[3] for hit in found(text, ("share", "label", "green gate"))] == [bare]


def test_the_longest_phrase_wins():
    short, long = ("share", "label", "green gate"), ("source", "label", "green gate road")
    assert [hit[0] for hit in found("green gate road: tea", short, long)] == ["source"]
    assert [hit[0] for hit in found("green gate: tea", short, long)] == ["share"]


@pytest.mark.parametrize(("first", "second"), list(pairwise(PRECEDENCE)))
def test_the_class_with_the_higher_rank_wins(first, second):
    one, two = (first, "label", "green gate"), (second, "label", "green gate")
    assert [hit[0] for hit in found("green gate", one, two)] == [first]
    assert [hit[0] for hit in found("green gate", two, one)] == [first]


def test_spaces_that_a_scrape_lost():
    phrase = ("comment_form", "label", "اترك تعليقاً هنا")
    assert [hit[0] for hit in found("اتركتعليقاهنا", phrase)] == ["comment_form"]
    assert found("اتركتعليقاهناك", phrase) == []


def test_a_long_phrase_glued_to_the_word_before_it():
    phrase = ("comment_form", "anywhere", "your green gate will not open")
    assert [hit[0] for hit in found("answerYour green gate will not open", phrase)] == ["comment_form"]


def test_and_stands_before_read_also_only():
    assert [hit[0] for hit in found("واقرأ أيضا: خبر")] == ["read_also"]
    assert [hit[0] for hit in found("والوسوم: خبر")] == []


def test_a_source_label_after_the_last_sentence():
    assert [hit[0] for hit in found("انتهى الاجتماع مساء. المصدر: وكالات")] == ["source"]
    assert found("قال إن المصدر: وكالات") == []


@pytest.mark.parametrize("text", ["برچسب‌ها: آب", "یہ بھی پڑھیں: خبر", "ٹیگز: خبر"])
def test_phrases_are_found_under_every_profile(text):
    for profile in ("ar", "fa", "ur"):
        assert found(text, profile=profile), profile


def standing(kind: str, phrase: str) -> str:
    """A line in which a phrase stands as its kind demands."""
    frames = {"colon": "{}: 7", "path": "{} > 7", "rest": "7 {} 7", "span": "7 {} 7", "anywhere": "7 {} 7"}
    return frames.get(kind, "{}").format(phrase)


def test_every_phrase_of_the_list_is_found_under_its_class_or_a_higher_one():
    lines = Folded.of([fold(standing(kind, phrase)) for _, _, kind, phrase in PHRASES])
    hits = STANDARD.find(lines)
    labels: dict[int, set[str]] = {}
    for line, marker in zip(hits.line.tolist(), hits.marker.tolist(), strict=True):
        labels.setdefault(line, set()).add(STANDARD.markers[marker].label)
    same = {}
    for _, label, _, phrase in PHRASES:
        same.setdefault(fold(phrase), set()).add(label)
    for number, (language, label, kind, phrase) in enumerate(PHRASES):
        assert labels.get(number, set()) & same[fold(phrase)], (language, label, kind, phrase)


def test_every_phrase_folds_to_something_and_stands_once_in_its_list():
    folded = [(language, label, kind, fold(phrase)) for language, label, kind, phrase in PHRASES]
    assert [row for row, key in zip(PHRASES, folded, strict=True) if not key[3]] == []
    assert len({(language, label, kind, phrase) for language, label, kind, phrase in PHRASES}) == len(PHRASES)


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"ar": {"chrome": {"label": ["بوابة"]}}}, r"\[ar.chrome\]: no such class; choose from navigation, "),
        ({"ar": {"share": {"prefix": ["بوابة"]}}}, r"\[ar.share\] prefix: no such kind; choose from label, "),
    ],
)
def test_a_mistake_in_the_list_is_named(tables, said):
    with pytest.raises(ValueError, match=said):
        parse(tables)


def test_an_empty_phrase_marks_nothing():
    markers = MarkerList(
        [Marker("ـ", fold("ـ"), "ar", "share", "label"), Marker("بوابة", "بوابه", "ar", "share", "label")]
    )
    assert markers.find(Folded.of(["خبر", "بوابه"])).line.tolist() == [1]


def test_a_match_never_reaches_over_the_end_of_a_line():
    markers = MarkerList(parse({"xx": {"share": {"anywhere": ["greengate"]}}}))
    assert markers.find(Folded.of(["a green", "gate b", "greengate"])).line.tolist() == [2]


@pytest.mark.xfail(strict=True, reason="some phrases are listed in several spellings, which folding makes one")
def test_no_two_phrases_of_a_list_fold_to_the_same():
    folded = [(language, label, kind, fold(phrase)) for language, label, kind, phrase in PHRASES]
    assert len(set(folded)) == len(folded)
