"""Removals, verdicts and figures agree with each other, and the settings decide what goes."""

from collections import Counter

import pytest
from corpora import documents, scrape

from dedup.analysis import analyse
from dedup.settings import Settings
from dedup.types import LABELS, MAIN_LABELS, Document

SEEDS = range(6)


def pages(seed):
    return documents(scrape(seed, sites=4, pages=7))


def spans(pieces):
    return [(piece.start, piece.end) for piece in pieces]


@pytest.mark.parametrize("seed", SEEDS)
def test_verdicts_cover_the_text_and_removals_are_among_them(seed):
    docs = pages(seed)
    analysis, kinds = analyse(docs, Settings()), Counter()
    for number, document in enumerate(docs):
        verdicts, removals = analysis.verdicts(number, document.text), analysis.removals(number, document.text)
        assert "".join(document.text[start:end] for start, end in spans(verdicts)) == document.text
        expected = [v for v in verdicts if v.label == "duplicate" or (v.label in Settings().strip and v.score >= 0.5)]
        assert [(r.start, r.end, r.label, r.evidence, r.score) for r in removals] == [
            (v.start, v.end, v.label, v.evidence, v.score) for v in expected
        ]
        kinds.update(r.label for r in removals)
    assert kinds["duplicate"]
    assert len(kinds) > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_count_what_the_verdicts_say(seed):
    docs = pages(seed)
    analysis = analyse(docs, Settings())
    for number, document in enumerate(docs):
        counted = Counter()
        for verdict in analysis.verdicts(number, document.text):
            counted[verdict.label] += len("".join(document.text[verdict.start : verdict.end].split()))
        figures = analysis.figures(number, document.text)
        assert dict(figures.labels) == {label: counted[label] for label in LABELS if counted[label]}
        assert figures.chars == sum(counted.values())
        assert figures.main_chars == sum(counted[label] for label in MAIN_LABELS)
        assert figures.main_share == round(figures.main_chars / figures.chars, 4)


def test_parts_of_lines_are_counted_apart():
    text = "عنوان الخبر القصير هنا\nقال الوزير ان العمل في السد الجديد يسير كما اراد الناس كلهم. المصدر: وكالة الوادي"
    analysis = analyse(documents_of(text), Settings())
    labels = analysis.figures(0, text).labels
    assert labels["source"] == len("المصدر:وكالةالوادي")
    assert sum(labels.values()) == len("".join(text.split()))


def documents_of(*texts):
    return [Document(f"d{n}", f"s{n}", f"{n}", 0, text) for n, text in enumerate(texts)]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_untouched_document_loses_nothing_and_needs_no_text(seed):
    alone = documents_of("سطر لا يشبه سطرا في هذه الاوراق كلها ولا يعاد.", "one line that nobody else has written here")
    docs = [*pages(seed), *alone]
    analysis = analyse(docs, Settings())
    for number, document in enumerate(docs):
        if analysis.untouched(number):
            assert analysis.removals(number, document.text) == []
            assert analysis.figures(number, "") == analysis.figures(number, document.text)
        else:
            assert analysis.removals(number, document.text) != []
    assert [analysis.untouched(number) for number in range(len(docs))][-2:] == [True, True]
    assert not all(analysis.untouched(number) for number in range(len(docs)))


def test_only_the_classes_that_are_named_go():
    docs = pages(2)
    labels = Counter()
    for strip in ((), ("navigation",), ("navigation", "source")):
        analysis = analyse(docs, Settings(strip=strip, duplicates="keep-all"))
        found = {r.label for n, d in enumerate(docs) for r in analysis.removals(n, d.text)}
        assert found <= set(strip)
        labels.update(found)
    assert labels["navigation"] == 2


def test_a_higher_score_to_go_keeps_more():
    docs = pages(3)
    sizes = []
    for score in (0.0, 0.5, 0.93, 1.0):
        analysis = analyse(docs, Settings(keep_below=score, duplicates="keep-all"))
        removals = [r for n, d in enumerate(docs) for r in analysis.removals(n, d.text)]
        assert all(r.score >= score for r in removals)
        sizes.append(len(removals))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_clusters_and_members_tell_the_same(seed):
    docs = pages(seed)
    analysis = analyse(docs, Settings())
    texts = {document.doc: document.text for document in docs}
    members = list(analysis.member_rows())
    for row in analysis.cluster_rows():
        own = [member for member in members if member["cluster"] == row["cluster"]]
        assert len(own) == row["lines"] >= 2
        assert len({member["doc"] for member in own}) == row["documents"]
        assert {key: own[0][key] for key in ("doc", "start", "end")} == row["leader"]
        assert own[0]["similarity"] == 1
        assert all(texts[member["doc"]][member["start"] : member["end"]].strip() for member in own)
        assert row["label"] in LABELS
    assert len(members) == sum(row["lines"] for row in analysis.cluster_rows())
