"""Which words of a repeated text vary among its members; a word in another spelling is the same word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from dedup.text.fold import fold

LONGEST = 500
"""Code points of a leader that are shown and compared."""


def pieces(leader: str, members: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """The leader's text, cut where words begin or end to differ from those of some member; true: they differ.

    >>> pieces("Published 3 May by Mona", ["Published 9 June by Mona"])
    (('Published ', False), ('3 May ', True), ('by Mona', False))
    """
    text = leader.strip()
    words = _words(text[:LONGEST])
    bare = [_folded(word) for word in words]
    varies = [False] * len(words)
    for member in members:
        _compare(bare, [_folded(word) for word in member[: 2 * LONGEST].split()], varies)
    found: list[tuple[str, bool]] = []
    for word, varying in zip(words, varies, strict=True):
        if found and found[-1][1] == varying:
            found[-1] = (found[-1][0] + word, varying)
        else:
            found.append((word, varying))
    if len(text) > LONGEST:
        found.append((" …", False))
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    return fold(word)


def _words(text: str) -> list[str]:
    """The words of a text, each with the space after it."""
    found: list[str] = []
    for word in text.split(" "):
        if word or not found:
            found.append(word + " ")
        else:
            found[-1] += " "
    found[-1] = found[-1][:-1]
    return found


def _compare(leader: Sequence[str], member: Sequence[str], varies: list[bool]) -> None:
    if list(leader) == member[: len(leader)]:
        return
    matcher = SequenceMatcher(None, leader, member, autojunk=False)
    for tag, first, last, _, _ in matcher.get_opcodes():
        if tag != "equal":
            varies[first:last] = [True] * (last - first)
