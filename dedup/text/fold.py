"""The public face of folding: the compare-only normal form of text, by string, by column and with a way back.

The normal form makes two spellings of one text equal. It is compared and never written out.
"""

from __future__ import annotations

from functools import lru_cache

from dedup.text.columns import fold_lines, fold_places
from dedup.text.folded import Folded
from dedup.text.normal import PUNCTUATION, alone, fold, steps
from dedup.text.profile import profile_of

__all__ = ["Folded", "fold", "fold_lines", "fold_map", "profile_of", "squeeze"]


def squeeze(text: str, profile: str = "ar") -> str:
    """The normal form without spaces, for matching whole lines with markers and for nothing else.

    >>> squeeze("اترك تعليقاً") == squeeze("اتركتعليقا")
    True
    """
    return fold(text, profile).replace(" ", "")


_LONG = 48
"""Texts of so many code points are mapped at once where they can be."""


@lru_cache(maxsize=4096)
def _opens(character: str, profile: str) -> bool:
    """Whether what stands before a character can be folded without looking at it."""
    return bool(alone(character, profile))


def _pieces(text: str, profile: str) -> list[tuple[int, int]]:
    """Cut a text into runs that fold on their own: a character and what may compose with it or vanish."""
    cuts = [at for at, character in enumerate(text) if at and _opens(character, profile)]
    return list(zip([0, *cuts], [*cuts, len(text)], strict=True))


def fold_map(text: str, profile: str = "ar") -> tuple[str, list[int]]:
    """The normal form, and for each of its code points the offset in `text` that it came from.

    The offsets end with `len(text)`. Where several folded characters come from one run (a ligature,
    a letter with its marks), all have the offset of the run's start, so that a span found in the
    folded text, cut from `offsets[a]` to `offsets[b]`, never cuts a letter from its marks.

    >>> fold_map("قـرأَ :")
    ('قرا:', [0, 2, 3, 6, 7])
    """
    if len(text) >= _LONG:
        return fold_places(text, profile)
    folded: list[str] = []
    offsets: list[int] = []
    for start, end in _pieces(text, profile):
        for character in steps(text[start:end], profile)[-1]:
            space = character.isspace()
            if space and (not folded or folded[-1] == " "):
                continue
            if folded and folded[-1] == " " and character in PUNCTUATION:
                folded.pop()
                offsets.pop()
            folded.append(" " if space else character)
            offsets.append(start)
    if folded and folded[-1] == " ":
        folded.pop()
        offsets.pop()
    return "".join(folded), [*offsets, len(text)]
