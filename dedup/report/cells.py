"""Text in columns of fixed width, for a terminal that may run right to left.

A name or a line from a scrape is foreign text: it may be Arabic, hold control characters, or try to
turn the screen around. So it is made visible, cut to its width in cells (not in characters: marks
are 0 wide, Chinese 2), and set between FSI and PDI, which keep its direction to itself; the columns
around it then stay where they are.
"""

from __future__ import annotations

import re

from rich.cells import cell_len

FSI, PDI = "\u2068", "\u2069"
ELLIPSIS = "…"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
_BIDI_CONTROLS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_VISIBLE = (
    {code: chr(0x2400 + code) for code in range(0x20)}
    | dict.fromkeys((*range(0x7F, 0xA0), 0x2028, 0x2029), "\ufffd")
    | dict.fromkeys(_BIDI_CONTROLS, "")
    | dict.fromkeys((0x09, 0x0A, 0x0D), " ")
)
_BAR = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def visible(text: str) -> str:
    r"""Show control characters as pictures and drop direction controls, so that text cannot act on a terminal.

    >>> visible("a\x1b[31mb\u202ec")
    'a␛[31mbc'
    """
    return text.translate(_VISIBLE)


def isolate(text: str) -> str:
    """Keep the direction of `text` to itself; text without a right-to-left letter gets nothing added."""
    return f"{FSI}{text}{PDI}" if _RIGHT_TO_LEFT.search(text) else text


def fit(text: str, width: int) -> str:
    """Cut `text` to `width` cells, with an ellipsis where something is lost.

    >>> fit("العودة إلى الأعلى", 8)
    'العودة …'
    """
    if cell_len(text) <= width:
        return text
    used, kept = 1, 0
    for character in text:
        used += cell_len(character)
        if used > width:
            break
        kept += 1
    return text[:kept] + ELLIPSIS


def column(text: str, width: int) -> str:
    """Foreign text as a column: visible, cut, isolated, and filled up with spaces."""
    shown = fit(visible(text), width)
    return isolate(shown) + " " * (width - cell_len(shown))


def name(text: str, width: int) -> str:
    """A file name or id as a column; cut at its start, for its end tells more.

    >>> name("samples/scrapes/deep/folder/page.txt", 16)
    '…folder/page.txt'
    """
    shown = visible(text)
    if cell_len(shown) > width:
        shown = fit(shown[::-1], width)[::-1]
    return isolate(shown) + " " * (width - cell_len(shown))


def percent(value: float | None) -> str:
    """A share in six cells; a part that is not nothing never shows as nothing, nor nearly all as all.

    >>> percent(0.5), percent(0.00001), percent(None)
    ('50.0 %', '<0.1 %', '     –')
    """
    if value is None:
        return "     –"
    if 0 < value < 0.001:
        return "<0.1 %"
    if 0.999 < value < 1:
        return "99.9 %"
    return f"{value * 100:.0f} %".rjust(6) if value == 1 else f"{value * 100:.1f} %".rjust(6)


def bar(value: float | None, width: int) -> str:
    """A share as a bar of eighths of a cell.

    >>> bar(0.5, 8), bar(0.0, 4)
    ('████    ', '    ')
    """
    eighths = round((value or 0) * width * 8)
    if value and not eighths:
        eighths = 1
    full, rest = divmod(eighths, 8)
    return ("█" * full + _BAR[rest]).ljust(width)
