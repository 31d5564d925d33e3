"""Gate: the normal form against a second implementation, on every mapped code point and on whole corpora.

Needs `../shared`; says that it skips when that is absent. Run: python .ci/fold_gate.py
"""

# ruff: noqa: T201
from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT))

from dedup.text.charmap import PROFILES  # noqa: E402
from dedup.text.fold import fold, fold_lines, fold_map  # noqa: E402
from dedup.text.lines import encode, split  # noqa: E402

MAP_EVERY = 7
"""`fold_map` is slow and made of the same steps: a part of the distinct lines is enough."""

FRAMES = ("{}", "كلمة{}كلمة", "ab{}c", "{} :{}", "ا{}\u064e\u0654 e{}\u0301")


def oracle() -> Callable[[str, str], str]:
    """`key` of the reference implementation."""
    path = SHARED / "knowledge" / "reference" / "normkey.py"
    spec = importlib.util.spec_from_file_location("normkey", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    key: Callable[[str, str], str] = module.key
    return key


def charmap_texts() -> list[str]:
    """Each code point of the list, alone and among others."""
    with (SHARED / "knowledge" / "charmap.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    points = sorted({int(row["codepoint"].removeprefix("U+"), 16) for row in rows})
    print(f"{len(rows)} rows, {len(points)} code points")
    return [frame.replace("{}", chr(point)) for point in points for frame in FRAMES]


def corpora() -> Iterator[tuple[str, list[str]]]:
    """The texts of each development set."""
    for path in sorted((SHARED / "eval" / "dev").rglob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(row) for row in file]
        yield path.name, [row[name] for row in rows for name in ("text", "text_a", "text_b") if row.get(name)]


def differences(texts: list[str], key: Callable[[str, str], str], profile: str) -> Iterator[str]:
    """Lines on which the columns, the scalar definition or the map differ from the reference."""
    codes, doc_starts = encode(texts)
    bounds = split(codes, doc_starts)
    started = time.process_time()
    folded = fold_lines(codes, bounds.start, bounds.end, profile)
    seconds = time.process_time() - started
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6
    print(f"  {profile}: {len(bounds)} lines, {size:.1f} MB, fold_lines {size / max(seconds, 1e-9):.0f} MB/s")
    lines = [line for text in texts for line in text.split("\n")]
    seen: dict[str, str] = {}
    for at, raw in enumerate(lines):
        line = raw.removesuffix("\r")
        if line not in seen:
            seen[line] = key(line, profile)
            if fold(line, profile) != seen[line]:
                yield f"{line!r}: {seen[line]!r}, fold {fold(line, profile)!r}"
            if len(seen) % MAP_EVERY == 0 and fold_map(line, profile)[0] != seen[line]:
                yield f"{line!r}: {seen[line]!r}, map {fold_map(line, profile)[0]!r}"
        if folded.text(at) != seen[line]:
            yield f"{line!r}: {seen[line]!r}, columns {folded.text(at)!r}"


def main() -> int:
    """Print what differs; 1 if anything does."""
    if not SHARED.is_dir():
        print("fold gate: no ../shared here, skipped")
        return 0
    key, found = oracle(), 0
    sets = [("charmap", charmap_texts()), *corpora()]
    for name, texts in sets:
        print(name)
        for profile in PROFILES:
            for difference in differences(texts, key, profile):
                found += 1
                if found <= 20:
                    print("   ", difference[:300])
    print(f"fold gate: {found} differences")
    return int(found > 0)


if __name__ == "__main__":
    raise SystemExit(main())
