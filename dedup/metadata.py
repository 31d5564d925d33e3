"""Date, byline, source and keywords of a document, from what was removed: values without their label.

People who strip such lines still want what they say. A date is written in ISO form where it is certain: a year of four
figures, and a month by name or where day and month cannot be exchanged; and where all datelines agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from dedup.text.fold import fold, fold_map


class Gone(Protocol):
    """A removed span with the reason for it."""

    @property
    def start(self) -> int:
        """Its first code point."""

    @property
    def end(self) -> int:
        """After its last."""

    @property
    def label(self) -> str:
        """Its class."""

    @property
    def evidence(self) -> tuple[str, ...]:
        """Why it went."""


FIELD = "dedup_metadata"
"""The field of the output that holds it."""

LABELS = ("dateline", "byline", "source", "keywords")

_MARKER = re.compile(r"marker «(.+)»")
_EDGE = " \t\r\n:：-–—|•·*،,.\u200e\u200f\u00a0"
_CREDIT = re.compile(r"^\([^()]{1,40}\)\s*[-–—:]?\s*")
_WRITER = re.compile(r"^(?:كتبت?|بقلم|إعداد|تحرير|by|par|von|di|por)\s*[:/\-–]?\s+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,،;؛|#•\n]+")

_MONTHS = (
    "يناير كانون-الثاني جانفي january janvier januar jan",
    "فبراير شباط فيفري february février februar feb",
    "مارس آذار march mars märz mar",
    "أبريل إبريل نيسان أفريل april avril apr",
    "مايو أيار ماي may mai",
    "يونيو حزيران جوان june juin juni jun",
    "يوليو تموز جويلية july juillet juli jul",
    "أغسطس آب أوت august août aug",
    "سبتمبر أيلول september septembre sep sept",
    "أكتوبر تشرين-الأول october octobre oktober oct",
    "نوفمبر تشرين-الثاني november novembre nov",
    "ديسمبر كانون-الأول december décembre dezember dec",
)
_NUMBER = {fold(name.replace("-", " ")): month for month, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = "|".join(sorted(map(re.escape, _NUMBER), key=len, reverse=True))
_DAY, _YEAR = r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?", r"((?:19|20)\d\d)(?!\d)"
_DAY_FIRST = re.compile(rf"{_DAY},? *(?:de )?({_NAME})\b,? *(?:de )?{_YEAR}")
_MONTH_FIRST = re.compile(rf"\b({_NAME})\b *{_DAY},? *{_YEAR}")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{1,2})(?!\d)")
_FIGURES = re.compile(r"(?<!\d)(\d{1,2}) ?[-/.] ?(\d{1,2}) ?[-/.] ?((?:19|20)\d\d)(?!\d)")


def metadata(text: str, removals: Iterable[Gone]) -> dict[str, object]:
    r"""Values by class, and `date` where it is certain; empty where nothing of the kind was removed.

    >>> text = "تاريخ النشر: 3 مايو 2024\nالمصدر: بريد الوادي"
    >>> from dedup.types import Removal
    >>> date_line = Removal(0, 25, "dateline", ("marker «تاريخ النشر»",), 0.9)
    >>> metadata(text, [date_line, Removal(25, 44, "source", ("marker «المصدر»",), 0.9)])
    {'date': '2024-05-03', 'dateline': ['3 مايو 2024'], 'source': ['بريد الوادي']}
    """
    found: dict[str, list[str]] = {label: [] for label in LABELS}
    for removal in removals:
        if removal.label in found:
            found[removal.label] += _values(text, removal)
    dates = {day for line in found["dateline"] for day in _dates(line)}
    said: dict[str, object] = {"date": dates.pop().isoformat()} if len(dates) == 1 else {}
    return said | {label: list(dict.fromkeys(values)) for label, values in found.items() if values}


def _values(text: str, removal: Gone) -> list[str]:
    value = _unlabelled(text[removal.start : removal.end].strip(), removal.evidence)
    if removal.label == "byline":
        value = _WRITER.sub("", _CREDIT.sub("", value))
    parts = _SEPARATOR.split(value) if removal.label == "keywords" else [" ".join(value.split())]
    return [part for part in (each.strip(_EDGE) for each in parts) if part]


def _unlabelled(value: str, evidence: Iterable[str]) -> str:
    """The value without the marker that opens it, however that is spelled."""
    for reason in evidence:
        marker = _MARKER.fullmatch(reason)
        if marker is not None:
            label = fold(marker[1])
            folded, places = fold_map(value)
            if folded.startswith(label):
                return value[places[len(label)] :].strip(_EDGE)
    return value.strip(_EDGE)


def _dates(line: str) -> Iterator[date]:
    """The certain dates of a line."""
    folded = fold(line)
    found = [(year, month, day) for year, month, day in _ISO.findall(folded)]
    found += [(year, _NUMBER[name], day) for day, name, year in _DAY_FIRST.findall(folded)]
    found += [(year, _NUMBER[name], day) for name, day, year in _MONTH_FIRST.findall(folded)]
    found += [
        (year, month, day)
        for day, month, year in _FIGURES.findall(folded)
        if int(day) > 12 or int(day) == int(month)  # else they may be exchanged
    ]
    for year, month, day in found:
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue
