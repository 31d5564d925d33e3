"""How much a text reads as real Arabic, as one number: what decides between two readings of the same bytes.

Letters that are Arabic, words that every Arabic text is full of, and pairs of letters that are common speak for a
reading; letters with accents, box drawings and control characters speak against it, and so do words of one letter, and
the floods of two letters that UTF-8 read in a code page shows.
"""

from __future__ import annotations

import re

COMMON = frozenset(
    [
        "في",
        "من",
        "على",
        "إلى",
        "الى",
        "عن",
        "أن",
        "ان",
        "إن",
        "مع",
        "هذا",
        "هذه",
        "ذلك",
        "تلك",
        "التي",
        "الذي",
        "الذين",
        "كان",
        "كانت",
        "قال",
        "قالت",
        "وقال",
        "بعد",
        "قبل",
        "بين",
        "كل",
        "غير",
        "حتى",
        "خلال",
        "عند",
        "منذ",
        "أو",
        "او",
        "ما",
        "لا",
        "لم",
        "لن",
        "قد",
        "كما",
        "هو",
        "هي",
        "هم",
        "ثم",
        "أي",
        "ولا",
        "وفي",
        "ومن",
        "وعلى",
        "أكد",
        "وأكد",
        "اليوم",
        "أمس",
        "عام",
        "يوم",
        "العام",
    ]
)
"""Words that stand in any Arabic text, as news spells them."""

_LETTER = re.compile(r"[\u0621-\u063a\u0641-\u064a]")
_WORD = re.compile(r"[\u0621-\u063a\u0641-\u0652]+")
_PAIR = re.compile("ال|من|في|ين|ات|ون|ية|ها|وا|لم|لت|مع|ان")
_ODD = re.compile(
    r"[\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u024f\u02c6\u02dc\u2018-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
    r"\u2219-\u2265\u2320-\u2321\u2500-\u25a0]"
)

_JARRING = re.compile(
    r"[\u0621-\u064a][\u00c0-\u024f]|[\u00c0-\u024f][\u0621-\u064a]|(?<![\u0621-\u0652])[\u064b-\u0652]"
)
"""An accented letter amid an Arabic word, or a vowel sign that stands on nothing."""


def plausibility(text: str) -> float:
    """From about -3 (broken) over 0 (no Arabic) to about 3 (a plain sentence).

    >>> plausibility("قال الوزير إن العمل في الميناء يسير كما خطط له") > 1.5
    True
    >>> plausibility("ظ‚ط§ظ„ ط§ظ„ظˆط²ظٹط±") < 0
    True
    """
    size = (len(text) - sum(map(str.isspace, text))) or 1
    letters = _LETTER.findall(text)
    words = _WORD.findall(text)
    common = sum(word in COMMON for word in words) / max(len(words), 1)
    lone = sum(len(word) == 1 and word != "و" for word in words) / max(len(words), 1)
    jarring = len(_JARRING.findall(text)) / max(len(words), 1)
    pairs = len(_PAIR.findall(text)) / max(len(letters), 1)
    odd = len(_ODD.findall(text)) / size
    flood = max(_flood(text, *two) for two in ("طظ", "عظ"))
    flooded: float = 2.0 if flood > 0.3 * max(len(letters), 1) else 0.0
    score: float = len(letters) / size + 2 * common + 1.5 * pairs - 1.5 * odd - flooded - lone - jarring
    return score


def _flood(text: str, one: str, other: str) -> int:
    """How often two letters occur together; nothing where there is hardly any of one, as in a drawn-out word."""
    first, second = text.count(one), text.count(other)
    return first + second if min(first, second) * 10 > first + second else 0
