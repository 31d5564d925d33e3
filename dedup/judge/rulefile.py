r"""Rules of one's own: a TOML file of phrases, template lines and lines to keep, for `--rules FILE`.

    version = 1

    [ar.read_also]                       # phrases: a table per language and class, a list per way to stand,
    label = ["طالع أيضا", "وفي الملف"]     # as in `dedup rules list` and explained at the top of markers.toml

    [[template]]                         # a line that is boilerplate
    text = "صحيفة الوادي - كل الحقوق محفوظة"
    label = "legal"                      # one of the boilerplate classes
    site = "alwadi.example"              # only there; left out: on every site
    pages = 412                          # evidence for the person who reads: on 412 of 430 pages of the site
    of = 430

    [[template]]                         # `opens`: the line begins so, the rest varies ("آخر تحديث: 12:40")
    opens = "آخر تحديث"
    label = "dateline"

    [[template]]                         # `pattern`: a regular expression found in the line
    pattern = '^page \d+ of \d+$'
    label = "navigation"

    [[template]]                         # `heading`: takes what it heads along, as "read also" does
    text = "في العدد نفسه"
    label = "related_links"
    heading = true

    [[keep]]                             # never removed, whatever else says so: text, opens or pattern
    text = "والله ولي التوفيق"

    [[ignore]]                           # a phrase of the packaged list that is not to be used
    text = "للمزيد"

Texts are written as they are spelled and compared in folded form, over whole lines; patterns are searched in the
folded line (lower case, plain alef, ASCII digits, single spaces). A `keep` wins over every other rule, over the
judge, and over duplicates. Further keys that are numbers or texts (`evidence = "…"`) are for readers only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from dedup.errors import UsageError
from dedup.judge.markers import KINDS, Marker, packaged, parse
from dedup.text.charmap import PROFILES
from dedup.text.fold import fold
from dedup.types import BOILERPLATE_LABELS

VERSION = 1
KEEP = "main"
"""The label of a `keep` rule."""

HOW = ("text", "opens", "pattern")
"""What a line must do: be this text, open with it, or hold the pattern; a rule has exactly one of them."""

HEADING_LABELS = ("read_also", "related_links", "keywords", "comment_form")
"""Classes of headings that may take lines along."""


@dataclass(frozen=True, slots=True)
class LineRule:
    """One `[[template]]` or `[[keep]]`: `text` as written and how it is meant, a class (or `main`), a site or all.

    `folded` holds the forms that are compared, one per way of folding; `pages` of `of` pages are evidence.
    """

    text: str
    how: str
    label: str
    site: str | None = None
    heading: bool = False
    pages: int | None = None
    of: int | None = None

    @property
    def folded(self) -> tuple[str, ...]:
        """What a folded line is compared with; a pattern is compared as it is."""
        if self.how == "pattern":
            return (self.text,)
        return tuple(sorted({fold(self.text, profile) for profile in PROFILES}))

    @property
    def name(self) -> str:
        """The rule in a few words, for evidence and messages.

        >>> LineRule("اقرأ", "opens", "read_also", "alwadi.example").name
        'template opens «اقرأ» of alwadi.example'
        """
        kind = "keep" if self.label == KEEP else "heading" if self.heading else "template"
        how = "" if self.how == "text" else f" {self.how}"
        return f"{kind}{how} «{self.text}»" + (f" of {self.site}" if self.site else "")


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that one rule file says; `ignored` holds phrases, folded."""

    phrases: tuple[Marker, ...] = ()
    lines: tuple[LineRule, ...] = ()
    ignored: frozenset[str] = frozenset()

    def markers(self, packaged: Iterable[Marker]) -> list[Marker]:
        """All phrases to search: the packaged ones and these, which win where both have one."""
        own = {marker.folded for marker in self.phrases} | self.ignored
        return [marker for marker in packaged if marker.folded not in own] + list(self.phrases)


