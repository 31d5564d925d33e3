"""Our signatures as datasketch's sketches, for its queries: the same slots, the same bands, the same candidates.

The sketches compare with each other only: their slots come from our hashes, not from datasketch's
permutations. They carry a seed of their own, so that datasketch refuses to mix the two. datasketch
loads SciPy (half a second), so it is imported where it is called. An index costs about 6 KB and
60 microseconds per text: right for queries, wrong for a batch.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dedup.near.bands import plan
from dedup.near.signatures import EMPTY, SLOTS

if TYPE_CHECKING:
    from datasketch import LeanMinHash, MinHash, MinHashLSH

SEED = 0x5EED0128
_SCHEME = "affine32"  # slots are 32 bits wide; datasketch 2 wants to be told


def lean(signature: NDArray[np.uint32]) -> LeanMinHash:
    """One signature (uint32, shape (128,)) as a sketch that can be stored and compared."""
    from datasketch import LeanMinHash

    return LeanMinHash(seed=SEED, hashvalues=signature.astype(np.uint64), scheme=_SCHEME)


def minhash(signature: NDArray[np.uint32]) -> MinHash:
    """One signature as a `MinHash`; `update` would mix in datasketch's own hashes: do not call it."""
    from datasketch import MinHash

    return MinHash(seed=SEED, hashvalues=signature.astype(np.uint64), scheme=_SCHEME)


def index(signatures: NDArray[np.uint32], keys: Iterable[Hashable], threshold: float) -> MinHashLSH:
    """A `MinHashLSH` of texts under their keys, with our bands; texts without shingles are left out.

    datasketch would match empty sketches with each other.
    """
    from datasketch import MinHashLSH

    bands = plan(threshold)
    lsh = MinHashLSH(num_perm=SLOTS, params=(bands.count, bands.rows))
    for key, signature in zip(keys, signatures, strict=True):
        if signature[0] != EMPTY:
            lsh.insert(key, lean(signature))
    return lsh
