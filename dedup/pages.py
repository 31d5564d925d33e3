"""The documents of a corpus without their texts, in columns: a crawl has millions, too many for an object each."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

from dedup.text.charmap import PROFILES


@dataclass(frozen=True, slots=True)
class Page:
    """What is remembered of a document once its text has been turned into columns."""

    doc: str
    site: str | None
    file: str
    row: int
    sha256: str
    chars: int
    profile: str
    problems: tuple[str, ...]


class Names:
    """Strings by number, each kept once: sites and files."""

    __slots__ = ("_names", "_numbers")

    def __init__(self) -> None:
        self._names: list[str | None] = []
        self._numbers: dict[str | None, int] = {}

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, number: int) -> str | None:
        return self._names[number]

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._names)

    def number(self, name: str | None) -> int:
        """The number of a name, a new one where it is new."""
        number = self._numbers.setdefault(name, len(self._names))
        if number == len(self._names):
            self._names.append(name)
        return number


class Pages(Sequence[Page]):
    """Pages by number, in reading order; about 150 bytes each, most of them its id.

    >>> pages = Pages()
    >>> pages.append(Page("خبر.txt", "s.example", "خبر.txt", 0, "00" * 32, 12, "ar", ()))
    >>> pages[0].doc, pages[-1].site, len(pages)
    ('خبر.txt', 's.example', 1)
    """

    def __init__(self) -> None:
        self._docs, self._ends, self._hashes = bytearray(), array("q", [0]), bytearray()
        self._site, self._file = array("i"), array("i")
        self._row, self._chars, self._profile = array("q"), array("q"), array("b")
        self._problems: dict[int, tuple[str, ...]] = {}
        self.sites, self.files = Names(), Names()
        self._of_file: dict[str, tuple[int, int]] | None = None

    def append(self, page: Page) -> None:
        """Add a page after the others."""
        self._docs += page.doc.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._docs))
        self._hashes += bytes.fromhex(page.sha256)
        self._site.append(self.sites.number(page.site))
        self._file.append(self.files.number(page.file))
        self._row.append(page.row)
        self._chars.append(page.chars)
        self._profile.append(PROFILES.index(page.profile))
        if page.problems:
            self._problems[len(self._row) - 1] = page.problems

    def __len__(self) -> int:
        return len(self._row)

    def __iter__(self) -> Iterator[Page]:
        return map(self._page, range(len(self)))

    @overload
    def __getitem__(self, number: int) -> Page: ...
    @overload
    def __getitem__(self, number: slice) -> list[Page]: ...
    def __getitem__(self, number: int | slice) -> Page | list[Page]:
        if isinstance(number, slice):
            return [self._page(each) for each in range(len(self))[number]]
        return self._page(range(len(self))[number])

    def _page(self, number: int) -> Page:
        return Page(
            self.doc(number),
            self.sites[self._site[number]],
            self.file(number),
            self._row[number],
            self.sha256(number),
            self._chars[number],
            PROFILES[self._profile[number]],
            self._problems.get(number, ()),
        )

    def doc(self, number: int) -> str:
        """The id of a page's document."""
        return self._docs[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")

    def file(self, number: int) -> str:
        """The file of a page."""
        return self.files[self._file[number]] or ""

    def sha256(self, number: int) -> str:
        """The SHA-256 of a page's text, in hexadecimal."""
        return self._hashes[32 * number : 32 * number + 32].hex()

    def site_numbers(self) -> NDArray[np.int32]:
        """The number of each page's site in `sites` (int32)."""
        return np.array(self._site, np.int32)

    def number_of(self, file: str, row: int) -> int:
        """The page of a row of a file, -1 for none; the pages of a file follow each other in the order of its rows."""
        first, last = self._spans().get(file, (0, 0))
        number = bisect_left(self._row, row, first, last)
        return number if number < last and self._row[number] == row else -1

    def _spans(self) -> dict[str, tuple[int, int]]:
        """Where the pages of each file stand."""
        if self._of_file is None:
            file = np.array(self._file, np.int64)
            at = np.flatnonzero(np.diff(file, prepend=-1, append=-1)).tolist()
            self._of_file = {self.file(first): (first, last) for first, last in pairwise(at)}
        return self._of_file

    def digest(self) -> str:
        """What tells these pages from others: the SHA-256 over all that is known of them."""
        digest = hashlib.sha256()
        names = repr((list(self.sites), list(self.files), sorted(self._problems.items())))
        columns = (self._docs, self._ends, self._hashes, self._site, self._file, self._row, self._chars, self._profile)
        for part in (*columns, names.encode("utf-8", "surrogatepass")):
            digest.update(part)
        return digest.hexdigest()
