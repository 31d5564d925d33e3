"""Closed word lists: lines that are nothing but a date, or nothing but names of networks.

A line every word of which is a date word is no sentence, so this is closer to a marker than to a shape.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import regex

from dedup.text.fold import fold

_TOKEN = regex.compile(r"[^\W\d]+|\d+")
_NUMERIC_DATE = regex.compile(r"\b(\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})|(19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2})(?!\d)")
_CLOCK = regex.compile(r"\b\d{1,2}[:.]\d{2}\b")
_MARKUP = regex.compile(
    r"""^(content|alt|title|src|href|class|style|width|height)\s*=\s*["']|^<[^>]{0,200}>?$|/>\s*$"""
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded word sets. `months`, `weekdays` and `time` together are the words that a date line may hold."""

    months: frozenset[str]
    weekdays: frozenset[str]
    time: frozenset[str]
    networks: frozenset[str]
    agencies: tuple[str, ...]
    connectives: frozenset[str]
    credits: frozenset[str]

    def is_date(self, line: str) -> bool:
        """Whether a folded line is a date and nothing else.

        >>> lexicon().is_date(fold("الجمعة 20 نونبر 2020 - 09:00"))
        True
        >>> lexicon().is_date(fold("نتيجة 2-1"))
        False
        """
        tokens = _TOKEN.findall(line)
        words = [t for t in tokens if not t.isdigit()]
        numbers = len(tokens) - len(words)
        if (
            not numbers
            or len(tokens) > 22
            or any(w not in self.time and w not in self.months and w not in self.weekdays for w in words)
        ):
            return False
        month = any(w in self.months for w in words)
        day = any(w in self.weekdays for w in words)
        numeric = _NUMERIC_DATE.search(line) is not None
        clock = _CLOCK.search(line) is not None
        if numeric:
            return True
        if month:
            return (
                numbers >= 2
                or day
                or clock
                or (numbers == 1 and len(words) <= 4 and len(tokens) <= 5 and _year(tokens))
            )
        return (day and clock) or (clock and len(words) >= 1 and len(tokens) <= 6)

    def is_networks(self, line: str) -> bool:
        """Whether a folded line is a row of sharing links and nothing else."""
        words = [t for t in _TOKEN.findall(line) if not t.isdigit()]
        return bool(words) and len(words) <= 16 and all(w in self.networks for w in words)

    def goes_on(self, line: str) -> bool:
        """Whether a folded paragraph opens as the second, third … of an article does.

        >>> lexicon().goes_on(fold("وأضاف الوزير أن الاجتماع مستمر")), lexicon().goes_on(fold("وزير المالية يستقيل"))
        (True, False)
        """
        first = next(iter(_TOKEN.findall(line[:40])), "")
        return first in self.connectives or (
            len(first) >= 5
            and first[0] == "و"
            and first[1] in "ايقتبكفعذلرشم"
            and not first.startswith(
                ("وزير", "وزار", "وكال", "وزرا", "وفاه", "والد", "وثيق", "وحده", "ولايه", "ولايات")
            )
        )


def is_markup(line: str) -> bool:
    """Residue of an HTML tag: `content="…" />`."""
    return _MARKUP.search(line) is not None


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The packaged word lists."""
    tables = tomllib.loads(resources.files("dedup.judge").joinpath("words.toml").read_text(encoding="utf-8"))
    sets = {name: _words(lists) for name, lists in tables.items()}
    agencies = tuple(sorted({fold(n) for n in tables["agencies"]["names"]}, key=lambda n: (-len(n), n)))
    return Lexicon(
        sets["months"], sets["weekdays"], sets["time"], sets["networks"], agencies, sets["connectives"], sets["credits"]
    )


def _words(lists: dict[str, list[str]]) -> frozenset[str]:
    folded = (fold(word) for words in lists.values() for word in words)
    return frozenset(token for word in folded for token in _TOKEN.findall(word))


def _year(tokens: list[str]) -> bool:
    return any(len(t) == 4 and t[:2] in ("19", "20", "14") for t in tokens)
