"""Which copies of main content go: the modes, short lines, numbers, titles printed twice, copies of documents."""

from __future__ import annotations

import random

import pytest
from corpora import article, paragraph
from near_texts import line

from dedup.analysis import Analysis, analyse
from dedup.settings import DUPLICATE_MODES, Settings
from dedup.types import Document, Place

RNG = random.Random(20)
STORY = [paragraph(RNG) for _ in range(5)]
OTHER = [paragraph(RNG) for _ in range(5)]
TITLE, SHORT = line(RNG, 4, 6), "وقال نعم."


def found(*pages: list[str], mode: str = "keep-one", **more: object) -> Analysis:
    return analyse(documents(*pages), Settings(duplicates=mode, **more))  # type: ignore[arg-type]


def documents(*pages: list[str]) -> list[Document]:
    return [Document(f"d{n}", f"s{n}", f"{n}", 0, "\n".join(page)) for n, page in enumerate(pages)]


def gone(*pages: list[str], mode: str = "keep-one", **more: object) -> list[list[int]]:
    """Per page, the lines that go as duplicates."""
    analysis = found(*pages, mode=mode, **more)
    out = []
    for number, page in enumerate(documents(*pages)):
        verdicts = analysis.verdicts(number, page.text)
        assert len(verdicts) == len(pages[number])
        out.append([k for k, v in enumerate(verdicts) if v.label == "duplicate"])
    return out


MODES = {"keep-one": [[], [0, 1, 2], [1]], "documents": [[], [0, 1, 2], []], "keep-all": [[], [], []]}


@pytest.mark.parametrize("mode", MODES)
def test_modes(mode):
    """A whole copy, and a page that shares a paragraph of three."""
    assert gone(STORY[:3], STORY[:3], [OTHER[0], STORY[1], OTHER[2]], mode=mode) == MODES[mode]


def test_drop_all_leaves_no_copy():
    assert gone(STORY[:3], STORY[:3], [OTHER[0], STORY[1], OTHER[2]], mode="drop-all") == [[0, 1, 2], [0, 1, 2], [1]]


def test_every_mode_is_tried():
    assert {*MODES, "drop-all"} == set(DUPLICATE_MODES)


def test_a_short_line_goes_only_between_lines_that_go_to_one_document():
    assert gone([STORY[0], SHORT, STORY[1]], [STORY[0], SHORT, STORY[1]]) == [[], [0, 1, 2]]
    assert gone([STORY[0], SHORT, STORY[1]], [STORY[0], SHORT, OTHER[1]]) == [[], [0]]
    assert gone([OTHER[0], SHORT], [STORY[0], SHORT, STORY[1]]) == [[], []]
    two = gone([STORY[0], SHORT, OTHER[0]], [STORY[1], SHORT, OTHER[1]], [STORY[0], SHORT, STORY[1]])
    assert two == [[], [], [0, 2]]


def test_a_short_line_at_the_end_of_a_page_goes_with_its_neighbour():
    assert gone([TITLE, STORY[0], OTHER[0]], [TITLE, STORY[0], OTHER[1]]) == [[], [0, 1]]


def test_a_short_line_that_the_other_document_lacks_stays():
    assert gone([STORY[0], STORY[1]], [STORY[0], SHORT, STORY[1]]) == [[], [0, 2]]


def test_texts_whose_numbers_differ_stay():
    other = STORY[0].rstrip(".!") + " ٢٥ يوما"
    assert gone([other], [other.replace("٢٥", "٢٦")], [other.replace("٢٥", "25")]) == [[], [], [0]]


def test_the_headline_printed_twice_is_kept_once():
    assert gone([TITLE, TITLE, STORY[0]]) == [[1]]
    assert gone([TITLE, STORY[0], TITLE, STORY[1]]) == [[]]
    assert gone([TITLE, TITLE, STORY[0]], mode="keep-all") == [[]]


def test_a_line_that_a_page_repeats_goes_too():
    assert gone([STORY[0], OTHER[0], STORY[0]]) == [[2]]


def test_boilerplate_is_no_copy_of_content():
    """A paragraph that a heading takes along is not the copy that stays."""
    promoting = [*OTHER[:3], "المصدر: وكالة", "اقرأ أيضا:", TITLE, *STORY[:2]]
    analysis = found(promoting, [TITLE, *STORY[:3]])
    assert [v.label for v in analysis.verdicts(1, documents([], [TITLE, *STORY[:3]])[1].text)] == [
        "title",
        *["main"] * 3,
    ]


