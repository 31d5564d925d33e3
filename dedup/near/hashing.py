"""128-bit hashes of folded texts. (skeleton)"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import Folded


def hash_lines(folded: Folded) -> NDArray[np.uint64]:
    """128-bit hash per text (uint64, shape (texts, 2))."""
    raise NotImplementedError
