"""What folds to what: the tables of the compare-only normal form, one per profile.

The order of the steps matters and is `fold.fold`'s business; here is only data. A table maps a code
point to a string, or to None where the code point is deleted, as `str.translate` wants it.

Sources: Lucene's ArabicNormalizer and PersianNormalizer and CAMeL Tools' `normalize` agree on alef,
yeh and teh marbuta; the Farsi and Urdu letters, presentation forms and invisible marks are ours,
because scrapes of one site mix them freely.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

Table = Mapping[int, str | None]

PROFILES = ("ar", "fa", "ur", "ckb")
"""Arabic (and every script but the three that follow), Persian, Urdu, Sorani Kurdish."""


def _points(ranges: str) -> Iterator[int]:
    """Code points of a list such as "640 64B-65F" (hexadecimal, both ends included)."""
    for item in ranges.split():
        first, _, last = item.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def _deleted(ranges: str) -> dict[int, str | None]:
    return dict.fromkeys(_points(ranges))


def _to(target: str, ranges: str) -> dict[int, str | None]:
    return dict.fromkeys(_points(ranges), target)


INVISIBLE = _deleted(
    "AD 34F 61C 115F-1160 17B4-17B5 180E 200B-200F 202A-202E 2060-206F FEFF FFFC FE00-FE0F E0100-E01EF"
)
"""Zero width, direction, soft hyphen, variation selectors: never seen, and different in every CMS."""

MARKS = _deleted(
    "640 610-61A 64B-65F 670 6D6-6DC 6DF-6E4 6E7-6E8 6EA-6ED 898-89F 8CA-8E1 8E3-8FF"  # tatweel, harakat, Koranic
    " 591-5BD 5BF 5C1-5C2 5C4-5C5 5C7"  # Hebrew points and accents
)

BEFORE_NFKC: Table = MappingProxyType(
    {
        # Harakat as isolated or medial forms: NFKC would make SPACE + mark or TATWEEL + mark and split the word.
        **_deleted("FE70-FE74 FE76-FE7F FC5E-FC63 FCF2-FCF4"),
        0xFDFD: "بسم الله الرحمن الرحيم",  # has no decomposition
        0xFDFC: "ريال",  # decomposes with a Farsi yeh
        0x130: "i",
        0x131: "i",
    }
)

AFTER_CASEFOLD: Table = MappingProxyType({0x307: None})
"""The dot that lower-casing leaves over an i."""

_DIGITS = {zero + value: str(value) for zero in (0x660, 0x6F0) for value in range(10)}

_PUNCTUATION = {
    **_to(",", "60C 60D 66C"),
    **_to(";", "61B"),
    **_to(".", "61E 66B 6D4"),
    **_to("?", "61F"),
    **_to("%", "66A"),
    **_to("'", "60 B4 2B9 2BC 5F3 2018-201B 2032"),
    **_to('"', "AB BB 5F4 201C-201F 2033 2039 203A 300C-300F FD3E FD3F"),
    **_to("-", "5BE 2010-2015 2043 2212 2500 2501 FE58"),
    **_to(":", "2D0 589 5C3 2236 A789"),
    **_to("*", "66D B7 2022 2023 2219 25A0 25AA 25CB 25CF 25E6 2714 27A2"),
}

_LETTERS = {
    "ar": {
        **_to("ا", "622 623 625 671-673 675"),
        **_to("ي", "649 6CC 6CD 6CE 6D0 6D1 6D2 63D-63F"),
        **_to("ئ", "6D3"),
        **_to("ك", "6A9 6AA 63B 63C"),
        **_to("ه", "629 6BE 6C0-6C3 6D5 6FF"),
    },
    "fa": {  # ھ and ے are kept
        **_to("ا", "622 623 625 671-673 675"),
        **_to("ي", "649 6CC"),
        **_to("ك", "6A9 6AA 63B 63C"),
        **_to("ه", "629 6C0 6C1 6D5"),
    },
    "ur": {  # ھ is aspiration and ے is a vowel of its own
        **_to("ا", "622 623 625"),
        **_to("ی", "649 64A"),
        **_to("ک", "643"),
        **_to("ہ", "629 647 6C0 6C2 6C3"),
        **_to("ے", "6D3"),
    },
    "ckb": {  # ە ێ ۆ ڵ ڕ are letters of their own
        **_to("ی", "649 64A"),
        **_to("ک", "643"),
        **_to("ه", "6BE"),
    },
}

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        profile: MappingProxyType({**INVISIBLE, **MARKS, **_LETTERS[profile], **_DIGITS, **_PUNCTUATION})
        for profile in PROFILES
    }
)
"""Applied between the two NFKC steps, by profile."""
