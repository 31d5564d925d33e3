"""The same work done by others: `python peers.py NAME FILE`, run by the Python that has their packages.

FILE holds a line of text per row. Every peer is used in the fastest way that its documentation shows: in bulk where
it can. What is printed (how many lines are somebody's duplicate) keeps the work from being optimised away.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

PERMUTATIONS = 128
THRESHOLD = 0.8
BANDS = 25
CHUNK = 10_000


def lines(path: str) -> list[str]:
    """The lines of the input."""
    return Path(path).read_text(encoding="utf-8").split("\n")[:-1]


def shingles(line: str) -> list[str]:
    """Character 5-grams."""
    return list({line[at : at + 5] for at in range(max(len(line) - 4, 1))})


def rensa(path: str) -> int:
    """R-MinHash digests in bulk, flags of rows that share a band."""
    package, texts = import_module("rensa"), lines(path)
    index, found = package.RMinHashLSH(THRESHOLD, PERMUTATIONS, 32), 0  # it wants a divisor of the permutations
    for first in range(0, len(texts), CHUNK):
        sets = [shingles(line) for line in texts[first : first + CHUNK]]
        matrix = package.RMinHash.digest_matrix_from_token_sets(sets, PERMUTATIONS, 42)
        found += sum(index.insert_matrix_and_query_duplicate_flags(matrix, first))
    return found


def datasketch(path: str) -> int:
    """MinHash in bulk, MinHashLSH with our bands."""
    package, texts = import_module("datasketch"), lines(path)
    index, found = package.MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, 5)), 0
    sets = ([gram.encode() for gram in shingles(line)] for line in texts)
    for number, sketch in enumerate(package.MinHash.generator(sets, num_perm=PERMUTATIONS, seed=1)):
        found += bool(index.query(sketch))
        index.insert(number, sketch, check_duplication=False)
    return found


def gaoya(path: str) -> int:
    """Its string index: insert all, query each."""
    index = import_module("gaoya.minhash").MinHashStringIndex(
        jaccard_threshold=THRESHOLD, num_bands=BANDS, band_size=5, analyzer="char", ngram_range=(5, 5), lowercase=False
    )
    texts = lines(path)
    for number, line in enumerate(texts):
        index.insert_document(number, line)
    return sum(len(index.query(line)) > 1 for line in texts)


def datatrove(path: str) -> int:
    """The four steps of its MinHash deduplication on one worker, a line as a document."""
    import json
    import tempfile

    dedup = import_module("datatrove.pipeline.dedup.minhash")
    base = import_module("datatrove.pipeline.readers").JsonlReader
    writer = import_module("datatrove.pipeline.writers").JsonlWriter
    run = import_module("datatrove.executor.local").LocalPipelineExecutor
    config = dedup.MinhashConfig(n_grams=5, num_buckets=BANDS, hashes_per_bucket=5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        rows = (json.dumps({"id": str(n), "text": line}) for n, line in enumerate(lines(path)))
        (folder / "in" / "lines.jsonl").write_text("\n".join(rows), encoding="utf-8")
        read = base(str(folder / "in"))
        steps = (
            [read, dedup.MinhashDedupSignature(output_folder=f"{folder}/signatures", config=config)],
            [dedup.MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)],
            [dedup.MinhashDedupCluster(f"{folder}/buckets", f"{folder}/remove", config=config)],
            [read, dedup.MinhashDedupFilter(f"{folder}/remove"), writer(f"{folder}/out", compression=None)],
        )
        for number, step in enumerate(steps):
            run(step, tasks=BANDS if number == 1 else 1, workers=1, logging_dir=f"{folder}/log{number}").run()
        kept = sum(1 for each in (folder / "out").glob("*") for _ in each.open("rb"))
    return len(lines(path)) - kept


def polars(path: str) -> int:
    """Exact: the unique lines."""
    frame = import_module("polars").DataFrame({"line": lines(path)})
    return len(frame) - len(frame.unique())


def duckdb(path: str) -> int:
    """Exact: lines grouped by their text."""
    query = (
        "SELECT count(*) - count(DISTINCT line) FROM read_csv(?, columns={'line': 'VARCHAR'}, delim='\\0', quote='')"
    )
    connection = import_module("duckdb").connect()
    connection.execute("SET threads TO 1")
    return int(connection.execute(query, [path]).fetchone()[0])


PEERS: tuple[Callable[[str], int], ...] = (rensa, datasketch, gaoya, datatrove, polars, duckdb)

if __name__ == "__main__":
    chosen = {peer.__name__: peer for peer in PEERS}[sys.argv[1]]
    sys.stdout.write(f"{chosen(sys.argv[2])}\n")
