"""What repeats where: pages, stories and sites per line, and on which side of the article it stands.

Repetition on one site is template; repetition across sites is shared content. Pages that tell the same story
(an update, a copy) must not count as independent witnesses, so lines are counted by *story*: pages that share
their first long paragraph are one story.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge.shape import Shapes

LEAD_WORDS = 12
"""A paragraph of this many words can be a story's lead."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """Columns per line (blank lines hold zeros), per text, per page and per site.

    site: int32 per page. site_stories: int32 per site. stories: int32 per line, stories of the page's site that
    hold the line. sites: int32 per text, sites that hold it. before, after: float32 per line, how often this text
    stands before the first or after the last paragraph of its page, over all pages of the site.
    rest: float32 per line, share of a page's paragraphs that follow this text, the mean over the site's pages.
    ends: float32 per line, how often less than a fifth of the page's paragraphs follow it.
    """

    site: NDArray[np.int32]
    site_stories: NDArray[np.int32]
    stories: NDArray[np.int32]
    sites: NDArray[np.int32]
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    rest: NDArray[np.float32]
    ends: NDArray[np.float32]


def repetition(corpus: Corpus, shapes: Shapes, core: NDArray[np.bool_], site: NDArray[np.int32]) -> Repetition:
    """Count every line of the corpus.

    `site` is the site number of each page; `core` (bool per line) marks the paragraphs that may be the article.
    """
    lines, texts = corpus.lines, corpus.hashes.shape[0]
    line_site = site[lines.doc]
    live = np.flatnonzero(lines.text >= 0)
    pair = line_site[live].astype(np.int64) * texts + lines.text[live]
    groups, group = np.unique(pair, return_inverse=True)
    story = _stories(corpus, shapes, live, group, groups.size)
    stories = _distinct(group, story[lines.doc[live]], groups.size)
    sites = np.bincount((groups % max(texts, 1)).astype(np.int64), minlength=texts).astype(np.int32)
    site_count = int(site.max(initial=-1)) + 1
    site_stories = _distinct(site, story, site_count)
    side = _sides(corpus, core[live], live, group, stories, site_stories[line_site[live]])
    return Repetition(
        site,
        site_stories,
        _spread(lines.text.size, live, stories[group]),
        sites,
        *(_spread(lines.text.size, live, _mean(group, column, groups.size)[group]) for column in side),
    )


def _stories(
    corpus: Corpus, shapes: Shapes, live: NDArray[np.int64], group: NDArray[np.int64], groups: int
) -> NDArray[np.int64]:
    """A story number per page: the id of its first long paragraph that few pages share, else its own."""
    lines = corpus.lines
    pages = len(corpus.pages)
    holders = _distinct(group, lines.doc[live], groups)[group]
    few = np.maximum(2, np.int64(pages) // 50)
    lead = (shapes.words[lines.text[live]] >= LEAD_WORDS) & (holders <= few)
    story: NDArray[np.int64] = np.arange(pages, dtype=np.int64) + corpus.hashes.shape[0]
    rows = live[lead][::-1]
    story[lines.doc[rows]] = lines.text[rows]
    return story


def _sides(
    corpus: Corpus,
    paragraph: NDArray[np.bool_],
    live: NDArray[np.int64],
    group: NDArray[np.int64],
    stories: NDArray[np.int32],
    site_stories: NDArray[np.int32],
) -> tuple[NDArray[np.float64], ...]:
    """Per live line: before the first paragraph, after the last, share of paragraphs after it, hardly any after it."""
    lines = corpus.lines
    often = stories[group] >= np.maximum(3, site_stories // 10)
    core = paragraph & ~often
    weight = np.where(core, lines.size[live], 0).astype(np.float64)
    doc = lines.doc[live]
    through = np.cumsum(weight)
    total = np.bincount(doc, weights=weight, minlength=len(corpus.pages))
    before_doc = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    passed = through - before_doc[doc]
    whole = np.maximum(total[doc], 1)
    rest = 1 - passed / whole
    has = total[doc] > 0
    return (
        ((passed == 0) & has).astype(np.float64),
        ((passed == total[doc]) & ~core & has).astype(np.float64),
        np.where(has, rest, 1.0),
        np.where(has, rest < 0.2, False).astype(np.float64),
    )


def _distinct(group: NDArray[np.integer], member: NDArray[np.integer], groups: int) -> NDArray[np.int32]:
    """How many different members each group has."""
    if group.size == 0:
        return np.zeros(groups, np.int32)
    span = np.int64(member.max()) + 1
    pairs = np.unique(group.astype(np.int64) * span + member)
    return np.bincount(pairs // span, minlength=groups).astype(np.int32)


def _mean(group: NDArray[np.int64], column: NDArray[np.float64], groups: int) -> NDArray[np.float32]:
    counts = np.maximum(np.bincount(group, minlength=groups), 1)
    return np.asarray(np.bincount(group, weights=column, minlength=groups) / counts, dtype=np.float32)


def _spread(size: int, live: NDArray[np.int64], values: NDArray[Any]) -> NDArray[Any]:
    out = np.zeros(size, values.dtype)
    out[live] = values
    return out
