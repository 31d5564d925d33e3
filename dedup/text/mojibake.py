"""Text that was decoded with the wrong code page, put right: per line, opt-in, and only where the gain is plain.

Two steps are tried at most, each an encoding back to the bytes and a decoding as they were meant; a character that
the code page lacks stands for its own byte, as browsers read it. Lines that read as Arabic, or that have few letters
beyond ASCII, are left alone. What is lost (U+FFFD, dropped bytes) is never guessed. Mojibake in other scripts is
ftfy's: only its `fix_encoding`, only where it finds the line bad and its own work good. Never its `fix_text`, which
rewrites clean text and makes Windows-1256 mojibake irreparable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from dedup.text.plausible import plausibility

STEPS = (
    ("cp1256", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("iso8859_6", "utf-8"),
    ("cp720", "utf-8"),
    ("cp1252", "cp1256"),
    ("latin-1", "cp1256"),
    ("cp1252", "iso8859_6"),
    ("cp1256", "iso8859_6"),
    ("iso8859_6", "cp1256"),
)
"""What a line was decoded with, and what it should have been."""

GAIN = 0.6
LEAST = 0.8
"""Least gain in plausibility, and least plausibility of the result: no clean line of 40,000 reaches both."""
LEAST_LETTERS = 8
"""Fewer letters beyond ASCII say too little."""
MOST_ASCII = 0.25
"""Accents among more ASCII letters than this are French or Italian, not mojibake."""
READS_WELL = 1.0
"""A line that reads so well is not looked at further."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One line that was mended: its place in the original without its line end, what stood there, and what does now."""

    start: int
    end: int
    was: str
    now: str


def repair_text(text: str) -> tuple[str, tuple[Repair, ...]]:
    r"""Mend each line; the text itself, and nothing, where all is well.

    >>> repair_text("خبر\nط§ظ„ظ…طµط¯ط±: ط¹ط¯ظ† ط§ظ„ط؛ط¯\n")[0]
    'خبر\nالمصدر: عدن الغد\n'
    """
    if text.isascii():
        return text, ()
    repairs = tuple(_repairs(text))
    if not repairs:
        return text, ()
    pieces, at = [], 0
    for repair in repairs:
        pieces += [text[at : repair.start], repair.now]
        at = repair.end
    return "".join((*pieces, text[at:])), repairs


def _repairs(text: str) -> Iterator[Repair]:
    at = 0
    for line in text.split("\n"):
        body = line.removesuffix("\r")
        now = repair_line(body)
        if now != body:
            yield Repair(at, at + len(body), body, now)
        at += len(line) + 1


def repair_line(line: str) -> str:
    """The line as it was meant, or itself."""
    if line.isascii():
        return line
    if _may_be_arabic(line):
        before = plausibility(line)
        if before >= READS_WELL:
            return line
        if (found := _best(line, before)) is not None:
            return found
    return _by_ftfy(line)


def _may_be_arabic(line: str) -> bool:
    beyond = sum(char > "\x7f" and char.isalpha() for char in line)
    ascii_letters = sum(char.isascii() and char.isalpha() for char in line)
    return beyond >= LEAST_LETTERS and ascii_letters <= MOST_ASCII * (beyond + ascii_letters)


def _best(line: str, before: float) -> str | None:
    """The most plausible reading after one step or two."""
    once = {text for text in (_step(line, *step) for step in STEPS) if text is not None and text != line}
    twice = {text for one in once for text in (_step(one, *step) for step in STEPS[:5]) if text is not None}
    found = max(sorted(once | twice), key=plausibility, default=None)
    if found is None or not _is_sound(found):
        return None
    return found if plausibility(found) >= max(before + GAIN, LEAST) else None


def _is_sound(text: str) -> bool:
    """A reading with control characters in it is none."""
    return not any("\x80" <= char <= "\x9f" or (char < " " and char not in "\t\r\x0b\x0c") for char in text)


def _step(text: str, wrong: str, right: str) -> str | None:
    raw = _encoded(text, wrong)
    if raw is None:
        return None
    if right != "utf-8":
        return "".join(map(_table(right).__getitem__, raw))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _encoded(text: str, codec: str) -> bytes | None:
    """The bytes of a text in a code page, null where it cannot come from it."""
    bytes_of = _bytes_of(codec)
    found = [bytes_of.get(char) for char in text]
    return None if None in found else bytes(byte for byte in found if byte is not None)


@cache
def _table(codec: str) -> tuple[str, ...]:
    """The character of each byte; a byte without one stands for itself."""
    return tuple(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in range(256))


@cache
def _bytes_of(codec: str) -> dict[str, int]:
    return {char: byte for byte, char in reversed(list(enumerate(_table(codec))))}


def _by_ftfy(line: str) -> str:
    """Ftfy's reading of a line that it finds bad, where it finds its own less so and no line was joined or lost."""
    import ftfy
    from ftfy.badness import badness, is_bad

    if not is_bad(line) or "\x85" in line:
        return line
    found = ftfy.fix_encoding(line)
    sound = "\n" not in found and "\ufffd" not in found and _is_sound(found) and not _is_half_mended(found)
    return found if sound and badness(found) == 0 and len(found) < len(line) else line


def _is_half_mended(text: str) -> bool:
    """Arabic with accented letters left between: bytes were lost, and what remains is better left as it was."""
    return any("\u0621" <= char <= "\u064a" for char in text) and any("\xc0" <= char <= "\xff" for char in text)
