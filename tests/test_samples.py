"""The samples and their gold agree: a gold that drifts from its files would judge the wrong text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

SAMPLES = Path(__file__).parent.parent / "samples"
SCRAPES = SAMPLES / "scrapes"
MAIN_KINDS = {"title", "main"}
KINDS = MAIN_KINDS | {
    "dateline",
    "byline",
    "source",
    "keywords",
    "read_also",
    "read_also_marker",
    "read_also_body",
    "read_also_head",
    "related",
    "related_links",
    "read_more",
    "share",
    "comment_form",
    "breadcrumb",
    "nav",
    "footer",
    "legal",
    "advertisement",
    "subscribe",
    "media_credit",
    "technical",
    "empty",
}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().decode("utf-8").split("\n") if line]


def pages() -> dict[str, tuple[str, str, str]]:
    """Text, site and URL per id, read from the files alone."""
    found = {}
    for path in SCRAPES.rglob("*.txt"):
        name = path.relative_to(SCRAPES)
        found[name.as_posix()] = (path.read_bytes().decode("utf-8-sig"), name.parts[0], "")
    for path in SCRAPES.glob("*.jsonl"):
        for row in rows(path):
            found[row["id"]] = (row["text"], urlsplit(row["url"]).hostname or "", row["url"])
    return found


GOLD = {row["id"]: row for row in rows(SAMPLES / "gold.jsonl")}
PAGES = pages()


def lines(doc: str, *kinds: str) -> list[str]:
    row = GOLD[doc]
    return [line for line, kind in zip(row["text"].split("\n"), row["kinds"], strict=True) if kind in kinds]


def documents_with(line: str, kind: str) -> list[str]:
    return [doc for doc in GOLD if line in {found.rstrip("\r") for found in lines(doc, kind)}]


def test_every_page_has_one_gold_row_and_no_row_lacks_its_page() -> None:
    assert len(rows(SAMPLES / "gold.jsonl")) == len(GOLD) >= 40
    assert set(GOLD) == set(PAGES)


def test_five_sites_of_seven_pages_or_more() -> None:
    sites = Counter(row["site"] for row in GOLD.values())
    assert len(sites) == 5
    assert min(sites.values()) >= 7
    assert max(sites.values()) >= 12
    assert Counter(row["lang"] for row in GOLD.values()).keys() == {"ar", "en", "fr"}


@pytest.mark.parametrize("doc", sorted(GOLD))
def test_gold_is_the_page(doc: str) -> None:
    row = GOLD[doc]
    assert list(row) == [
        "id",
        "site",
        "url",
        "lang",
        "text",
        "labels",
        "kinds",
        *(["joined"] if "joined" in row else []),
    ]
    text = row["text"].replace("\n", " ") if row.get("joined") == 1 else row["text"]
    assert (text, row["site"], row["url"]) == PAGES[doc]


@pytest.mark.parametrize("doc", sorted(GOLD))
def test_each_line_has_a_label_and_a_known_kind(doc: str) -> None:
    row = GOLD[doc]
    text_lines = row["text"].split("\n")
    assert len(row["labels"]) == len(row["kinds"]) == len(text_lines)
    assert set(row["kinds"]) <= KINDS
    assert row["labels"] == "".join("1" if kind in MAIN_KINDS else "0" for kind in row["kinds"])
    assert [kind == "empty" for kind in row["kinds"]] == [not line.strip() for line in text_lines]


def test_the_promoted_article_is_boilerplate_under_pages_and_main_on_its_own() -> None:
    body = lines("alsahil/004.txt", "main")
    for line in body[:3]:
        assert len(documents_with(line, "read_also_body")) >= 4
        assert documents_with(line, "main") == ["alsahil/004.txt"]


def test_pages_without_an_article_have_no_main_line() -> None:
    empty = [doc for doc, row in GOLD.items() if "1" not in row["labels"]]
    assert len(empty) == 4


def test_repeated_content_is_main_wherever_it_stands() -> None:
    repeated = [
        documents_with(line, "main")
        for line in (
            lines("alsahil/012.txt", "main")[3],
            lines("alsahil/010.txt", "main")[5],
            lines("midad-almaghrib/07.txt", "main")[-1],
        )
    ]
    assert repeated == [
        ["alsahil/012.txt", "alsahil/013.txt"],
        ["alsahil/010.txt", "alsahil/011.txt"],
        ["awraq-0004", "midad-almaghrib/07.txt"],
    ]


def test_bulletins_differ_in_numbers_only() -> None:
    for first, second in (
        ("alsahil/006.txt", "alsahil/007.txt"),
        ("la-rive-sud/meteo-0312.txt", "la-rive-sud/meteo-0319.txt"),
    ):
        one, two = (lines(doc, "main") for doc in (first, second))
        assert one != two
        assert [digitless(line) for line in one] == [digitless(line) for line in two]


def digitless(line: str) -> str:
    return "".join(char for char in line if not char.isdigit())


def test_line_ends_and_bom_survive_a_checkout() -> None:
    crlf = (SCRAPES / "alsahil/003.txt").read_bytes()
    assert crlf.count(b"\r\n") == crlf.count(b"\n") > 0
    assert (SCRAPES / "alsahil/007.txt").read_bytes().startswith(b"\xef\xbb\xbf")
    others = [path for path in SCRAPES.rglob("*.*") if path.suffix in {".txt", ".jsonl"} and path.name != "003.txt"]
    assert not [path for path in others if b"\r" in path.read_bytes()]


def test_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 600_000