@pytest.mark.parametrize(("shared", "copy"), [(5, "d0"), (4, "d0"), (3, None), (0, None)])
def test_a_copy_has_four_fifths_of_its_content_elsewhere(shared, copy):
    rng = random.Random(21)
    texts = [" ".join("".join(rng.choices("ابتثجحخدرزسشصضطعغ", k=5)) for _ in range(9)) for _ in range(10)]
    one, two = texts[:5], [*texts[:shared], *texts[5 : 10 - shared]]
    pages = documents(one, two)
    analysis = found(one, two)
    assert analysis.figures(1, pages[1].text).duplicate_of == copy
    assert analysis.figures(0, pages[0].text).duplicate_of is None


def test_a_copy_of_two_halves_is_no_copy_of_one_document():
    pages = STORY[:2], OTHER[:2], [*STORY[:2], *OTHER[:2]]
    assert gone(*pages) == [[], [], [0, 1, 2, 3]]
    assert gone(*pages, mode="documents") == [[], [], []]


def test_the_leader_and_the_evidence_name_the_copy_that_stays():
    near = STORY[0].replace(" ", "  ").rstrip(".!") + " الان."
    pages = documents([OTHER[0], STORY[0]], [STORY[0]], [near])
    analysis = found([OTHER[0], STORY[0]], [STORY[0]], [near])
    same, almost = analysis.removals(1, pages[1].text)[0], analysis.removals(2, pages[2].text)[0]
    place = Place("d0", len(OTHER[0]) + 1, len(pages[0].text))
    assert (same.leader, almost.leader) == (place, place)
    assert same.cluster == almost.cluster
    assert same.evidence == ("the same text is kept in d0",)
    assert almost.evidence[0].startswith("near-duplicate, similarity 0.")
    assert same.score == 1
    assert almost.score < 1


def test_clusters_and_members():
    analysis = found([STORY[0], OTHER[0]], [STORY[0]], [STORY[0], STORY[0] + " الان"])
    (row,) = analysis.cluster_rows()
    assert (row["cluster"], row["lines"], row["documents"], row["sites"], row["label"]) == (0, 4, 3, 3, "main")
    assert row["leader"] == {"doc": "d0", "start": 0, "end": len(STORY[0]) + 1}
    members = list(analysis.member_rows())
    assert [member["doc"] for member in members] == ["d0", "d1", "d2", "d2"]
    assert [member["similarity"] == 1 for member in members] == [True, True, True, False]


def test_the_commonest_text_leads():
    """Not the one that is read first."""
    longer = STORY[0] + " الان"
    assert gone([longer], [STORY[0]], [STORY[0]]) == [[0], [], [0]]


def test_near_copies_of_boilerplate_are_no_duplicates():
    rng = random.Random(22)
    call = line(rng, 14, 16)
    pages = [[*article(rng), f"تابعونا على {call}"], [*article(rng), f"تابعونا على {call} الان"]]
    assert gone(*pages) == [[], []]


@pytest.mark.parametrize("threshold", [0.5, 0.99])
def test_the_threshold_decides(threshold):
    near = STORY[0].rstrip(".!") + " الان وغدا."
    assert gone([STORY[0]], [near], threshold=threshold) in ([[[], [0]], [[0], []]] if threshold < 0.6 else [[[], []]])


def test_a_copy_that_goes_itself_keeps_nothing():
    """Page 0 would leave its short line to page 1, whose own goes to page 2."""
    first, second = STORY[0].rstrip(".!"), OTHER[0].rstrip(".!")
    pages = [[SHORT, f"{first} الان"], [SHORT, f"{second} الان", first], [SHORT, second], [first], [second]]
    assert gone(*pages) == [[1], [0, 1], [], [0], [0]]


def test_only_places_as_content_make_a_leader():
    """A text that headings take along three times and that is content once leads nothing."""
    first, other = STORY[0].rstrip(".!") + " الان.", STORY[0].rstrip(".!") + "."
    promoting = [[*article(random.Random(n)), "المصدر: وكالة", "اقرأ أيضا:", TITLE, first] for n in range(3)]
    analysis = found(*promoting, [first], [other], [other])
    last = documents(*promoting, [first], [other], [other])
    labels = [[v.label for v in analysis.verdicts(n, last[n].text)] for n in (3, 4, 5)]
    assert labels == [["duplicate"], ["main"], ["duplicate"]]
