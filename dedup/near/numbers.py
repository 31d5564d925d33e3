"""Numbers of folded texts. (skeleton)"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import Folded


def same_digits(folded: Folded, a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether texts a[i] and b[i] hold the same numbers in the same order (bool, shape (pairs,))."""
    raise NotImplementedError
