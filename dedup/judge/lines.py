"""The lines under judgement as columns.

Only pages with a line that anything speaks about come this far; all their lines stand here one after the other,
blank ones left out. Rules work on whole columns: an object per line would cost more than the rules.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.judge.evidence import HOUSE_SHARE, HOUSE_STORIES, HOUSE_WORDS, Evidence
from dedup.judge.rulefile import LineRule
from dedup.types import CODE

NOTHING = 0
"""The label code while nothing speaks against a line."""

NAVIGATION = CODE["navigation"]

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Lines:
    """Columns over the lines of the open pages; a line is known by its place in them, a page by its place in `pages`.

    `rows` are rows of the corpus, `text` ids of texts, `page` places of pages (all int64); lines of page p are
    `begin[p]` to `begin[p + 1] - 1`. `title` is the line that looks like a page's title, -1 for none. The other
    columns are gathered from the evidence when a rule first asks for them.
    """

    def __init__(self, evidence: Evidence, pages: Ints) -> None:
        corpus = evidence.corpus
        self.evidence = evidence
        self.pages = pages
        opened = np.zeros(len(corpus.pages), np.bool_)
        opened[pages] = True
        all_rows = np.flatnonzero(opened[corpus.lines.doc])
        self.rows: Ints = all_rows[corpus.lines.text[all_rows] >= 0]
        self.text: Ints = corpus.lines.text[self.rows].astype(np.int64)
        place = np.cumsum(opened) - 1
        self.page: Ints = place[corpus.lines.doc[self.rows]]
        self.begin: Ints = np.searchsorted(self.page, np.arange(pages.size + 1))
        titles = evidence.title_line[pages]
        self.title: Ints = np.where(titles >= 0, np.searchsorted(self.rows, titles), -1)

    def __len__(self) -> int:
        return self.rows.size

    def of_texts(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column over texts as a column over lines."""
        return column[self.text]

    @cached_property
    def index(self) -> Ints:
        """The line's own place."""
        return np.arange(len(self), dtype=np.int64)

    @cached_property
    def titles(self) -> Ints:
        """The place of the title of a line's page, -1 for none."""
        return self.title[self.page]

    @cached_property
    def size(self) -> Ints:
        """Code points that are no spaces."""
        return self.evidence.corpus.lines.size[self.rows].astype(np.int64)

    @cached_property
    def gaps(self) -> NDArray[np.int32]:
        """Runs of four and more spaces between words."""
        return self.evidence.corpus.lines.gaps[self.rows]

    @cached_property
    def gap(self) -> Bools:
        """A blank line stands before the line."""
        blank = self.evidence.corpus.lines.text < 0
        before = blank[np.maximum(self.rows - 1, 0)]
        doc = self.evidence.corpus.lines.doc
        return np.asarray(before & (self.rows > 0) & (doc[np.maximum(self.rows - 1, 0)] == doc[self.rows]))

    @cached_property
    def words(self) -> NDArray[np.int32]:
        """See Shapes."""
        return self.evidence.fixed.shapes.words[self.text]

    @cached_property
    def digits(self) -> NDArray[np.int32]:
        """See Shapes."""
        return self.evidence.fixed.shapes.digits[self.text]

    @cached_property
    def commas(self) -> NDArray[np.int32]:
        """See Shapes."""
        return self.evidence.fixed.shapes.commas[self.text]

    @cached_property
    def stop(self) -> Bools:
        """See Shapes."""
        return self.evidence.fixed.shapes.stop[self.text]

    @cached_property
    def paragraph(self) -> Bools:
        """See Shapes."""
        return self.evidence.fixed.paragraph[self.text]

    @cached_property
    def sentence(self) -> Bools:
        """Running text, even if short."""
        return self.paragraph | (self.stop & (self.words >= 3))

    @cached_property
    def list_like(self) -> Bools:
        """A headline or a link, not a sentence (at most 20 words, no final stop, 160 code points)."""
        return (self.words <= 20) & ~self.stop & (self.size <= 160) & ~self.paragraph

    @cached_property
    def ticker(self) -> Bools:
        """Headlines in a row: runs of four spaces, a headline's words between them, hardly a sentence's end."""
        between = self.words / (self.gaps + 1)
        few = (between >= 3) & (between <= 15) & (self.commas <= self.gaps)
        return (self.gaps >= 3) & few & ~self.stop

    @cached_property
    def stories(self) -> NDArray[np.int32]:
        """Stories of the site that hold the line."""
        return self.evidence.repetition.stories[self.rows]

    @cached_property
    def site_stories(self) -> NDArray[np.int32]:
        """Stories of the line's site."""
        repeated = self.evidence.repetition
        return repeated.site_stories[repeated.site[self.pages]][self.page]

    @cached_property
    def before(self) -> NDArray[np.float32]:
        """See Repetition."""
        return self.evidence.repetition.before[self.rows]

    @cached_property
    def after(self) -> NDArray[np.float32]:
        """See Repetition."""
        return self.evidence.repetition.after[self.rows]

    @cached_property
    def rest(self) -> NDArray[np.float32]:
        """See Repetition."""
        return self.evidence.repetition.rest[self.rows]

    @cached_property
    def ends(self) -> NDArray[np.float32]:
        """See Repetition."""
        return self.evidence.repetition.ends[self.rows]

    @cached_property
    def slot(self) -> Bools:
        """A template line with a varying part."""
        return self.evidence.slot_lines[self.rows]

    @cached_property
    def titled(self) -> Bools:
        """The text is the title of some page."""
        titled = np.zeros(len(self.evidence.corpus.texts), np.bool_)
        titled[np.fromiter(self.evidence.titles, np.int64, len(self.evidence.titles))] = True
        return titled[self.text]

    @cached_property
    def promoted(self) -> Bools:
        """See Evidence."""
        return self.evidence.promoted[self.text]

    @cached_property
    def given(self) -> dict[int, LineRule]:
        """Lines that a person's rules speak of, and the rule."""
        given, corpus = self.evidence.fixed.given, self.evidence.corpus
        found = {}
        for line in np.flatnonzero(given.texts(len(corpus.texts))[self.text]).tolist() if given.of_text else ():
            rule = given.rule(int(self.text[line]), corpus.pages[int(self.pages[self.page[line]])].site)
            if rule is not None:
                found[line] = rule
        return found

    @cached_property
    def opener(self) -> NDArray[np.uint8]:
        """The class of the marker that opens the line, or of the heading that a person's rule makes it; 0 for none."""
        opener = self.evidence.fixed.opener.label[self.text]
        for line, rule in self.given.items():
            opener[line] = CODE[rule.label] if rule.heading else NOTHING
        return opener

    @cached_property
    def named(self) -> Bools:
        """A marker opens the line."""
        return np.asarray(self.opener != NOTHING)

    @cached_property
    def heads(self) -> Bools:
        """The line is a bare marker of a class that may take lines along, standing as such a heading must."""
        heads = self.evidence.fixed.opener.heads[self.text]
        for line, rule in self.given.items():
            heads[line] = rule.heading
        return heads

    @cached_property
    def may_be_house(self) -> Bools:
        """A heading of this site's own wording, if it is called navigation: short, recurs below first paragraphs."""
        fixed = self.evidence.fixed
        plain = ~(self.named | (fixed.paragraph | fixed.date | fixed.networks | fixed.markup)[self.text])
        often = (self.stories >= HOUSE_STORIES) & (HOUSE_SHARE * self.stories >= self.site_stories)
        return plain & often & (self.words <= HOUSE_WORDS) & (self.before < 0.5)

    @cached_property
    def article(self) -> tuple[Ints, Ints]:
        """The outermost paragraphs of each line's page, whatever may be said of them."""
        return self.outermost(self.paragraph)

    def string(self, line: int) -> str:
        """The folded text of a line."""
        return self.evidence.text(int(self.text[line]))

    def outermost(self, chosen: Bools) -> tuple[Ints, Ints]:
        """The first and the last chosen line of each line's page; past the page's ends where none is chosen."""
        first, last = self.begin[1:].copy(), self.begin[:-1] - 1
        found = np.flatnonzero(chosen)
        first[self.page[found][::-1]] = found[::-1]
        last[self.page[found]] = found
        return first[self.page], last[self.page]

    def running(self, values: NDArray[Any]) -> Ints:
        """Sums of a column from the page's first line to each line."""
        through = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        return np.asarray(through[1:] - through[self.begin[:-1]][self.page])

    def totals(self, values: NDArray[Any]) -> Ints:
        """The sum of a column over each line's page."""
        through = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        return np.asarray((through[self.begin[1:]] - through[self.begin[:-1]])[self.page])

    def latest(self, chosen: Bools) -> Ints:
        """The last chosen line of the page at or above each line, -1 for none."""
        last = np.maximum.accumulate(np.where(chosen, self.index, -1)) if len(self) else self.index
        return np.where(last >= self.begin[:-1][self.page], last, -1)
