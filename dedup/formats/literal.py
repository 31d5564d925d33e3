r"""Where a JSON row keeps its text: the literal's bytes, and code points of the text as bytes of the literal.

The row is known to be valid JSON, so this scanner only has to find its way, not to check. An escape counts one code
point, and so does a pair of surrogate escapes. Nothing here loops over characters but the last resort, `_walk`, which
loops over runs of escapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise

from dedup.formats.jsonrow import ascii_only, loads, plain

_STRUCTURE = re.compile(rb'["{}\[\]]')
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_. -]+")
_COLON = re.compile(rb"[ \t\r\n]*:[ \t\r\n]*")

_ESCAPES = re.compile(
    rb"(?P<six>(?:\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})+)"
    rb"|(?P<twelve>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?P<lone>\\u[0-9a-fA-F]{4})"
    rb"|(?P<two>(?:\\[^u])+)"
)
_WIDTH = {"six": 6, "twelve": 12, "lone": 6, "two": 2}


def text_literal(row: bytes, field: str) -> tuple[int, int]:
    """Where the content of the text literal starts and ends in the row (without its quotes).

    The last of several equal keys counts, as in every JSON reader here; keys inside other values do not.

    >>> row = b'{"a": {"text": "no"}, "text": "yes"}'
    >>> row[slice(*text_literal(row, "text"))]
    b'yes'
    """
    key = b'"' + plain(field) + b'"'
    if _PLAIN_NAME.fullmatch(field) and b"\\u00" not in row and row.count(key) == 1:
        # Without such escapes our key can only be spelt plainly, and it is there: so the one occurrence is it.
        colon = _COLON.match(row, row.index(key) + len(key))
        if colon:
            return colon.end() + 1, _string_end(row, colon.end() + 1)
    return _literal_by_structure(row, field, key)


def _literal_by_structure(row: bytes, field: str, key: bytes) -> tuple[int, int]:
    found = (-1, -1)
    expected = -1  # where the content of the value starts if it is a string; an earlier equal key may hold another
    for start, end, depth in _strings(row):
        if start == expected:
            found = (start, end)
        elif depth == 1 and (colon := _COLON.match(row, end + 1)):
            literal = row[start - 1 : end + 1]
            if literal == key or (b"\\" in literal and loads(literal) == field):
                expected = colon.end() + 1
    return found


def _strings(row: bytes) -> Iterator[tuple[int, int, int]]:
    """Every string literal's content (start, end) with the depth of the braces and brackets around it."""
    depth = at = 0
    while token := _STRUCTURE.search(row, at):
        at = token.end()
        mark = row[at - 1 : at]
        if mark == b'"':
            end = _string_end(row, at)
            yield at, end, depth
            at = end + 1
        else:
            depth += 1 if mark in b"{[" else -1


def _string_end(row: bytes, start: int) -> int:
    """Where the closing quote is: `find` runs at memory speed, the pattern is for strings with quotes in them."""
    end = row.find(b'"', start)
    if row[end - 1 : end] != b"\\":
        return end
    string = _STRING.match(row, start - 1)
    return string.end() - 1 if string else len(row)


def byte_offsets(content: bytes, text: str, offsets: Sequence[int]) -> list[int]:
    r"""Turn ascending code-point offsets of `text` into byte offsets of the literal's `content`.

    >>> byte_offsets(rb"a\u0628\ud83d\ude00b", "a\u0628\U0001f600b", [1, 2, 3, 4])
    [1, 7, 19, 20]
    """
    width = _width(content, text)
    if width is None:
        return list(_walk(content, offsets))
    places, total = [], 0
    for start, end in pairwise((0, *offsets)):
        total += width(text[start:end])
        places.append(total)
    return places


def _width(content: bytes, text: str) -> Callable[[str], int] | None:
    """How many bytes a piece of the text takes, when the whole literal is written in one of the usual styles."""
    escapes = content.count(b"\\")
    if not escapes:
        return _bytes
    if b"\\u" not in content:  # every escape has two bytes; the count fits only when none but these are escaped
        counts = [(char, count) for char in '\n"\r\t' if (count := text.count(char))]
        if (slashes := content.count(rb"\/")) and slashes == text.count("/"):
            counts.append(("/", slashes))
        if escapes == sum(count for _, count in counts):
            return partial(_bytes_and_escapes, "".join(char for char, _ in counts))
    for style in (plain, ascii_only, _ascii_and_slashes):
        if content == style(text):
            return partial(_styled, style)
    return None


def _bytes(piece: str) -> int:
    return len(piece.encode())


def _bytes_and_escapes(escaped: str, piece: str) -> int:
    return len(piece.encode()) + sum([piece.count(char) for char in escaped])


def _styled(style: Callable[[str], bytes], piece: str) -> int:
    return len(style(piece))


def _ascii_and_slashes(piece: str) -> bytes:
    return ascii_only(piece).replace(b"/", rb"\/")


def _walk(content: bytes, offsets: Sequence[int]) -> Iterator[int]:
    """The same from left to right, for literals in mixed styles: one step per run of escapes, one per run without."""
    runs = _runs(content)
    points, start, count = 0, 0, 0
    place: Callable[[int], int] = int
    for offset in offsets:
        while offset > points + count:
            points += count
            start, count, place = next(runs)
        yield start + place(offset - points)


def _runs(content: bytes) -> Iterator[tuple[int, int, Callable[[int], int]]]:
    """Runs of one kind: first byte, code points, and the bytes that the first n code points take."""
    at = 0
    for match in _ESCAPES.finditer(content):
        if match.start() > at:
            yield _unescaped(content, at, match.start())
        width = _WIDTH[str(match.lastgroup)]
        yield match.start(), (match.end() - match.start()) // width, width.__mul__
        at = match.end()
    if at < len(content):
        yield _unescaped(content, at, len(content))


def _unescaped(content: bytes, start: int, end: int) -> tuple[int, int, Callable[[int], int]]:
    piece = content[start:end].decode()
    return start, len(piece), lambda count: len(piece[:count].encode())
