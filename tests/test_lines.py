"""Lines as columns: every text comes back from its bounds, and line ends belong to nobody's content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.lines import encode, split

TEXTS = st.lists(st.text(alphabet=st.sampled_from("اب \n\r\u2028\ud800\U0001f600x"), max_size=12), max_size=6)


def decoded(codes, start, end):
    return codes[start:end].tobytes().decode("utf-32-le", "surrogatepass")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("سطر", ["سطر"]),
        ("سطر\n", ["سطر", ""]),
        ("\n\n", ["", "", ""]),
        ("سطر\r\nآخر\r\n", ["سطر", "آخر", ""]),
        ("سطر\r\r\nآخر", ["سطر\r", "آخر"]),
        ("عودة بلا سطر\r", ["عودة بلا سطر\r"]),
        ("\r\nx", ["", "x"]),
        ("فاصل\u2028أسطر\x85آخر\x0bغيره", ["فاصل\u2028أسطر\x85آخر\x0bغيره"]),
    ],
)
def test_only_newline_splits_and_a_return_before_it_goes_with_it(text, lines):
    codes, doc_starts = encode([text])
    bounds = split(codes, doc_starts)
    assert [decoded(codes, a, b) for a, b in zip(bounds.start, bounds.end, strict=True)] == lines


@given(TEXTS)
def test_lines_tile_every_document(texts):
    codes, doc_starts = encode(texts)
    bounds = split(codes, doc_starts)
    assert len(doc_starts) == len(texts) + 1
    for number, text in enumerate(texts):
        mine = bounds.doc == number
        start, end, after = bounds.start[mine], bounds.end[mine], bounds.next[mine]
        base = int(doc_starts[number])
        assert decoded(codes, base, base + len(text)) == text
        assert start[0] == base
        assert after[-1] == base + len(text)
        assert (start[1:] == after[:-1]).all()
        assert "".join(decoded(codes, a, b) for a, b in zip(start, after, strict=True)) == text
        expected = [line.removesuffix("\r") for line in text.split("\n")[:-1]] + [text.split("\n")[-1]]
        assert [decoded(codes, a, b) for a, b in zip(start, end, strict=True)] == expected


def test_no_documents_make_no_lines():
    codes, doc_starts = encode([])
    assert len(codes) == 0
    assert len(split(codes, doc_starts)) == 0
