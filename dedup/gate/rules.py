"""The rules of the gate: a figure of a document, a site or the run, and the threshold that it is held against.

To add a rule: a field in `Thresholds`, an entry here, the option in `dedup check`.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dedup.gate.thresholds import Thresholds
from dedup.gate.values import Finding, Group, Outcome, Page, Spot
from dedup.report.score import share, total
from dedup.types import MAIN_LABELS

Case = tuple[str, str, str]
"""Level, subject and rule of something that was asked."""

SHOWN = 80
"""Code points of evidence that are quoted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`threshold` is the field of Thresholds; `measure` gives the figure, null where it makes no sense.

    `says` is a sentence with the figure and the threshold as `{0}` and `{1}`.
    """

    id: str
    level: str
    threshold: str
    says: str
    measure: Callable[[Any], float | None]
    evidence: Callable[[Any], str]

    @property
    def least(self) -> bool:
        """Whether the figure must not lie below the threshold, rather than not above it."""
        return self.threshold.startswith("min_")

    def broken(self, subject: object, thresholds: Thresholds) -> tuple[float, float] | None:
        """The figure and the threshold, where the rule is broken."""
        figure, limit = self.measure(subject), float(getattr(thresholds, self.threshold))
        if figure is None or (figure >= limit if self.least else figure <= limit):
            return None
        return figure, limit


def _boilerplate(page: Page) -> float | None:
    return share(page.row.chars - page.row.main_chars, page.row.chars)


def _spot(spot: Spot | None, otherwise: str) -> str:
    if spot is None:
        return otherwise
    text = spot.text if len(spot.text) <= SHOWN else spot.text[: SHOWN - 1] + "…"
    return f"line {spot.line}: {spot.label}, {spot.chars:,} characters from «{text}»"


def _of_page(page: Page) -> str:
    return _spot(page.boilerplate, "; ".join(page.row.problems) or "no text")


def _main_share(group: Group) -> float | None:
    return total(page.row for page in group.pages).main_share


def _worst(group: Group) -> str:
    ranked = sorted((p for p in group.pages if p.row.chars), key=lambda p: (p.row.main_share or 0, p.name))
    return "worst: " + ", ".join(f"{p.name} ({p.row.main_share or 0:.0%})" for p in ranked[:3])


def _share_of(group: Group, of: Callable[[Page], int]) -> float | None:
    return share(sum(map(of, group.pages)), sum(page.row.main_chars for page in group.pages))


def _duplicates(page: Page) -> int:
    return max(page.row.labels.get("duplicate", 0) - page.known - page.same, 0)


def _most(of: Callable[[Page], float | int]) -> Callable[[Group], str]:
    def say(group: Group) -> str:
        ranked = sorted((p for p in group.pages if of(p)), key=lambda p: (-of(p), p.name))
        names = [f"{p.name}" + (f" (copy of {p.row.duplicate_of})" if p.row.duplicate_of else "") for p in ranked[:3]]
        return f"{len(ranked)} documents: {', '.join(names)}" + (" …" if len(ranked) > len(names) else "")

    return say


def _empty(page: Page) -> int:
    return int(page.row.chars == 0)


def _unreadable(group: Group) -> float | None:
    return share(group.unreadable, group.unreadable + len(group.pages)) if group.whole else None


RULES: tuple[Rule, ...] = (
    Rule("main-share", "file", "min_main_share", "main content is {0:.1%} of the text, less than {1:.1%}",
         lambda page: page.row.main_share, _of_page),
    Rule("main-chars", "file", "min_main_chars", "main content has {0:,.0f} characters, fewer than {1:,.0f}",
         lambda page: float(page.row.main_chars), _of_page),
    Rule("boilerplate", "file", "max_boilerplate", "boilerplate is {0:.1%} of the text, more than {1:.1%}",
         _boilerplate, _of_page),
    Rule("damage", "file", "max_damage", "{0:.1%} of the characters are damaged, more than {1:.1%}",
         lambda page: share(page.damaged, page.row.chars), lambda page: _spot(page.damage, "")),
    Rule("site-main-share", "site", "min_site_main_share", "main content is {0:.1%} of its text, less than {1:.1%}",
         _main_share, _worst),
    Rule("site-failed", "site", "max_site_failed", "{0:.1%} of the site's documents fail, more than {1:.1%}",
         lambda group: share(group.failed, len(group.pages)), _worst),
    Rule("run-main-share", "run", "min_run_main_share", "main content is {0:.1%} of all text, less than {1:.1%}",
         _main_share, _worst),
    Rule("failed", "run", "max_failed", "{0:.1%} of all documents fail, more than {1:.1%}",
         lambda group: share(group.failed, len(group.pages)), lambda group: f"{group.failed} of {len(group.pages)}"),
    Rule("duplicates", "run", "max_duplicates", "{0:.1%} of the main content stands here twice, more than {1:.1%}",
         lambda group: _share_of(group, _duplicates), _most(_duplicates)),
    Rule("known", "run", "max_known", "{0:.1%} of the main content is in the baseline already, more than {1:.1%}",
         lambda group: _share_of(group, lambda page: page.known), _most(lambda page: page.known)),
    Rule("empty", "run", "max_empty", "{0:.1%} of all documents have no text, more than {1:.1%}",
         lambda group: share(sum(map(_empty, group.pages)), len(group.pages)), _most(_empty)),
    Rule("unreadable", "run", "max_unreadable", "{0:.1%} of all inputs cannot be read, more than {1:.1%}",
         _unreadable, lambda group: f"{group.unreadable} inputs"),
)  # fmt: skip
"""All rules, in the order in which they are told."""


def judge(
    pages: Sequence[Page], unreadable: int, thresholds: Thresholds
) -> tuple[list[Finding], list[tuple[str, str, str]]]:
    """What is wrong with a scrape, and everything that was asked: (level, subject, rule)."""
    findings: list[Finding] = []
    cases: list[Case] = []
    failed: set[str] = set()
    for page in pages:
        for rule in _of("file"):
            cases.append(("file", page.name, rule.id))
            finding = _finding(rule, page, thresholds)
            if finding is not None:
                failed.add(page.name)
                findings.append(finding)
    for group in _groups(pages, failed, unreadable):
        for rule in _of("run" if group.whole else "site"):
            cases.append((rule.level, group.name, rule.id))
            finding = _finding(rule, group, thresholds)
            if finding is not None:
                findings.append(finding)
    return findings, cases


def _of(level: str) -> Iterator[Rule]:
    return (rule for rule in RULES if rule.level == level)


def _groups(pages: Sequence[Page], failed: set[str], unreadable: int) -> Iterable[Group]:
    sites: dict[str | None, list[Page]] = {}
    for page in pages:
        sites.setdefault(page.row.site, []).append(page)
    for site in sorted(sites, key=lambda name: name or ""):
        yield _group(site, False, sites[site], failed, 0)
    yield _group(None, True, pages, failed, unreadable)


def _group(site: str | None, whole: bool, pages: Sequence[Page], failed: set[str], unreadable: int) -> Group:
    return Group(site, whole, tuple(pages), sum(page.name in failed for page in pages), unreadable)


def _finding(rule: Rule, subject: Page | Group, thresholds: Thresholds) -> Finding | None:
    broken = rule.broken(subject, thresholds)
    if broken is None:
        return None
    figure, limit = broken
    path, line, command = None, 1, "dedup report INPUT --worst 20"
    if isinstance(subject, Page):
        spot = subject.damage if rule.id == "damage" else subject.boilerplate
        path, line = subject.path or None, spot.line if spot is not None and subject.is_text else subject.line
        command = f"dedup explain {shlex.quote(subject.path)}" + (
            "" if subject.is_text else f" {shlex.quote(subject.name)}"
        )
    says, evidence = rule.says.format(figure, limit), rule.evidence(subject)
    fails = rule.level != "file"
    return Finding(rule.id, rule.level, subject.name, figure, limit, says, evidence, command, fails, path, line)


def outcome_figures(pages: Sequence[Page]) -> dict[str, float | None]:
    """Figures of the whole run."""
    whole = total(page.row for page in pages)
    main = sum(page.row.main_chars for page in pages)
    return {
        "main_share": whole.main_share,
        "boilerplate": whole.share(label for label in whole.labels if label not in MAIN_LABELS),
        "duplicates": share(sum(map(_duplicates, pages)), main),
        "known": share(sum(page.known for page in pages), main),
        "damage": share(sum(page.damaged for page in pages), whole.chars),
    }


__all__ = ["RULES", "Outcome", "Rule", "judge", "outcome_figures"]
