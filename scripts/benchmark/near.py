"""Our near-duplicate part alone: `python near.py FILE`, FILE with a line of text per row.

Fold, collapse equal lines, signatures, bands, every candidate pair verified, stars: what `dedup clean` does between
reading and judging.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from dedup.near.clusters import cluster
from dedup.near.distinct import Distinct
from dedup.near.intake import take_in
from dedup.settings import Settings

CHUNK = 1 << 20


def main(path: str) -> int:
    """How many lines are somebody's duplicate."""
    distinct, counts = Distinct(), []
    with Path(path).open(encoding="utf-8", newline="\n") as file:
        while block := file.readlines(CHUNK):
            counts.append(take_in(["".join(block)], distinct).text)
    ids = np.concatenate(counts)
    occurrences = np.bincount(ids[ids >= 0], minlength=len(distinct))
    found = cluster(distinct.folded(), distinct.hashes, occurrences, Settings())
    return int(occurrences.sum()) - len(np.unique(found.leader))


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])}\n")
