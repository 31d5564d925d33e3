"""The compare-only normal form of a line; never written out. (skeleton)"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import Folded

__all__ = ["Folded", "fold", "fold_lines", "fold_map", "profile_of", "squeeze"]


def fold(text: str, profile: str = "ar") -> str:
    """The normal form of a text."""
    raise NotImplementedError


def squeeze(text: str, profile: str = "ar") -> str:
    """The normal form without spaces, for whole-line marker matching only."""
    raise NotImplementedError


def profile_of(text: str) -> str:
    """Which profile folds this document: "ar", "fa", "ur" or "ckb"."""
    raise NotImplementedError


def fold_map(text: str, profile: str = "ar") -> tuple[str, list[int]]:
    """Folded text and the raw offset of each of its code points, and last `len(text)`."""
    raise NotImplementedError


def fold_lines(
    codes: NDArray[np.uint32], start: NDArray[np.int64], end: NDArray[np.int64], profile: str = "ar"
) -> Folded:
    """`fold` of each line, vectorised."""
    raise NotImplementedError
