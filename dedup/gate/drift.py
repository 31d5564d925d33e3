"""Has a site changed? The new pages of each site against pages of its baseline, judged together.

Three questions: has a figure left its range, is a line of the template gone, does a new line stand on most pages?
Each is a test; of all that fall, few are expected to be wrong (`RATE`), and what falls must also matter (the least
effects below). Lists of links change every day and are not asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dedup.gate.statistics import discoveries, fisher, mann_whitney, median
from dedup.gate.values import Finding
from dedup.types import BOILERPLATE_LABELS

RATE = 0.01
"""Of the changes that are reported, this share is expected to be none."""

LEAST_PAGES, LEAST_KNOWN = 8, 20
"""A site is asked about with so many new pages, and so many of the baseline."""

RANKS = 0.5
"""Least rank-biserial correlation of a figure that has moved."""
MOVED_SHARE, SHORTER, MOVED_LINES, MOVED_ENDS = 0.1, 1.5, 2.5, 0.25
"""The middle share of main content moves by this much at least; articles are shorter, and lines fewer or more, by
these factors; so many fewer paragraphs end as sentences do. Longer articles, and more main content, are no fault."""
MOVED_MIX = 0.4
"""So many more, or fewer, of the pages have lines of a class."""
POOR_MORE = 0.05
"""So many more of the pages have less than half the main content that nearly all had before."""
POOR = 0.02

FRAME = 0.8
"""Lines of the template that nearly every page has."""
TEMPLATE, GONE = 0.25, 0.2
"""A template line stood on this share of the pages; it is gone when it stands on less than a fifth of that."""
NEW, UNKNOWN = 0.5, 0.02
"""A new line stands on this share of the pages; it was unknown when it stood on less than this share before."""

SHOWN = 80
"""Code points of a line that are quoted."""

LISTS = ("related_links", "read_also", "keywords", "dateline")
"""Classes of lines that change by themselves."""


@dataclass(slots=True)
class Side:
    """What some pages of a site look like: figures per page, pages per class, pages per line and classes of lines."""

    main_share: list[float] = field(default_factory=list)
    main_chars: list[float] = field(default_factory=list)
    lines: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    pages: int = 0
    mix: Counter[str] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    listed: Counter[int] = field(default_factory=Counter)
    texts: list[frozenset[int]] = field(default_factory=list)

    def add(
        self,
        share: float | None,
        main_chars: int,
        labels: Mapping[str, int],
        held: Mapping[int, str],
        ends: float | None = None,
    ) -> None:
        """Add a page.

        `held` is the class of each of its lines, by the line's text id; `ends` the share of its paragraphs that end
        as sentences do, null where it has none.
        """
        if ends is not None:
            self.ends.append(ends)
        self.pages += 1
        self.main_share.append(share or 0.0)
        self.main_chars.append(main_chars)
        self.lines.append(len(held))
        self.mix.update(label for label, size in labels.items() if size)
        self.held.update(held.keys())
        self.texts.append(frozenset(held))
        self.listed.update(text for text, label in held.items() if label in LISTS)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One test: its p-value, whether it matters, and how it would be told; `family` shares a false-discovery rate."""

    rule: str
    family: str
    site: str
    p: float
    matters: bool
    figure: float
    before: float
    says: str


Spell = Callable[[int], str]
"""The text of a line, by its id."""


def drift(
    new: Mapping[str | None, Side], known: Mapping[str | None, Side], spell: Spell
) -> tuple[list[Finding], list[tuple[str, str, str]]]:
    """What has changed, and what was asked: (level, site, rule). Several lines of a site are one finding."""
    sites = [s for s in sorted(new, key=lambda name: name or "") if _enough(new[s], known.get(s))]
    asked = [each for site in sites for each in _of_site(site or "(no site)", new[site], known[site], spell)]
    changed: dict[tuple[str, str], list[_Asked]] = {}
    for family in dict.fromkeys(each.family for each in asked):
        some = [each for each in asked if each.family == family]
        for each, falls in zip(some, discoveries([one.p for one in some], RATE), strict=True):
            if falls and each.matters:
                changed.setdefault((each.site, each.rule), []).append(each)
    cases = [("drift", site or "(no site)", rule) for site in sites for rule in RULES]
    return [_finding(some) for some in changed.values()], cases


def _enough(new: Side, known: Side | None) -> bool:
    return new.pages >= LEAST_PAGES and known is not None and known.pages >= LEAST_KNOWN


def _finding(some: Sequence[_Asked]) -> Finding:
    first = min(some, key=lambda each: (each.p, -abs(each.figure - each.before)))
    more = f", and {len(some) - 1} more of the kind" if len(some) > 1 else ""
    evidence = f"p = {first.p:.1g}; {first.figure:.4g} now, {first.before:.4g} in the baseline{more}"
    command = "dedup check INPUT --baseline DIR --json -"
    return Finding(first.rule, "drift", first.site, first.figure, first.before, first.says, evidence, command, True)


