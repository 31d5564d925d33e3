"""What keeps a run from doing far more than anyone meant: the last look before text goes.

A document that would lose most of its text on weak evidence is kept whole; a run that would remove nearly everything
wants a person's word. On 3,600 labelled pages of 800 sites no document comes near the first bound.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.errors import StoppedError
from dedup.settings import Settings
from dedup.types import CODE, LABELS, Removal

WEAK = 0.75
"""Removals with a lower score rest on weak evidence."""
MOST_WEAK = 0.5
"""The largest share of a document's characters that goes on weak evidence."""
MOST = 0.9
"""The largest share of a corpus that goes as boilerplate without a word."""
FEW = 20
"""A corpus of fewer documents is never stopped: a person sees what becomes of them."""
NOTE = "kept whole: most of it would have gone on weak evidence"


def is_doubtful(text: str, removals: Sequence[Removal]) -> bool:
    """Whether so much of a document would go on weak evidence that it is better kept; copies are not doubtful.

    >>> is_doubtful("خبر عن الميناء", [Removal(0, 14, "navigation", ("?",), 0.6)])
    True
    """
    weak = [each for each in removals if each.score < WEAK and each.label not in ("duplicate", "blank")]
    return bool(weak) and sum(_size(text[each.start : each.end]) for each in weak) > MOST_WEAK * _size(text)


def _size(text: str) -> int:
    return len("".join(text.split()))


def check(sizes: NDArray[np.int32], settings: Settings) -> None:
    """StoppedError when nearly all text would go. `sizes`: characters per document and label."""
    total, stripped = int(sizes.sum()), {label: int(sizes[:, CODE[label]].sum()) for label in settings.strip}
    gone = sum(stripped.values())
    if len(sizes) < FEW or gone <= MOST * total:
        return
    most = max(settings.strip, key=lambda label: (stripped[label], -LABELS.index(label)))
    raise StoppedError(
        f"{gone / total:.0%} of the text would go as boilerplate, most of it as {most} ({stripped[most] / total:.0%}): "
        "look at `dedup report`, name what should stay (--keep, --rules), or add --yes"
    )
