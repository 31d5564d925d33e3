"""One page under judgement: its lines with all their evidence, and what has been decided of each so far.

A page's lines are plain lists here; only pages with open questions come this far.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dedup.judge.evidence import HOUSE_SHARE, HOUSE_STORIES, HOUSE_WORDS, Evidence
from dedup.judge.markers import Hit
from dedup.judge.parts import Part

GIVEN = 0.99
"""The score of what a person's rule says."""


@dataclass(slots=True)
class Line:
    """One non-blank line and the verdict on it; `label` is empty while nothing speaks against the line.

    `row` is the line's row in the corpus columns. `gap` says that a blank line stands before it. `stories` of
    `site_stories` stories of the site hold it. `before`, `after`, `rest`, `ends`: see Repetition. `given`: a
    person's rule has spoken; nothing else is asked.
    """

    row: int
    text: int
    size: int
    words: int
    paragraph: bool
    stop: bool
    colon: bool
    bullet: bool
    commas: int
    digits: int
    letters: int
    gap: bool
    gaps: int
    stories: int
    site_stories: int
    sites: int
    before: float
    after: float
    rest: float
    ends: float
    opener: Hit | None
    inner: tuple[Hit, ...]
    parts: tuple[Part, ...]
    date: bool
    networks: bool
    markup: bool
    titled: int
    slot: bool
    slot_pages: int
    promoted: bool
    given: bool = False
    label: str = ""
    score: float = 0.0
    evidence: list[str] = field(default_factory=list)

    def mark(self, label: str, score: float, *evidence: str) -> None:
        """Call this line boilerplate, unless something stronger was said before, or a person's rule."""
        if self.given:
            return
        if score > self.score:
            self.label, self.score = label, score
            self.evidence = [*evidence, *(e for e in self.evidence if e not in evidence)]
        else:
            self.evidence.extend(e for e in evidence if e not in self.evidence)

    def give(self, label: str, evidence: str) -> None:
        """What a person's rule says of the line; no label keeps it."""
        self.given, self.label, self.parts = True, label, ()
        self.score, self.evidence = (GIVEN, [evidence]) if label else (0.0, [])

    def clear(self) -> None:
        """Take the verdict back: the line is content after all."""
        self.label, self.score = "", 0.0
        self.evidence = []

    @property
    def ticker(self) -> bool:
        """Headlines in a row: runs of four spaces, a headline's words between them, hardly a sentence's end."""
        return self.gaps >= 3 and 3 <= self.words / (self.gaps + 1) <= 15 and self.commas <= self.gaps and not self.stop

    @property
    def house(self) -> bool:
        """A heading of this site's own wording: a short line that recurs below the articles' first paragraphs."""
        plain = self.opener is None and not (self.paragraph or self.date or self.networks or self.markup)
        often = self.stories >= HOUSE_STORIES and HOUSE_SHARE * self.stories >= self.site_stories
        return plain and often and self.label == "navigation" and self.words <= HOUSE_WORDS and self.before < 0.5

    @property
    def sentence(self) -> bool:
        """Running text, even if short."""
        return self.paragraph or (self.stop and self.words >= 3)

    @property
    def list_like(self) -> bool:
        """A headline or a link, not a sentence (TAXONOMY: at most 20 words, no final stop, 160 code points)."""
        return self.words <= 20 and not self.stop and self.size <= 160 and not self.paragraph


@dataclass(slots=True)
class PageView:
    """The lines of one page; `core` holds the indexes of paragraphs that nothing speaks against."""

    number: int
    lines: list[Line]
    title: int

    def text_of(self, evidence: Evidence, index: int) -> str:
        """The folded text of a line."""
        return evidence.text(self.lines[index].text)

    def repeats_title(self, evidence: Evidence, index: int) -> bool:
        """Whether a line holds the title line and more."""
        title = self.text_of(evidence, self.title)
        return self.title != index and title in self.text_of(evidence, index)

    def is_title(self, evidence: Evidence, index: int) -> bool:
        """Whether a line is the title or holds it: the site's name may stand before it."""
        return index == self.title or (0 <= index < self.title and self.repeats_title(evidence, index))

    def core(self) -> list[int]:
        """Unmarked paragraphs."""
        return [i for i, line in enumerate(self.lines) if line.paragraph and not line.label]


def view(evidence: Evidence, page: int) -> PageView:
    """Gather the columns of one page."""
    corpus, repeated, shape = evidence.corpus, evidence.repetition, evidence.fixed.shapes
    first, last = int(corpus.first[page]), int(corpus.first[page + 1])
    site_stories = int(repeated.site_stories[repeated.site[page]])
    rows: list[Line] = []
    gap = False
    title = -1
    for row in range(first, last):
        text = int(corpus.lines.text[row])
        if text < 0:
            gap = True
            continue
        if row == evidence.title_line[page]:
            title = len(rows)
        rows.append(
            Line(
                row,
                text,
                int(corpus.lines.size[row]),
                int(shape.words[text]),
                bool(evidence.fixed.paragraph[text]),
                bool(shape.stop[text]),
                bool(shape.colon[text]),
                bool(shape.bullet[text]),
                int(shape.commas[text]),
                int(shape.digits[text]),
                int(shape.letters[text]),
                gap,
                int(corpus.lines.gaps[row]),
                int(repeated.stories[row]),
                site_stories,
                int(repeated.sites[text]),
                float(repeated.before[row]),
                float(repeated.after[row]),
                float(repeated.rest[row]),
                float(repeated.ends[row]),
                evidence.fixed.opener.get(text),
                evidence.fixed.inner.get(text, ()),
                evidence.fixed.parts.get(text, ()),
                bool(evidence.fixed.date[text]),
                bool(evidence.fixed.networks[text]),
                bool(evidence.fixed.markup[text]),
                evidence.titles.get(text, 0),
                bool(evidence.slot_lines[row]),
                int(evidence.slots.pages[:, row].max()),
                bool(evidence.promoted[text]),
            )
        )
        gap = False
    return PageView(page, rows, title)
