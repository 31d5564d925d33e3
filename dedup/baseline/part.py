"""A set of documents as columns: the content of a segment, the same for the same documents in whatever order they came.

Documents are ordered by site and key, texts by hash. A document is known by its id, its site and its text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.baseline.columns import Column
from dedup.corpus import Corpus
from dedup.near.bands import band_keys, plan
from dedup.near.clusters import long_lines
from dedup.near.signatures import EMPTY, sign
from dedup.settings import Shingles
from dedup.text.folded import Folded, positions, starts

TOGETHER, LEVEL = 16, 9
"""Texts of one compressed frame, and how hard it is compressed: a third of the size, 16 texts read for one."""

SAMPLES, DICTIONARY = 4000, 112_640
"""Texts that a dictionary is learned from, and its bytes."""

Key = bytes
"""16 bytes that stand for a document."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a document besides its lines."""

    key: Key
    doc: str
    site: str | None
    sha256: str
    chars: int


@dataclass(frozen=True, slots=True)
class Part:
    """Documents, their lines, and the distinct folded texts.

    `first` (int64, one more than documents) tells each document's first line; `text` (int32 per line) is a place in
    `texts`, -1 for a blank line. `hashes`: uint64, shape (texts, 2).
    """

    docs: tuple[Known, ...]
    first: NDArray[np.int64]
    text: NDArray[np.int32]
    texts: Folded
    hashes: NDArray[np.uint64]


def key_of(doc: str, site: str | None, sha256: str) -> Key:
    """What stands for a document.

    >>> key_of("a", None, "") == key_of("a", "s", "")
    False
    """
    return hashlib.sha256(json.dumps([doc, site, sha256]).encode("utf-8", "surrogatepass")).digest()[:16]


def of_corpus(corpus: Corpus) -> Part:
    """All documents of a corpus."""
    docs = tuple(
        Known(key_of(page.doc, page.site, page.sha256), page.doc, page.site, page.sha256, page.chars)
        for page in corpus.pages
    )
    return _ordered(Part(docs, corpus.first, corpus.lines.text, corpus.texts, corpus.hashes))


def joined(parts: Sequence[Part]) -> Part:
    """The documents of several parts, each once."""
    shift = np.cumsum([0, *(len(part.texts) for part in parts)])
    text = np.concatenate([np.where(p.text >= 0, p.text + shift[n], -1) for n, p in enumerate(parts)])
    first = starts(np.concatenate([np.diff(part.first) for part in parts]))
    codes = np.concatenate([part.texts.codes for part in parts])
    texts = Folded(codes, starts(np.concatenate([part.texts.lengths for part in parts])))
    hashes = np.concatenate([part.hashes for part in parts])
    return _ordered(Part(tuple(d for p in parts for d in p.docs), first, text.astype(np.int32), texts, hashes))


def without(part: Part, keys: set[Key]) -> Part:
    """The documents whose keys are not among these."""
    chosen = [n for n, doc in enumerate(part.docs) if doc.key not in keys]
    return part if len(chosen) == len(part.docs) else _ordered(_chosen(part, chosen))


def _ordered(part: Part) -> Part:
    """Documents by site and key, each once; distinct texts that occur, by hash."""
    order = sorted(range(len(part.docs)), key=lambda n: (part.docs[n].site or "", part.docs[n].key))
    order = [n for at, n in enumerate(order) if not at or part.docs[order[at - 1]].key != part.docs[n].key]
    part = _chosen(part, order)
    used = np.unique(part.text[part.text >= 0])
    by_hash = used[np.lexsort((part.hashes[used, 1], part.hashes[used, 0]))]
    hashes = part.hashes[by_hash]
    new = np.ones(len(by_hash), np.bool_)
    new[1:] = (hashes[1:] != hashes[:-1]).any(axis=1)
    place = np.full(len(part.texts) + 1, -1, np.int32)
    place[by_hash] = np.cumsum(new) - 1
    kept = by_hash[new]
    return Part(part.docs, part.first, place[part.text], part.texts.take(kept), part.hashes[kept])


def _chosen(part: Part, numbers: Sequence[int]) -> Part:
    rows = np.array(numbers, np.int64)
    sizes = np.diff(part.first)[rows]
    lines = positions(part.first[:-1][rows], sizes)
    return Part(tuple(part.docs[n] for n in numbers), starts(sizes), part.text[lines], part.texts, part.hashes)


def columns(part: Part, shingles: Shingles, threshold: float) -> dict[str, NDArray[Any]]:
    """A part as columns to write, with what look-ups need."""
    text, frame_start, text_size, dictionary = _framed(part.texts)
    rows = [json.dumps([d.doc, d.site, d.sha256, d.chars], ensure_ascii=True) for d in part.docs]
    doc, doc_start = _packed(rows)
    keys = np.frombuffer(b"".join(d.key for d in part.docs), ">u8").astype(np.uint64)
    band_key, band_text = _bands(part.texts, shingles, threshold)
    return {
        "text": text,
        "frame_start": frame_start,
        "text_size": text_size,
        "dictionary": dictionary,
        "hash_one": part.hashes[:, 0].copy(),
        "hash_two": part.hashes[:, 1].copy(),
        "text_doc": _leaders(part, keys),
        "doc": doc,
        "doc_start": doc_start,
        "key": keys,
        "first": part.first,
        "line": part.text,
        "band_key": band_key,
        "band_text": band_text,
    }


