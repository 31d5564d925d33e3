"""The distinct folded texts of a corpus. (skeleton)"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import Folded


class Distinct:
    """Grows by batches; ids in order of first occurrence."""

    def __len__(self) -> int:
        raise NotImplementedError

    def add(self, folded: Folded) -> NDArray[np.int32]:
        """Id of each text (int32, shape (texts,)), -1 for an empty one."""
        raise NotImplementedError

    def folded(self) -> Folded:
        """All distinct texts by id."""
        raise NotImplementedError

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """128-bit hash per distinct text (uint64, shape (distinct texts, 2))."""
        raise NotImplementedError
