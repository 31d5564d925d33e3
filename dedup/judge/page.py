"""One page as a list of lines, for what cannot be said in columns: how far headings reach, readers' comments.

Only pages with headings or comments come this far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from dedup.judge.evidence import Evidence
from dedup.judge.lines import Lines
from dedup.judge.marks import Marks
from dedup.types import LABELS

_LABEL = np.array(["", *LABELS[1:]], object)
"""Labels by code; empty while nothing was said."""


@dataclass(slots=True)
class Line:
    """One non-blank line and the verdict on it; `label` is empty while nothing speaks against the line.

    `text` is its text's id, `opener` the class of the marker that opens it, `score` in thousandths; `given`: a
    person's rule has spoken; `evidence`: what was said of it here. The other fields: see Lines.
    """

    opener: str
    label: str
    text: int
    size: int
    words: int
    paragraph: bool
    sentence: bool
    stop: bool
    colon: bool
    commas: int
    letters: int
    gap: bool
    stories: int
    heads: bool
    may_be_house: bool
    date: bool
    titled: bool
    list_like: bool
    score: int
    given: bool = False
    evidence: list[str] = field(default_factory=list)

    def mark(self, label: str, score: int, *evidence: str) -> None:
        """Call this line boilerplate, unless something stronger was said before, or a person's rule."""
        if self.given:
            return
        if score > self.score:
            self.label, self.score = label, score
            self.evidence = [*evidence, *(e for e in self.evidence if e not in evidence)]
        else:
            self.evidence.extend(e for e in evidence if e not in self.evidence)

    @property
    def house(self) -> bool:
        """A heading of this site's own wording: a short line that recurs below the articles' first paragraphs."""
        return self.may_be_house and self.label == "navigation"


@dataclass(slots=True)
class PageView:
    """The lines of one page; `site` is its site's number, `first` the place of its first line in Lines.

    `title` is the index of the line that looks like its title, -1 for none.
    """

    site: int
    first: int
    lines: list[Line]
    title: int

    def text_of(self, evidence: Evidence, index: int) -> str:
        """The folded text of a line."""
        return evidence.text(self.lines[index].text)

    def core(self) -> list[int]:
        """Unmarked paragraphs."""
        return [i for i, line in enumerate(self.lines) if line.paragraph and not line.label]


def views(lines: Lines, marks: Marks, pages: Iterable[int]) -> Iterator[PageView]:
    """Some pages (places in `lines.pages`) with what has been said of their lines so far."""
    fixed = lines.evidence.fixed
    texts = (fixed.shapes.colon, fixed.shapes.letters, fixed.date)
    colon, letters, date = (lines.of_texts(column) for column in texts)
    columns = (
        *(lines.text, lines.size, lines.words, lines.paragraph, lines.sentence, lines.stop, colon, lines.commas),
        *(letters, lines.gap, lines.stories, lines.heads, lines.may_be_house, date, lines.titled),
        *(lines.list_like, marks.score, marks.given),
    )
    repeated = lines.evidence.repetition
    for page in pages:
        first, last = int(lines.begin[page]), int(lines.begin[page + 1])
        names = (_LABEL[codes[first:last]].tolist() for codes in (lines.opener, marks.label))
        rows = zip(*names, *(column[first:last].tolist() for column in columns), strict=True)
        title = int(lines.title[page])
        own = [Line(*row) for row in rows]
        yield PageView(int(repeated.site[lines.pages[page]]), first, own, title - first if title >= 0 else -1)


def write_back(page: PageView, marks: Marks) -> None:
    """What was said of the lines of a page, as marks."""
    for place, line in enumerate(page.lines, page.first):
        if line.evidence:
            marks.say(place, line.label, line.score, tuple(line.evidence))