def load(path: str | Path) -> Rules:
    """Read a rule file; UsageError where it is none."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"--rules {path}: cannot be read ({reason}); give a TOML file of rules") from None
    return read(text, str(path))


def read(text: str, name: str = "rules.toml") -> Rules:
    r"""The rules of a TOML text; UsageError with the file's `name`, the entry and what to write instead.

    >>> read('[[keep]]\ntext = "والله ولي التوفيق"').lines[0].name
    'keep «والله ولي التوفيق»'
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: no valid TOML: {error}") from None
    version = tables.pop("version", VERSION)
    if version != VERSION:
        raise UsageError(f"{name}: version {version!r} is unknown to this dedup, which reads version {VERSION}")
    lines = tuple(
        _line(entry, kind, f"{name}, [[{kind}]] {number}")
        for kind in ("template", "keep")
        for number, entry in enumerate(_entries(tables.pop(kind, []), kind, name), 1)
    )
    ignored = _ignored(_entries(tables.pop("ignore", []), "ignore", name), name)
    return Rules(tuple(_phrases(tables, name)), lines, ignored)


def _ignored(entries: Sequence[Mapping[str, Any]], name: str) -> frozenset[str]:
    """Phrases not to be used, folded; one that the packaged list does not have is a slip of the pen."""
    known = {marker.folded for marker in packaged()}
    found = set()
    for number, entry in enumerate(entries, 1):
        text = entry.get("text")
        forms = {fold(text, profile) for profile in PROFILES} if isinstance(text, str) else set()
        if not forms & known:
            raise UsageError(f"{name}, [[ignore]] {number}: text {text!r} is no phrase of `dedup rules list`")
        found |= forms
    return frozenset(found)


def _entries(value: object, kind: str, name: str) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise UsageError(f"{name}: write [[{kind}]], a table for each entry")
    return value


def _line(entry: Mapping[str, Any], kind: str, where: str) -> LineRule:
    ways = [how for how in HOW if how in entry]
    if len(ways) != 1 or not isinstance(entry[ways[0]], str) or not entry[ways[0]].strip():
        raise UsageError(f"{where}: give one of {', '.join(HOW)}, a text")
    label = KEEP if kind == "keep" else entry.get("label")
    if kind == "template" and label not in BOILERPLATE_LABELS:
        raise UsageError(f"{where}: label {label!r} is no class; choose from {', '.join(BOILERPLATE_LABELS)}")
    site, heading = entry.get("site"), entry.get("heading", False)
    if not isinstance(site, str | None) or not isinstance(heading, bool):
        raise UsageError(f"{where}: site is a text, heading is true or false")
    if heading and (label not in HEADING_LABELS or ways[0] == "pattern"):
        raise UsageError(f"{where}: a heading is a text of one of the classes {', '.join(HEADING_LABELS)}")
    if ways[0] == "pattern":
        compiled(entry["pattern"], where)
    pages, of = (entry.get(key) if isinstance(entry.get(key), int) else None for key in ("pages", "of"))
    return LineRule(entry[ways[0]], ways[0], str(label), site, heading, pages, of)


def compiled(pattern: str, where: str = "pattern") -> regex.Pattern[str]:
    """A pattern ready to search; UsageError where it is no regular expression."""
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise UsageError(f"{where}: pattern {pattern!r}: {error}") from None


def _phrases(tables: dict[str, Any], name: str) -> Iterator[Marker]:
    for language, classes in tables.items():
        if not isinstance(classes, dict) or not all(isinstance(kinds, dict) for kinds in classes.values()):
            raise UsageError(
                f"{name}: {language!r} is not known; there are [language.class], [[template]], [[keep]] and [[ignore]]"
            )
        for label, kinds in classes.items():
            for kind, phrases in kinds.items():
                if not isinstance(phrases, list) or not all(isinstance(one, str) and one.strip() for one in phrases):
                    where = f"{name}: [{language}.{label}] {kind}"
                    raise UsageError(f"{where}: a list of phrases; the ways to stand are {', '.join(KINDS)}")
    try:
        yield from parse(tables)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None


__all__ = ["HEADING_LABELS", "HOW", "KEEP", "VERSION", "LineRule", "Rules", "compiled", "load", "read"]
