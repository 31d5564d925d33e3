"""Gate: near-duplicates of real lines against an exact search over all pairs.

Needs `../shared`; says that it skips when that is absent.
Run: python .ci/recall_gate.py [MB] [--skip MB]   (5 MB of news unless told; `--skip` starts further on)
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import gzip
import io
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import zstandard

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT))

from dedup.near.bands import exact, plan  # noqa: E402
from dedup.near.clusters import candidates, cluster, long_lines, promising  # noqa: E402
from dedup.near.distinct import Distinct  # noqa: E402
from dedup.near.jaccard import shingle_sets  # noqa: E402
from dedup.near.signatures import shingle_lines, sign  # noqa: E402
from dedup.settings import Settings, Shingles  # noqa: E402
from dedup.text.fold import Folded, fold_lines  # noqa: E402
from dedup.text.lines import encode, split  # noqa: E402

FLOOR = 0.98
CASES = (("char:5", 0.8), ("word:3", 0.8), ("char:5", 0.6))
Pairs = set[tuple[int, int]]


def reprints() -> Iterator[str]:
    """Texts of one site that often prints a paragraph again, slightly changed."""
    with gzip.open(SHARED / "eval" / "dev" / "neardup_osac" / "docs.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in file:
            yield json.loads(row)["text"]


def news(skip: float, megabytes: float) -> Iterator[str]:
    """That many megabytes of texts of the throughput corpus."""
    seen = 0.0
    with (SHARED / "eval" / "throughput" / "saudinewsnet.jsonl.zst").open("rb") as file:
        for row in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
            text = json.loads(row)["text"]
            seen += len(text.encode()) / 1e6
            if seen > skip + megabytes:
                return
            if seen > skip:
                yield text


def all_pairs(sets: list[list[int]], threshold: float) -> Pairs:
    """Every pair at or above the threshold: exact, by prefix filter (Bayardo, Ma, Srikant 2007)."""
    ratio, found = exact(threshold), set()
    often = Counter(shingle for one in sets for shingle in one)
    ordered = [sorted(one, key=lambda shingle: (often[shingle], shingle)) for one in sets]
    as_sets = [frozenset(one) for one in sets]
    index: dict[int, list[int]] = defaultdict(list)
    for b in sorted(range(len(sets)), key=lambda text: len(sets[text])):
        size = len(ordered[b])
        least = -(-size * ratio.numerator // ratio.denominator)
        near: set[int] = set()
        for shingle in ordered[b][: size - least + 1]:
            near.update(index[shingle])
            index[shingle].append(b)
        for a in near:
            shared = len(as_sets[a] & as_sets[b])
            if shared * ratio.denominator >= (len(as_sets[a]) + size - shared) * ratio.numerator:
                found.add((min(a, b), max(a, b)))
    return found


def met(signatures: np.ndarray, threshold: float, pairs: Pairs) -> int:
    """How many of the pairs share a bucket and are then compared exactly."""
    buckets = candidates(signatures, threshold)
    of: dict[int, set[int]] = defaultdict(set)
    for number, (first, last) in enumerate(zip(buckets.offsets[:-1], buckets.offsets[1:], strict=True)):
        for member in buckets.members[first:last].tolist():
            of[member].add(number)
    together = [pair for pair in pairs if not of[pair[0]].isdisjoint(of[pair[1]])]
    a, b = np.array(together, dtype=np.int64).reshape(-1, 2).T
    return int(promising(signatures, threshold, a, b).sum())


def check(column: Folded, distinct: Distinct, occurrences: np.ndarray, shingles: Shingles, threshold: float) -> bool:
    """Print recall and precision of one setting; whether both are good enough."""
    long = np.flatnonzero(long_lines(column))
    texts = column.take(long)
    started = time.process_time()
    found = cluster(column, distinct.hashes, occurrences, Settings(threshold=threshold, shingles=shingles))
    seconds = time.process_time() - started
    sets = shingle_sets(shingle_lines(texts, shingles))
    lists = [sets.hashes[a:b].tolist() for a, b in zip(sets.offsets[:-1], sets.offsets[1:], strict=True)]
    true = all_pairs(lists, threshold)
    recall = met(sign(texts, shingles), threshold, true) / max(len(true), 1)
    place = {text: at for at, text in enumerate(long.tolist())}
    joined = [(place[m], place[int(found.leader[m])]) for m in long.tolist() if found.leader[m] != m]
    below = sum((min(pair), max(pair)) not in true for pair in joined)
    print(
        f"{shingles} {threshold}: {len(long)} long lines, {len(true)} true pairs, recall {recall:.4f} "
        f"({plan(threshold)}), {len(joined)} members, {below} below the threshold, cluster {seconds:.2f} s"
    )
    return recall >= FLOOR and not below


def main() -> int:
    """0 when every setting is good enough."""
    parser = argparse.ArgumentParser()
    parser.add_argument("megabytes", type=float, nargs="?", default=5.0)
    parser.add_argument("--skip", type=float, default=0.0)
    wanted = parser.parse_args()
    if not SHARED.is_dir():
        print("recall gate: no ../shared here, skipped")
        return 0
    good = True
    for name, texts in (("news", news(wanted.skip, wanted.megabytes)), ("reprints", reprints())):
        print(name)
        codes, doc_starts = encode(list(texts))
        bounds = split(codes, doc_starts)
        distinct = Distinct()
        ids = distinct.add(fold_lines(codes, bounds.start, bounds.end))
        occurrences = np.bincount(ids[ids >= 0], minlength=len(distinct))
        for shingles, threshold in CASES:
            good &= check(distinct.folded(), distinct, occurrences, Shingles.parse(shingles), threshold)
    return int(not good)


if __name__ == "__main__":
    raise SystemExit(main())
