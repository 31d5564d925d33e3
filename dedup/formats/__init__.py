"""Formats: from files to documents and back, byte for byte.

How the flow uses this room:

    found = sources(["corpus"], out=Path("cleaned"))       # found.files, found.unreadable, found.messages
    for item in found.read(settings):                      # Document | BadRow | Unreadable, ids settled
        ...
    with RunFolder.create(Path("cleaned")) as folder:      # dedup.runfolder
        for source in found.files:                         # without those that were Unreadable
            folder.rewrite(source, settings, decide)       # decide(row, text) -> Fate; may raise InputError: go on
        folder.commit(run)

A new format is one file with `read`, `rewrite` and `restore`, and one line in `registry`; formats made of rows of
bytes get all three from `bytewise`.
"""

from __future__ import annotations

from dedup.formats.find import Sources, sources
from dedup.formats.registry import FORMATS
from dedup.formats.source import Format, Source
from dedup.formats.values import BadRow, Cut, Decide, Fate, Unreadable

__all__ = [
    "FORMATS",
    "BadRow",
    "Cut",
    "Decide",
    "Fate",
    "Format",
    "Source",
    "Sources",
    "Unreadable",
    "sources",
]
