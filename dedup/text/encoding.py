"""Bytes that are not UTF-8: what they are where the evidence is strong, and nothing where it is not.

Strong is a byte order mark, the zeros of UTF-16, or a reading in an Arabic code page that is a plain Arabic text, that
beats the other page clearly, and to which a declaration in the file or charset-normalizer bears witness. A reading
counts only when it gives the same bytes back.
"""

from __future__ import annotations

import codecs
import re

from dedup.text.plausible import plausibility

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 first: its mark starts with the one of UTF-16."""

PAGES = {"windows-1256": "cp1256", "iso-8859-6": "iso8859_6"}
"""Arabic code pages by the names that we write down, with Python's."""

SAMPLE = 1 << 15
LEAST_LETTERS = 24
"""Arabic letters that a reading in a code page must have: less says too little."""
PLAIN = 1.0
"""Plausibility of a text that is plainly Arabic."""
MARGIN = 0.4
"""How much more plausible than the other page's reading it must be."""
MOST_ASCII = 0.5
"""Most ASCII letters among all letters: accents among Latin words are no Arabic."""

_DECLARED = re.compile(rb"(?:charset|encoding)[\"' ]*[=:][\"' ]*([A-Za-z0-9_-]{4,20})")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")


def encoding_of(raw: bytes) -> str | None:
    """The encoding of bytes that are not UTF-8, null where the evidence is weak.

    >>> encoding_of("وقال الوزير إن العمل في الميناء يسير كما خطط له منذ الربيع".encode("cp1256"))
    'windows-1256'
    >>> encoding_of("déjà vu à l'été".encode("cp1252")) is None
    True
    """
    marked = next((name for bom, name in BOMS if raw.startswith(bom)), None)
    name = marked or _wide(raw) or _page(raw)
    return name if name is not None and _comes_back(raw, name) else None


def decoded(raw: bytes, name: str) -> str:
    """The text of bytes, without their byte order mark; UnicodeDecodeError where they are something else."""
    return raw[len(bom_of(raw, name)) :].decode(PAGES.get(name, name))


def encoded(text: str, name: str, bom: bytes) -> bytes:
    """The bytes of a text, after a byte order mark or nothing."""
    return bom + text.encode(PAGES.get(name, name))


def bom_of(raw: bytes, name: str) -> bytes:
    """The byte order mark that bytes in this encoding start with; nothing where there is none."""
    return next((bom for bom, each in BOMS if each == name and raw.startswith(bom)), b"")


def is_utf8(raw: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _comes_back(raw: bytes, name: str) -> bool:
    try:
        return encoded(decoded(raw, name), name, bom_of(raw, name)) == raw
    except UnicodeError:
        return False


def _wide(raw: bytes) -> str | None:
    """UTF-16 without a mark: every second byte is that of ASCII or of Arabic, and the others are not."""
    if len(raw) % 2 or len(raw) < LEAST_LETTERS:
        return None
    sample = raw[:SAMPLE]
    for name, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        few = sum(map(high.count, (0, 6))) / len(high)
        if few > 0.9 and sum(map(low.count, (0, 6))) / len(low) < 0.2:
            return name
    return None


def _page(raw: bytes) -> str | None:
    """The Arabic code page that gives a plain Arabic text; the witness is heard last, as it is slow."""
    sample = raw[:SAMPLE]
    readings = {name: _reading(sample, codec) for name, codec in PAGES.items()}
    scores = {name: plausibility(text) if text is not None else -9.0 for name, text in readings.items()}
    best = max(sorted(scores), key=scores.__getitem__)
    text = readings[best]
    if text is None or scores[best] < PLAIN or scores[best] - min(scores.values()) < MARGIN:
        return None
    letters, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    if letters < LEAST_LETTERS or latin > MOST_ASCII * (letters + latin):
        return None
    return best if best in (_declared(raw), *_witnessed(sample)) else None


def _reading(sample: bytes, codec: str) -> str | None:
    try:
        return sample.decode(codec)
    except UnicodeDecodeError:
        return None


def _declared(raw: bytes) -> str | None:
    found = _DECLARED.search(raw[:1024])
    return found[1].decode("ascii").lower().replace("cp1256", "windows-1256") if found else None


def _witnessed(sample: bytes) -> list[str]:
    """The pages that charset-normalizer takes the bytes for."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return [name for name, codec in PAGES.items() if best is not None and codec in best.could_be_from_charset]
