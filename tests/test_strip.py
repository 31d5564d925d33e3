"""strip: blank lines go only between removed lines; kept text is an ordered slice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import gone, random_spans

from dedup.settings import Settings
from dedup.strip import finish, kept, left_out
from dedup.types import Removal


def spans(text: str, *removed: tuple[int, int]) -> list[tuple[int, int, str]]:
    final = finish(text, [gone(*each) for each in removed])
    return [(each.start, each.end, each.label) for each in final]


def removed_lines(text: str, *lines: int) -> str:
    """What is kept of a text when some of its lines go."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(min(starts[-1] + len(line) + 1, len(text)))
    return kept(text, finish(text, [gone(starts[line], starts[line + 1]) for line in lines]))


@pytest.mark.parametrize(
    ("text", "lines", "left"),
    [
        ("متن\n\nشارك\n\nمتن", [2], "متن\n\n\nمتن"),  # blank lines next to kept text stay
        ("متن\nشارك\n\n \t\nتابعنا\nمتن", [1, 4], "متن\nمتن"),  # all blank between two removed lines
        ("متن\nشارك\n\nسطر\n\nتابعنا\nمتن", [1, 5], "متن\n\nسطر\n\nمتن"),  # something is kept between them
        ("\n\nشارك\nمتن", [2], "متن"),  # from the start of the document
        ("متن\nشارك\n\n\n", [1], "متن\n"),  # to its end, line end kept before
        ("متن\n\nشارك", [2], "متن\n\n"),  # a last line without line end
        ("\n\nمتن\n\n", [], "\n\nمتن\n\n"),  # no removed line, no blank line
        ("\n\n\n", [], "\n\n\n"),
        ("شارك\r\n\r\nتابعنا\r\nمتن\r\n", [0, 2], "متن\r\n"),  # a blank line may hold its \r
        ("متن\nشارك\n\u00a0\u3000\nتابعنا", [1, 3], "متن\n"),  # white space of any script
        ("متن\nشارك\n\u200f\nتابعنا", [1, 3], "متن\n\u200f\n"),  # a mark is no white space
        ("\nشارك\n", [1], ""),
        ("متن\nشارك\n\nآخر", [1], "متن\n\nآخر"),  # kept text after it
    ],
)
def test_blank_lines(text: str, lines: list[int], left: str) -> None:
    assert removed_lines(text, *lines) == left


def test_blank_rows_are_logged_apart() -> None:
    assert spans("aa\n\n\nbb\n\n", (0, 3), (5, 8)) == [
        (0, 3, "share"),
        (3, 5, "blank"),
        (5, 8, "share"),
        (8, 9, "blank"),
    ]


def test_a_line_of_which_a_part_is_kept_is_not_removed() -> None:
    assert spans("keep aa\n\nbb\n", (5, 8), (9, 12)) == [(5, 8, "share"), (9, 12, "share")]
    assert spans("aa\n\nbb keep\n", (0, 3), (4, 6)) == [(0, 3, "share"), (4, 6, "share")]


def test_the_last_line_of_a_longer_span_is_removed_as_a_whole() -> None:
    assert spans("keep aa\nbb\n\ncc\n", (5, 11), (12, 15)) == [(5, 11, "share"), (11, 12, "blank"), (12, 15, "share")]


def test_a_line_that_goes_in_pieces_is_removed() -> None:
    assert spans("aabb\n\ncc\n", (0, 2), (2, 5), (6, 9))[2] == (5, 6, "blank")


def test_adjacent_removals_stay_separate_rows() -> None:
    assert spans("a\nb\nc", (0, 2), (2, 4)) == [(0, 2, "share"), (2, 4, "share")]


@pytest.mark.parametrize("removed", [[(0, 3), (2, 4)], [(0, 3), (0, 3)], [(3, 3)], [(-1, 2)], [(4, 9)], [(3, 2)]])
def test_spans_that_overlap_or_leave_the_text_are_an_error(removed: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match=r"span"):
        finish("abcdef", [gone(*each) for each in removed])


def test_a_cut_never_joins_two_half_surrogates() -> None:
    text = "\ud83dab\udc00c"
    assert spans(text, (1, 3)) == []
    assert spans(text, (1, 2), (2, 3)) == [(1, 2, "share")]
    assert spans(text, (1, 4)) == [(1, 4, "share")]
    assert spans("\ud83d\n\udc00x\udc00", (1, 2), (2, 4)) == []


@given(st.text(alphabet="ab \n\r\t\u00a0\ud83d\udc00", max_size=40), st.integers(0, 10))
def test_finish_as_a_property(text: str, seed: int) -> None:
    asked = random_spans(seed)(text)
    final = finish(text, asked)
    by_label: dict[bool, list[Removal]] = {True: [], False: []}
    for each in final:
        by_label[each.label == "blank"].append(each)
    assert [each.start for each in final] == sorted(each.start for each in final)
    assert set(by_label[False]) <= set(asked)
    for each in by_label[True]:
        assert text[each.start : each.end].isspace()
        assert each.start == 0 or text[each.start - 1] == "\n"
        assert each.end == len(text) or text[each.end - 1] == "\n"
    kept_text = kept(text, final)
    assert len(kept_text) == len(text) - sum(each.end - each.start for each in final)
    assert kept_text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") == kept_text or any(
        pair in text for pair in ("\ud83d\udc00",)
    )


@pytest.mark.parametrize(
    ("labels", "settings", "reason"),
    [
        ({}, Settings(), None),
        ({}, Settings(drop_empty=True), "nothing is left of it"),
        ({"main": 1}, Settings(drop_empty=True), None),
        ({"title": 1}, Settings(drop_empty=True), None),
        ({"duplicate": 5, "legal": 9}, Settings(drop_empty=True), "nothing is left of it"),
        ({"main": 4}, Settings(min_chars=5), "4 characters of main content, fewer than 5"),
        ({"main": 4, "title": 1}, Settings(min_chars=5), None),
    ],
)
def test_which_documents_are_left_out(labels, settings, reason):
    assert left_out(settings, labels) == reason
