"""Small invented scrapes for the laws: sites with chrome of their own, wire stories in near-copies, promoted articles.

Everything follows from a seed, so that a failing example can be named. Random text rarely collides: copies are planted.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from near_texts import line, near_copy, word

from dedup.types import Document

CLOSINGS = ("المصدر: وكالة الوادي", "الوسوم: ملح، نهر", "شارك الخبر", "جميع الحقوق محفوظة")
HEADINGS = ("اقرأ أيضا:", "مقالات ذات صلة", "Read more", "اترك تعليقا")
REFRAIN = "يا نهر رد الغائبين الى الديار"


@dataclass(frozen=True)
class Page:
    """One page: its file name, its site (none: the input does not say) and its lines."""

    name: str
    site: str | None
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def paragraph(rng: random.Random) -> str:
    return line(rng, 10, 26) + rng.choice((".", ".", " ٣٠ " + word(rng) + ".", "، " + line(rng, 3, 6) + "!"))


def article(rng: random.Random) -> list[str]:
    return [line(rng, 4, 8), *(paragraph(rng) for _ in range(rng.randint(2, 5)))]


def scrape(seed: int, sites: int = 3, pages: int = 5, named: bool = True) -> list[Page]:
    """Pages of some sites, some of them telling the same wire stories in nearly the same words."""
    rng = random.Random(seed)
    wire = [article(rng) for _ in range(3)]
    found = []
    for site in range(sites):
        above = [line(rng, 2, 4) for _ in range(rng.randint(0, 3))]
        below = [line(rng, 2, 5) for _ in range(rng.randint(0, 3))]
        promoted = article(rng)
        for page in range(pages):
            body = _body(rng, wire)
            if rng.random() < 0.3:
                body.insert(rng.randint(1, len(body)), REFRAIN)
            extra = []
            if rng.random() < 0.6:
                extra = [rng.choice(CLOSINGS), rng.choice(HEADINGS), *promoted[: rng.randint(1, len(promoted))]]
            if page == 0 and rng.random() < 0.5:
                body, extra = promoted, []
            if rng.random() < 0.2:
                body = [*body, body[-1].removesuffix(".") + ". المصدر: وكالة الوادي"]
            lines = _with_blanks(rng, [*above, *body, *extra, *below])
            name = f"site{site}/page{page}.txt"
            found.append(Page(name, f"site{site}" if named else None, tuple(lines)))
    return found


def _body(rng: random.Random, wire: list[list[str]]) -> list[str]:
    if rng.random() < 0.45:
        return article(rng)
    story = rng.choice(wire)
    return [text if rng.random() < 0.5 else near_copy(rng, text, rng.randint(1, 3)) for text in story]


def _with_blanks(rng: random.Random, lines: list[str]) -> list[str]:
    out = []
    for text in lines:
        out += [text, *([rng.choice(("", " ", "\t\u00a0"))] * rng.choice((0, 0, 0, 1, 2)))]
    return out


def documents(pages: list[Page]) -> list[Document]:
    return [Document(page.name, page.site, page.name, 0, page.text) for page in pages]


def written(folder: Path, pages: list[Page], seed: int = 0) -> Path:
    """The pages as files: most as text with either line end, with and without a BOM, the last site as JSONL."""
    rng = random.Random(seed)
    last = max(page.site or "" for page in pages)
    rows = []
    for page in pages:
        text = page.text + rng.choice(("", "\n", "\n\n"))
        if rng.random() < 0.3:
            text = text.replace("\n", "\r\n")
        if page.site == last:
            row = {"id": page.name, "text": text, "site": page.site, "n": len(rows)}
            rows.append(json.dumps(row, ensure_ascii=rng.random() < 0.5, indent=None, separators=(",  ", ":")))
            continue
        path = folder / page.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rng.choice((b"", b"", b"\xef\xbb\xbf")) + text.encode())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rows.jsonl").write_bytes("".join(row + rng.choice(("\n", "\r\n")) for row in rows).encode())
    return folder
