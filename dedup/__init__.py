"""Boilerplate-aware deduplication and corpus cleaning, Arabic first.

    import dedup

    result = dedup.clean([{"id": "a", "text": "…", "site": "sahifa.example"}, …])
    result.data                         the same rows, cleaned
    result.removed("read_also")         what went, and why

Errors are one tree, `DedupError` (see `dedup.errors`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

import dedup.report  # the function of that name below must come after the room, or the room's import would hide it
from dedup.errors import DedupError, InputError, RunFolderError, StoppedError, UsageError
from dedup.gate.thresholds import Thresholds
from dedup.settings import Settings, Shingles

if TYPE_CHECKING:
    from dedup.gate.values import Outcome
    from dedup.result import Result

DataT = TypeVar("DataT")

__all__ = [
    "DedupError",
    "InputError",
    "RunFolderError",
    "Settings",
    "Shingles",
    "StoppedError",
    "Thresholds",
    "UsageError",
    "check",
    "clean",
    "report",
]


@overload
def clean(data: list[str], settings: Settings | None = None, **options: Any) -> Result[list[str]]: ...
@overload
def clean(
    data: Iterable[Mapping[str, Any]], settings: Settings | None = None, **options: Any
) -> Result[list[dict[str, Any]]]: ...
@overload
def clean(data: DataT, settings: Settings | None = None, **options: Any) -> Result[DataT]: ...
def clean(data: Any, settings: Settings | None = None, **options: Any) -> Result[Any]:
    r"""Strip boilerplate and keep one copy of repeated content, as `dedup clean` does; the data given stay untouched.

    Takes an iterable of texts or of dicts, a pandas or polars frame, a pyarrow table or a `datasets.Dataset`, and
    gives a `Result` whose `data` is of the same kind (a list for other iterables). Options are fields of `Settings`,
    such as `threshold=0.9` or `text_field="content"`. A row whose text is null stays as it is.

    Raises InputError where a text is missing or no string, UsageError for options and data that make no sense.

    >>> result = clean(["خبر\nزر الذهاب إلى الأعلى", "خبر آخر\nزر الذهاب إلى الأعلى"])
    >>> result.data
    ['خبر\n', 'خبر آخر\n']
    >>> result.removed()[0].label
    'navigation'
    """
    from dedup import library

    return library.clean(data, settings, **options)


def report(data: Any, settings: Settings | None = None, **options: Any) -> Result[None]:
    """Score data as `dedup report` does, without making anything new: the `Result` has no `data`.

    Takes what `clean` takes and raises what it raises.
    """
    from dedup import library

    return library.report(data, settings, **options)


def check(data: Any, thresholds: Thresholds | None = None, settings: Settings | None = None, **options: Any) -> Outcome:
    r"""Hold data against thresholds, as `dedup check` does; options are fields of `Thresholds` and of `Settings`.

    Takes what `clean` takes and raises what it raises.

    >>> outcome = check(["خبر\nزر الذهاب إلى الأعلى", "الرئيسية"], max_failed=0.2)
    >>> outcome.passed, [finding.rule for finding in outcome.findings][:2]
    (False, ['main-share', 'main-chars'])
    """
    from dedup import library

    return library.check(data, thresholds, settings, **options)