def _of_site(site: str, new: Side, known: Side, spell: Spell) -> Iterator[_Asked]:
    yield from _figures(site, new, known)
    yield from _mix(site, new, known)
    yield from _lost(site, new, known, spell)
    yield from _appeared(site, new, known, spell)


Far = Callable[[float, float], bool]
"""Whether a middle value now and the one before are far apart."""


def _figures(site: str, new: Side, known: Side) -> Iterator[_Asked]:
    asked: tuple[tuple[str, list[float], list[float], Far], ...] = (
        ("main share", new.main_share, known.main_share, lambda now, was: was - now >= MOVED_SHARE),
        ("characters of main content", new.main_chars, known.main_chars, lambda now, was: SHORTER * now <= was),
        ("lines", new.lines, known.lines, lambda now, was: max(now, was) >= MOVED_LINES * min(now, was)),
        ("share of whole paragraphs", new.ends, known.ends, lambda now, was: was - now >= MOVED_ENDS),
    )
    for name, one, other, far in asked:
        if len(one) >= LEAST_PAGES and len(other) >= LEAST_PAGES:
            p, ranks = mann_whitney(one, other)
            now, was = median(one), median(other)
            form = "{:.1%} now, {:.1%} before" if "share" in name else "{:,.0f} now, {:,.0f} before"
            says = f"{name} per page moved: in the middle {form.format(now, was)} (Mann–Whitney test)"
            yield _Asked("drift-figure", "figures", site, p, abs(ranks) >= RANKS and far(now, was), now, was, says)
    yield _poor(site, new, known)
    yield from _foreign(site, new, known)


def _poor(site: str, new: Side, known: Side) -> _Asked:
    """Pages with far less main content than nearly all had: error pages among good ones."""
    limit = sorted(known.main_chars)[int(POOR * known.pages)] / 2
    poor, were = (sum(value < limit for value in side.main_chars) for side in (new, known))
    now, was = poor / new.pages, were / known.pages
    fewer = f"fewer than {limit:,.0f} characters of main content"
    says = f"{poor} of {new.pages} pages have {fewer}, {were} of {known.pages} had (Fisher's test)"
    p = fisher(poor, new.pages, were, known.pages)
    return _Asked("drift-figure", "poor", site, p, now - was >= POOR_MORE, now, was, says)


def _foreign(site: str, new: Side, known: Side) -> Iterator[_Asked]:
    """Pages without a single line of the template: another template, or none."""
    template = {text for text, pages in known.held.items() if pages >= FRAME * known.pages}
    if template:
        bare, were = (sum(template.isdisjoint(texts) for texts in side.texts) for side in (new, known))
        now, was = bare / new.pages, were / known.pages
        says = f"{bare} of {new.pages} pages have no line of the site's template, {were} of {known.pages} had none"
        p = fisher(bare, new.pages, were, known.pages)
        yield _Asked("drift-figure", "foreign", site, p, now - was >= POOR_MORE, now, was, f"{says} (Fisher's test)")


def _mix(site: str, new: Side, known: Side) -> Iterator[_Asked]:
    for label in BOILERPLATE_LABELS:
        now, before = new.mix[label], known.mix[label]
        if now or before:
            shares = now / new.pages, before / known.pages
            says = f"{now} of {new.pages} pages have {label}, {before} of {known.pages} had (Fisher's test)"
            p = fisher(now, new.pages, before, known.pages)
            far = abs(shares[0] - shares[1]) >= MOVED_MIX and label not in LISTS
            yield _Asked("drift-figure", "mix", site, p, far, *shares, says)


def _lost(site: str, new: Side, known: Side, spell: Spell) -> Iterator[_Asked]:
    """Lines of the template that are gone."""
    for text, before in sorted(known.held.items()):
        was = before / known.pages
        if was >= TEMPLATE and 2 * known.listed[text] < before:
            now = new.held[text]
            p = fisher(now, new.pages, before, known.pages)
            says = f"{now} of {new.pages} pages carry «{spell(text)[:SHOWN]}», {before} of {known.pages} did"
            yield _Asked("drift-lost-line", "lost", site, p, now / new.pages < GONE * was, now / new.pages, was, says)


def _appeared(site: str, new: Side, known: Side, spell: Spell) -> Iterator[_Asked]:
    """Lines on most pages that were unknown."""
    for text, now in sorted(new.held.items()):
        if now / new.pages >= NEW and 2 * new.listed[text] < now:
            before = known.held[text]
            p = fisher(now, new.pages, before, known.pages)
            was = before / known.pages
            unknown = f"unknown before ({before} of {known.pages})"
            says = f"{now} of {new.pages} pages now carry «{spell(text)[:SHOWN]}», {unknown}"
            yield _Asked("drift-new-line", "new", site, p, was <= UNKNOWN, now / new.pages, was, says)


RULES: Mapping[str, str] = {
    "drift-figure": "A figure of the site has left the range of its baseline",
    "drift-new-line": "A line unknown before stands on most pages of the site",
    "drift-lost-line": "A template line of the site is gone",
}
"""What is found, by rule."""
