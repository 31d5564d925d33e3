"""Stars of verified near-duplicates. (skeleton)"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.settings import Settings
from dedup.text.folded import Folded


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """`leader` (int32, shape (texts,)) is the text's own id for leaders and singletons; `similarity` float32."""

    leader: NDArray[np.int32]
    similarity: NDArray[np.float32]


def cluster(folded: Folded, hashes: NDArray[np.uint64], occurrences: NDArray[np.int64], settings: Settings) -> Clusters:
    """Stars among distinct texts."""
    raise NotImplementedError