def _framed(texts: Folded) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint8]]:
    """Texts in compressed frames of `TOGETHER` each: frames, their starts, bytes per text, the dictionary of all."""
    import zstandard

    dictionary = _dictionary(texts)
    packer = zstandard.ZstdCompressor(LEVEL, zstandard.ZstdCompressionDict(dictionary) if dictionary else None)
    frames: list[bytes] = []
    sizes: list[int] = []
    for first in range(0, len(texts), TOGETHER):
        some = range(first, min(first + TOGETHER, len(texts)))
        raw = [texts.text(n).encode("utf-8", "surrogatepass") for n in some]
        frames.append(packer.compress(b"".join(raw)))
        sizes += map(len, raw)
    start = starts(np.array([len(frame) for frame in frames], np.int64))
    told = np.frombuffer(dictionary, np.uint8)
    return np.frombuffer(b"".join(frames), np.uint8), start, np.array(sizes, np.uint32), told


def _dictionary(texts: Folded) -> bytes:
    """What the texts have in common, learned from some of them; nothing where they are few."""
    import zstandard

    if len(texts) < SAMPLES:
        return b""
    some = range(0, len(texts), len(texts) // SAMPLES)
    samples: list[Any] = [texts.text(n).encode("utf-8", "surrogatepass") for n in some]
    return bytes(zstandard.train_dictionary(DICTIONARY, samples).as_bytes())


def _packed(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    raw = [text.encode("utf-8", "surrogatepass") for text in texts]
    return np.frombuffer(b"".join(raw), np.uint8), starts(np.array([len(each) for each in raw], np.int64))


def _leaders(part: Part, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """For each text, its document with the smallest key: the same whatever came first."""
    doc = np.repeat(np.arange(len(part.docs)), np.diff(part.first))
    rank = np.empty(len(part.docs), np.int64)
    rank[np.lexsort((keys[1::2], keys[::2]))] = np.arange(len(part.docs))
    live = np.flatnonzero(part.text >= 0)
    live = live[np.argsort(-rank[doc[live]], kind="stable")]
    leader = np.zeros(len(part.texts), np.int32)
    leader[part.text[live]] = doc[live]
    return leader


def _bands(texts: Folded, shingles: Shingles, threshold: float) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Keys of the bands of all long texts, sorted, and the text of each."""
    ids = np.flatnonzero(long_lines(texts)).astype(np.int64)
    signatures = sign(texts, shingles, ids)
    filled = np.flatnonzero(signatures[:, 0] != EMPTY)
    keys = (band_keys(signatures, plan(threshold), filled) >> np.uint64(32)).astype(np.uint32)
    text = np.repeat(ids[filled], keys.shape[1]).astype(np.int32)
    flat = keys.reshape(-1)
    order = np.lexsort((text, flat))
    return flat[order], text[order]


def restored(columns: Mapping[str, Column]) -> Part:
    """A part as it was written, all of it in memory."""
    texts = texts_at(columns, np.arange(len(columns["text_size"])))
    hashes = np.stack([columns["hash_one"].all(), columns["hash_two"].all()], axis=1)
    docs = tuple(known(columns, n) for n in range(len(columns["doc_start"]) - 1))
    return Part(docs, np.asarray(columns["first"].all()), np.asarray(columns["line"].all()), texts, hashes)


def known(columns: Mapping[str, Column], number: int) -> Known:
    """What is remembered of a document."""
    start, end = columns["doc_start"].part(number, number + 2).tolist()
    doc, site, sha256, chars = json.loads(columns["doc"].part(start, end).tobytes())
    key = columns["key"].part(2 * number, 2 * number + 2).astype(">u8").tobytes()
    return Known(key, doc, site, sha256, chars)


def texts_at(columns: Mapping[str, Column], places: NDArray[np.int64]) -> Folded:
    """Some folded texts, whose places ascend."""
    import zstandard

    dictionary = columns["dictionary"].all().tobytes()
    unpacker = zstandard.ZstdDecompressor(zstandard.ZstdCompressionDict(dictionary) if dictionary else None)
    found: list[str] = []
    frames, counts = np.unique(places // TOGETHER, return_counts=True)
    for frame, some in zip(frames.tolist(), np.split(places, np.cumsum(counts)[:-1]), strict=True):
        start, end = columns["frame_start"].part(frame, frame + 2).tolist()
        data = unpacker.decompress(columns["text"].part(start, end).tobytes())
        first = frame * TOGETHER
        sizes = columns["text_size"].part(first, min(first + TOGETHER, len(columns["text_size"])))
        bounds = starts(sizes.astype(np.int64))
        spans = ((bounds[at], bounds[at + 1]) for at in (some - first).tolist())
        found += [data[begin:stop].decode("utf-8", "surrogatepass") for begin, stop in spans]
    return Folded.of(found)
