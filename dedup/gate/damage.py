"""Characters that tell of text decoded the wrong way. What is counted, nobody types on purpose."""

from __future__ import annotations

import regex

_DAMAGE = regex.compile(
    "\ufffd"  # the decoder gave up
    "|[\x80-\x9f]"  # C1 controls: Windows-1252 read as Latin-1
    "|(?:[ØÙÚÛ][\u0080-\u00bf\u0152-\u2122]){2,}"  # Arabic in UTF-8 read as Latin-1 or Windows-1252
    "|[ÃÂ][\u0080-\u00bf\u201a-\u2122]"  # European letters, the same
    "|â€[\u0080-\u00bf\u0152-\u2122]"  # quotation marks and dashes, the same
    "|[ÇÉÈÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö]{4,}"  # Windows-1256 read as Latin-1
)


def damaged(text: str) -> tuple[int, int]:
    """How many characters of a text are damaged, and where the first one stands (-1 for none).

    >>> damaged("خبر من المدينة"), damaged("Ø®Ø¨Ø±"), damaged("caf\ufffd au lait"), damaged("déjà vu")
    ((0, -1), (6, 0), (1, 3), (0, -1))
    """
    count, first = 0, -1
    if not text.isascii():
        for match in _DAMAGE.finditer(text):
            count += match.end() - match.start()
            first = match.start() if first < 0 else first
    return count, first
