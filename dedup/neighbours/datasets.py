"""Hugging Face datasets: a function for `Dataset.map(…, batched=True)`.

What repeats is seen within a batch, so batches should be large and hold whole sites. `dedup.clean(dataset)` sees all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import dedup
from dedup.settings import Settings

Batch = Mapping[str, list[Any]]


def cleaner(settings: Settings | None = None, **options: Any) -> Callable[[Batch], dict[str, list[Any]]]:  # noqa: ANN401
    r"""A function from a batch of columns to its cleaned text and a column `main_share`; it can be pickled.

    Options are fields of `Settings`. Rows keep their number: texts that become empty stay, as the map asks.

    >>> cleaner()({"text": ["خبر\nزر الذهاب إلى الأعلى"]})
    {'text': ['خبر\n'], 'main_share': [0.15]}
    """
    return partial(_clean, settings, tuple(sorted(options.items())))


def _clean(settings: Settings | None, options: tuple[tuple[str, Any], ...], batch: Batch) -> dict[str, list[Any]]:
    rows = [dict(zip(batch, values, strict=True)) for values in zip(*batch.values(), strict=True)]
    if not rows:
        return {"main_share": []}
    result = dedup.clean(rows, settings, **{**dict(options), "drop_empty": False, "min_chars": 0})
    field = result.settings.text_field
    shares = iter(result.documents)
    main = [next(shares).main_share if isinstance(row[field], str) else None for row in rows]
    return {field: [row[field] for row in result.data], "main_share": main}
