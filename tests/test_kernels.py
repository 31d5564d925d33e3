"""The compiled kernels against NumPy, value for value, on random texts; once more with checked bounds."""

import os
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from near_texts import planted

from dedup.judge.shape import Shapes, shapes
from dedup.near import compiled
from dedup.near.clusters import cluster, long_lines
from dedup.near.distinct import Distinct
from dedup.near.hashing import hash_lines
from dedup.near.intake import take_in
from dedup.near.jaccard import verify
from dedup.near.signatures import sign
from dedup.settings import Settings, Shingles
from dedup.text.fold import Folded, fold

pytest.importorskip("numba")

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآء"
OTHERS = "پچژگکی ٹڈےں ێۆڵ abcXYZ 0123٤٥٦ ،؛؟:.!%()-*ـًٌٍَُِّْ\u0653\u0654\u0655\u200f\ufeff ﻼﷺ한각가 新闻 ไทย 😀\ud800\t\r\x00"


def noise(rng: random.Random, size: int) -> str:
    pool = rng.choice((LETTERS + "    ", LETTERS + OTHERS, OTHERS + "\n", "خبر \n", "پچژگ وزير "))
    return "".join(rng.choices(pool, k=size))


def documents(seed: int, count: int = 60) -> list[str]:
    """Random texts with repeated lines, several languages, empty lines and texts, hard characters."""
    rng = random.Random(seed)
    lines = [noise(rng, rng.choice((0, 1, 3, 20, 90))) for _ in range(80)]
    lines += ["خبر    عاجل     اليوم", "    خبر", "خبر    ", "   خبر    "]
    return ["\n".join(rng.choices(lines, k=rng.randrange(8))) + rng.choice(("", "\n", "\r\n")) for _ in range(count)]


@pytest.fixture
def way(monkeypatch):
    """Choose the compiled way or NumPy's, whatever the amount of work."""

    def choose(compile_it: bool) -> None:
        monkeypatch.setattr(compiled, "_loaded", [compiled._load()] if compile_it else [])
        monkeypatch.setattr(compiled, "LEAST", 1 << 62)

    return choose


@pytest.mark.parametrize("seed", range(6))
def test_taking_in_gives_the_same_columns_and_texts(way, seed):
    taken = []
    for compile_it in (False, True):
        way(compile_it)
        distinct, columns = Distinct(), []
        for batch in range(3):
            found = take_in(documents(seed * 3 + batch), distinct)
            columns += [found.doc, found.start, found.end, found.next, found.size, found.gaps, found.text]
            columns.append(np.array(found.profiles))
        columns += [distinct.hashes, distinct.folded().codes, distinct.folded().offsets]
        taken.append(columns)
    for plain, fast in zip(*taken, strict=True):
        assert plain.dtype == fast.dtype
        assert plain.tolist() == fast.tolist()
    assert len({profile for column in taken[0] if column.dtype.kind == "U" for profile in column.tolist()}) > 1


def test_columns_do_not_depend_on_the_batches(way):
    way(True)
    texts = documents(7)
    whole, pieces = Distinct(), Distinct()
    together = take_in(texts, whole)
    apart = [take_in([text], pieces) for text in texts]
    for name in ("start", "end", "next", "size", "gaps", "text"):
        assert getattr(together, name).tolist() == [one for part in apart for one in getattr(part, name).tolist()]


def test_a_shared_key_never_merges_texts(way):
    """Every text gets the same key: the compiled table must give up on it, and ids stay right."""
    way(True)
    kernels = compiled.kernels(0)

    def one_key(folded):
        hashes = hash_lines(folded)
        hashes[:, 0] = 7
        return hashes

    plain, fast = Distinct(one_key), Distinct(one_key)
    for texts in (["ا", "ب", "ا", "", "ج"], ["ب", "د", "ا", "د"]):
        column = Folded.of(texts)
        first, length = column.offsets[:-1].copy(), column.lengths
        ids = fast.add_pieces(kernels, column.codes, first, length, one_key(column))
        assert ids.tolist() == plain.add(column).tolist()
    assert fast.folded().offsets.tolist() == plain.folded().offsets.tolist()


def column(seed: int) -> Folded:
    texts = [fold(line) for text in documents(seed) for line in text.split("\n")]
    return Folded.of([*texts, "", "خبر", "- خبر:", *planted(seed, 12, 4), "新" * 401])


@pytest.mark.parametrize("size", [1, 3, 5, 20])
def test_signatures_are_the_same(way, size):
    texts = column(size)
    ids = np.random.default_rng(size).permutation(len(texts))[:-3]
    found = []
    for compile_it in (False, True):
        way(compile_it)
        found.append([sign(texts, Shingles("char", size)), sign(texts, Shingles("char", size), ids)])
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][1], found[1][1])
    assert np.array_equal(found[0][0][ids], found[0][1])
    assert len(np.unique(found[0][0], axis=0)) > 20


@pytest.mark.parametrize("size", [1, 5])
def test_similarities_are_the_same(way, size):
    texts = column(size)
    a, b = np.divmod(np.arange(len(texts) ** 2), len(texts))
    found = []
    for compile_it in (False, True):
        way(compile_it)
        found.append(verify(texts, Shingles("char", size), Fraction(4, 5), a, b))
    assert found[0][0].tolist() == found[1][0].tolist()
    assert found[0][1].tolist() == found[1][1].tolist()
    assert 0 < found[0][0].sum() < len(a)


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_the_same(way, seed):
    texts, found = column(seed), []
    for compile_it in (False, True):
        way(compile_it)
        seen = shapes(texts)
        found.append([getattr(seen, name) for name in Shapes.__slots__] + [long_lines(texts)])
    for plain, fast in zip(*found, strict=True):
        assert plain.dtype == fast.dtype
        assert plain.tolist() == fast.tolist()
        assert len(set(plain.tolist())) > 1


def test_clusters_are_the_same(way):
    texts = Folded.of(planted(3, 60, 6))
    found = []
    for compile_it in (False, True):
        way(compile_it)
        stars = cluster(texts, hash_lines(texts), np.ones(len(texts), np.int64), Settings())
        found.append((stars.leader.tolist(), stars.similarity.tolist()))
    assert found[0] == found[1]
    assert len(set(found[0][0])) < len(texts)


def test_small_work_imports_no_numba():
    code = (
        "import sys; from dedup.near.intake import take_in; from dedup.near.distinct import Distinct;"
        "take_in(['خبر'] * 50, Distinct()); sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif("NUMBA_BOUNDSCHECK" in os.environ, reason="this is that run")
def test_all_of_this_again_with_checked_bounds(tmp_path):
    env = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(Path(__file__))]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "compiling" in done.stderr + done.stdout or "passed" in done.stdout
