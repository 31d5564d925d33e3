"""What the judge says of whole pages: cases as data in `cases/*.json`, to which anybody can add (judge_cases.py)."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import resources

import pytest
from judge_cases import CASES, KINDS, Case, Wanted, all_cases, articles, cases, differences, judge

from dedup.judge.markers import MarkerList
from dedup.text.fold import Folded, fold
from dedup.types import BOILERPLATE_LABELS, MAIN_LABELS


def each(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [case for kind in kinds for case in cases(kind)], ids=str)


@each("wild", "synthetic", "negative")
def test_every_line_gets_its_label(case: Case):
    assert differences(case) == []


@pytest.mark.xfail(strict=True, reason="known failure: when it passes, move the case to another file")
@each("known_failures")
def test_known_failures(case: Case):
    assert differences(case) == []


@each("negative")
def test_a_negative_case_loses_nothing(case: Case):
    analysis = judge(case)
    for number, (document, lines) in enumerate(case.documents):
        assert {wanted.label for wanted in lines} <= {"main", "title", "blank"}
        assert analysis.final(number, document.text) == ()


@each(*KINDS)
def test_every_verdict_has_its_evidence_and_score(case: Case):
    analysis = judge(case)
    for number, (document, _) in enumerate(case.documents):
        for verdict in analysis.verdicts(number, document.text):
            assert 0 <= verdict.score <= 1
            assert all(verdict.evidence)
            if verdict.label not in ("main", "title", "blank"):
                assert verdict.evidence
                assert verdict.score >= case.settings.keep_below or verdict.label == "duplicate"


def test_every_class_has_a_case_in_arabic_and_every_label_has_one():
    labels = Counter(
        label
        for case in all_cases()
        if case.language == "ar" and case.kind != "known_failures"
        for _, lines in case.documents
        for wanted in lines
        for label, _ in wanted.pieces()
    )
    assert {*BOILERPLATE_LABELS, *MAIN_LABELS} <= set(labels)


def test_every_table_of_markers_has_a_case():
    """For each language and class of markers.toml, a line of that class where one of the table's phrases stands."""
    tables = tomllib.loads((resources.files("dedup.judge") / "markers.toml").read_text(encoding="utf-8"))
    standing = {(phrase, wanted.label) for case in all_cases() for phrase, wanted in _phrases_in(case)}
    missing = [
        f"{language}.{label}"
        for language, classes in tables.items()
        for label, kinds in classes.items()
        if not any((fold(phrase), label) in standing for phrases in kinds.values() for phrase in phrases)
    ]
    assert missing == []


def _phrases_in(case: Case) -> list[tuple[str, Wanted]]:
    """Folded phrases and the lines in which they stand; folded as Arabic, as the list is."""
    lines = [wanted for _, lines in case.documents for wanted in lines]
    hits = MarkerList.standard().find(Folded.of([fold(wanted.text) for wanted in lines]))
    found = zip(hits.marker.tolist(), hits.line.tolist(), strict=True)
    return [(MarkerList.standard().markers[index].folded, lines[line]) for index, line in found]


def test_the_files_are_well_formed():
    names = Counter(case.name for case in all_cases())
    assert [name for name, count in names.items() if count > 1] == []
    assert {path.stem for path in CASES.glob("*.json")} == {*KINDS, "articles"}
    for case in all_cases():
        assert case.why
        assert case.documents
        assert len({document.text for document, _ in case.documents}) == len(case.documents) or "story" in case.name
    raw = "".join((CASES / f"{kind}.json").read_text(encoding="utf-8") for kind in KINDS)
    assert [name for name in articles() if f'{{"article": "{name}"}}' not in raw] == []
