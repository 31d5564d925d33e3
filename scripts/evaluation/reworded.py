"""The same pages with headings, tag and source labels that no list of phrases has, invented for each site.

Phrases of the development sets are known to the list of markers, so a good figure there says little of a site that
words its headings otherwise. Here each site gets wording of its own; what is left is what can be learned from it.
"""

from __future__ import annotations

import zlib
from dataclasses import replace

from evaluation.data import LabelledSet, Page, labelled_set

HEADINGS = (
    "مما يتصفحه زوارنا الآن",
    "باقة من جديدنا",
    "ركن الحكايات المجاورة:",
    "وللحديث بقية في هذه الصفحات",
    "من دفاتر المحررين",
    "على هامش ما سبق:",
    "نوافذ أخرى",
    "بين السطور حكاية",
    "سلة المختار لكم هذا المساء",
    "تتمة الجولة:",
)
TAGS = ("خيوط الموضوع:", "مفاتيح هذه المادة:", "دروب المقال:")
SOURCES = ("منبع المادة:", "أخذت عن:")

HEADING_KINDS = ("read_also_head", "read_also_marker")
TAG_KINDS = ("tags", "keywords")


def reworded(pages: LabelledSet) -> LabelledSet:
    """A set whose pages word their headings in the site's own way; pages without kinds are left out."""
    return labelled_set(pages.name, (_page(page) for page in pages.pages if page.kinds))


def _page(page: Page) -> Page:
    lines = page.lines()
    return replace(page, text="\n".join(_line(page, lines, n) for n in range(len(lines))))


def _line(page: Page, lines: list[str], n: int) -> str:
    kind, line = page.kind(n), lines[n]
    if kind in HEADING_KINDS:
        return _choose(HEADINGS, page, line)
    if kind == "source" and ":" in line:
        return f"{_choose(SOURCES, page)} {line.split(':', 1)[1].strip()}"
    if kind in TAG_KINDS and (n == 0 or page.kind(n - 1) not in TAG_KINDS):
        return _choose(TAGS, page) + (line.split(":", 1)[1] if ":" in line else "")
    return line


def _choose(phrases: tuple[str, ...], page: Page, line: str = "") -> str:
    """One of the phrases: the same for the same site and line."""
    return phrases[zlib.crc32(f"{page.site}\n{line}".encode()) % len(phrases)]
