"""Headings that may take lines along, and what stands around them: the list below, the article above.

Bare markers of some classes ("read also:"), and headings of a site's own wording, which only repetition knows.
"""

from __future__ import annotations

from dataclasses import dataclass

from dedup.judge.evidence import Evidence
from dedup.judge.page import Line, PageView

TAIL_LABELS = frozenset({"source", "keywords", "share", "comment_form", "subscribe", "legal"})
CLOSING_LABELS = frozenset({"source", "keywords"})
"""These close an article even where nothing of it stands above (a fragment of a page)."""

TAKES = "lines that are not the article's"
"""How the evidence of a heading that takes lines along ends."""

LEADS_ON = 6
"""So many words and a colon lead on to what follows: "the squad is as follows:"."""

HabitKey = tuple[int, int, bool, bool]
"""Site, text of the heading, whether the article was closed above it, whether it comes again further down."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at line `at`; lines from `at + 1` to `stop` are its list."""

    page: PageView
    at: int
    stop: int
    evidence: Evidence

    @property
    def line(self) -> Line:
        """The heading itself."""
        return self.page.lines[self.at]

    @property
    def above(self) -> list[Line]:
        """All lines above."""
        return self.page.lines[: self.at]

    @property
    def listed(self) -> list[Line]:
        """The list-like lines that follow at once."""
        return self.page.lines[self.at + 1 : self.stop]

    @property
    def below(self) -> list[Line]:
        """All lines below the list."""
        return self.page.lines[self.stop :]

    @property
    def own(self) -> list[Line]:
        """The article's paragraphs above."""
        return [line for line in self.above if line.paragraph and not line.label]

    @property
    def paragraphs(self) -> list[Line]:
        """Paragraphs below the list, whosever they are."""
        return [line for line in self.below if line.paragraph and not line.label]

    @property
    def is_fragment(self) -> bool:
        """No sentence stands above."""
        return not any(line.sentence and not line.label for line in self.above)

    @property
    def closing(self) -> str:
        """The label of the line that closed the article above: after its last sentence; else empty."""
        last = max((i for i, line in enumerate(self.above) if line.sentence and not line.label), default=-1)
        labels = TAIL_LABELS if last >= 0 else CLOSING_LABELS
        return next((line.label for line in reversed(self.above[last + 1 :]) if line.label in labels), "")

    @property
    def comes_again(self) -> bool:
        """The same heading stands further down, text between the two."""
        paragraph = False
        for line in self.page.lines[self.at + 1 :]:
            if paragraph and line.text == self.line.text:
                return True
            paragraph = paragraph or (line.paragraph and not line.label)
        return False

    @property
    def key(self) -> HabitKey:
        """What this heading has in common with others of its site."""
        return self.page.site, self.line.text, bool(self.closing), self.comes_again

    def stands(self, least: int, paragraphs: int) -> bool:
        """Whether the article above is 1/`least` of all paragraphs and has so many: then what follows may go."""
        size = sum(line.size for line in self.own)
        whole = sum(line.size for line in self.page.lines if line.paragraph and not line.label)
        return len(self.own) >= paragraphs and least * size >= whole

    def text(self, line: Line) -> str:
        """The folded text of a line."""
        return self.evidence.text(line.text)


def is_marker(line: Line) -> bool:
    """A phrase of the list that stands alone and may take lines with it."""
    return line.heads and line.label == line.opener


def is_house(page: PageView, at: int) -> bool:
    """A heading of the site's own wording with something unrepeated below it."""
    below = page.lines[at + 1] if at + 1 < len(page.lines) else None
    return page.lines[at].house and below is not None and below.stories < 3 and not below.label


def heading(page: PageView, at: int, evidence: Evidence) -> Heading | None:
    """The heading at a line; none where the line is no heading."""
    if not (is_marker(page.lines[at]) or is_house(page, at)):
        return None
    stop = at + 1
    while stop < len(page.lines) and not page.lines[stop].label and _is_headline(page.lines[stop], evidence):
        stop += 1
    return Heading(page, at, stop, evidence)


def _is_headline(line: Line, evidence: Evidence) -> bool:
    """A line of a list: the title of another page, a line without a final stop, a short question or exclamation."""
    if (line.colon and line.words >= LEADS_ON) or line.date or not line.letters:
        return False  # also a time of day: the next entry of a live blog
    if line.list_like or line.titled:
        return True
    if line.words > 16 or line.commas > 1 or line.size > 120:
        return False
    return evidence.text(line.text).rstrip("\"') ").endswith(("?", "!", ".."))
