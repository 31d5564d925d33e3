"""The compare-only normal form of one string, step by step: the definition that the columns must equal.

The order of the steps matters: NFC first, so that a bare alef with a hamza mark becomes the letter
that the alef step knows; then the forms that NFKC would break into space and mark; then NFKC,
letters, NFKC again, case and white space.
"""

from __future__ import annotations

import re
import unicodedata

from dedup.text.charmap import AFTER_CASEFOLD, BEFORE_NFKC, INVISIBLE, MARKS, TABLES

PUNCTUATION = ":;,.!?%"
"""Characters that lose the space before them: a colon after a space is the same colon."""

_SPACE = re.compile(r"\s+")
_SPACE_BEFORE = re.compile(rf" ([{PUNCTUATION}])")

_COMPOSING_MARKS = frozenset((0x653, 0x654, 0x655))
_DELETED_MARKS = frozenset((*INVISIBLE, *MARKS)) - _COMPOSING_MARKS
_JAMO = (*range(0x1100, 0x1200), *range(0xA960, 0xA980), *range(0xD7B0, 0xD800))
_NEVER_INERT = frozenset(map(chr, _JAMO))


def steps(text: str, profile: str) -> list[str]:
    """The text after NFC, NFKC, the letter step, NFKC again and case folding, before white space collapses."""
    composed = unicodedata.normalize("NFC", text)
    compatible = unicodedata.normalize("NFKC", composed.translate(BEFORE_NFKC))
    mapped = compatible.translate(TABLES[profile])
    again = unicodedata.normalize("NFKC", mapped)
    return [composed, compatible, mapped, again, again.casefold().translate(AFTER_CASEFOLD)]


def collapse(text: str) -> str:
    """Runs of white space become one space, none at the ends nor before punctuation."""
    return _SPACE_BEFORE.sub(r"\1", _SPACE.sub(" ", text)).strip(" ")


def fold(text: str, profile: str = "ar") -> str:
    """The compare-only normal form of a line.

    >>> fold("إقرأ  أيضاً :"), fold("٣ أكتوبر"), fold("وزیر الداخلیة"), fold("طـبـاعـة")
    ('اقرا ايضا:', '3 اكتوبر', 'وزير الداخليه', 'طباعه')
    """
    return collapse(steps(text, profile)[-1])


def _inert(character: str) -> bool:
    """Whether a character neither joins the one before it nor, when a mark, outlives the letter step.

    Everything that canonical composition attaches to a preceding character is a mark (category M)
    or a Hangul jamo; `tests/test_fold.py` asks the Unicode data of the running Python whether that
    still holds. Marks that compose with nothing and get deleted are harmless in any order.
    """
    if ord(character) in _DELETED_MARKS:
        return True
    return character not in _NEVER_INERT and not unicodedata.category(character).startswith("M")


def alone(character: str, profile: str) -> str | None:
    r"""What a character folds to wherever it stands, "" if it vanishes; None where its neighbours matter.

    White space is " ". The answer may be several characters (a ligature).

    >>> alone("ﻼ", "ar"), alone("ـ", "ar"), alone("\u0654", "ar")
    ('لا', '', None)
    """
    stages = steps(character, profile)
    if not all(map(_inert, "".join(stages[:4]))):
        return None
    return _SPACE.sub(" ", stages[-1])
