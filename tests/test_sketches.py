"""datasketch's index over our signatures proposes exactly our candidate pairs."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from near_texts import bucket_pairs, planted

from dedup.near import sketches
from dedup.near.clusters import candidates
from dedup.near.signatures import sign
from dedup.settings import Shingles
from dedup.text.folded import Folded


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.9])
def test_candidate_pairs_are_those_of_datasketch(threshold):
    signatures = sign(Folded.of([*planted(7, 60, 4), "", ""]), Shingles("char", 5))
    lsh = sketches.index(signatures, range(len(signatures)), threshold)
    theirs = {
        tuple(sorted((at, other)))
        for at, signature in enumerate(signatures[:-2])
        for other in lsh.query(sketches.minhash(signature))
        if other != at
    }
    assert len(theirs) > 30
    assert bucket_pairs(candidates(signatures, threshold)) == theirs


def test_estimates_are_those_of_our_slots():
    signatures = sign(Folded.of(planted(8, 3, 2)), Shingles("char", 5))
    for one in signatures:
        for other in signatures:
            assert sketches.minhash(one).jaccard(sketches.lean(other)) == np.count_nonzero(one == other) / 128


def test_a_foreign_sketch_is_refused():
    from datasketch import MinHash

    ours = sketches.minhash(sign(Folded.of(["خبر"]), Shingles("char", 5))[0])
    with pytest.raises(ValueError, match="seed"):
        ours.jaccard(MinHash(num_perm=128))


def test_clustering_does_not_load_datasketch():
    code = "import sys, dedup.near.clusters, dedup.near.sketches; sys.exit('datasketch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
