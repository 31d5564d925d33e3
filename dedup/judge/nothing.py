"""Pages without an article: error pages, cookie walls, notices for subscribers, lists of links.

What such a page has left when everything else is known goes too, but only where every line left is accounted for: no
page is emptied because its text is short.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dedup.judge.lines import NAVIGATION, Bools, Ints, Lines
from dedup.judge.marks import Finding, Marks, Rule
from dedup.types import CODE, LABELS

LEFT = 300
"""More visible code points than this are not left by chance: the page stays."""
BELOW_ERROR = 3
"""So many lines below its heading an error is still explained."""

FEW_PAGES = 3
"""A site of fewer pages does not show what stands on all of them."""

_TECHNICAL = CODE["technical"]
_WALLS = np.array([label in ("technical", "legal", "subscribe") for label in LABELS], np.bool_)
_LISTS = np.array([label in ("related_links", "read_also", "navigation") for label in LABELS], np.bool_)


def nothing(lines: Lines, marks: Marks) -> Finding:
    """What is left of a page that has no article."""
    left = marks.silent & ~marks.given
    before, after = lines.latest(~marks.silent), _next(lines, ~marks.silent)
    own = _own_notices(lines, marks)
    label = marks.label[np.maximum(before, 0)] if len(lines) else marks.label
    amid = (before >= 0) & (after >= 0)
    amid[amid] = (marks.label[before[amid]] == marks.label[after[amid]]) & own[before[amid]]
    error = lines.latest(own & (marks.label == _TECHNICAL) & ~lines.stop)
    below = (error >= 0) & (lines.index - error <= BELOW_ERROR) & (lines.totals(lines.paragraph & left) <= 1)
    listed = (lines.evidence.fixed.shapes.letters[lines.text] == 0) | (lines.titled & (lines.stories >= 2))
    listed &= lines.totals(_LISTS[marks.label] & lines.heads) > 0
    accounted = left & (amid | below | listed)
    empty = (lines.totals(left & ~accounted) == 0) & (lines.totals(np.where(left, lines.size, 0)) <= LEFT)
    return Finding(accounted & empty, np.where(amid, label, np.where(below, _TECHNICAL, NAVIGATION)), 700)


def _own_notices(lines: Lines, marks: Marks) -> Bools:
    """Notices by a phrase that are this page's and not its site's, or whose site has too few pages to tell."""
    own = (2 * lines.stories <= lines.site_stories) | (lines.site_stories < FEW_PAGES)
    return np.asarray(_WALLS[marks.label] & lines.evidence.fixed.told[lines.text] & own)


def _next(lines: Lines, chosen: Bools) -> Ints:
    """The first chosen line of the page at or below each line, -1 for none."""
    if not len(lines):
        return lines.index
    following = np.minimum.accumulate(np.where(chosen, lines.index, len(lines))[::-1])[::-1]
    return np.where(following < lines.begin[1:][lines.page], following, -1)


NOTHING_HERE = Rule(nothing, "the page has no article: all else on it is known")


def emptiness(labels: Mapping[str, int], main: int) -> tuple[str, ...]:
    """Why nothing of a document is main content: what most of it is."""
    if main:
        return ()
    most = max(labels.items(), key=lambda item: item[1], default=("", 0))
    return (f"no main content: mostly {most[0]}",) if most[1] else ("no text",)
