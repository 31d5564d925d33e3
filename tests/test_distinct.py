"""Distinct texts: equal ones share an id, different ones never do, whatever their hashes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.near import hashing
from dedup.near.distinct import Distinct
from dedup.near.hashing import hash_lines, mix
from dedup.text.folded import Folded, same_texts

BATCHES = st.lists(st.lists(st.text(alphabet="اب ", max_size=4), max_size=12), max_size=6)


def constant(folded):
    return np.zeros((len(folded), 2), dtype=np.uint64)


def by_length(folded):
    return np.stack([folded.lengths, folded.lengths], axis=1).astype(np.uint64)


def expected(batches):
    seen: dict[str, int] = {}
    return [[seen.setdefault(text, len(seen)) if text else -1 for text in batch] for batch in batches], list(seen)


@pytest.mark.parametrize("hasher", [hash_lines, constant, by_length])
@given(batches=BATCHES)
def test_ids_follow_first_occurrence_and_collisions_stay_apart(hasher, batches):
    distinct = Distinct(hasher)
    ids = [distinct.add(Folded.of(batch)).tolist() for batch in batches]
    wanted, texts = expected(batches)
    assert ids == wanted
    assert [distinct.folded().text(at) for at in range(len(distinct))] == texts
    assert distinct.hashes.shape == (len(texts), 2)


def test_many_texts_over_many_batches():
    texts = [f"سطر رقم {number * number % 7919}" for number in range(12000)]
    wanted, kept = expected([texts])
    distinct = Distinct()
    ids = np.concatenate([distinct.add(Folded.of(texts[at : at + 700])) for at in range(0, len(texts), 700)])
    assert ids.tolist() == wanted[0]
    assert [distinct.folded().text(at) for at in (0, 1, len(kept) - 1)] == [kept[0], kept[1], kept[-1]]
    assert (distinct.hashes == hash_lines(distinct.folded())).all()


def test_hash_knows_place_length_and_each_code_point():
    texts = ["اب", "با", "ا", "اا", "", "ب", "\0", "\0\0", "اب ", " اب"]
    hashes = hash_lines(Folded.of(texts))
    for half in (0, 1):
        assert len(set(hashes[:, half].tolist())) == len(texts)


def test_hash_of_a_text_does_not_depend_on_its_neighbours(monkeypatch):
    texts = [f"نص {number} " * (number % 9) for number in range(80)]
    whole = hash_lines(Folded.of(texts))
    monkeypatch.setattr(hashing, "_CHUNK", 20)
    assert (hash_lines(Folded.of(texts)) == whole).all()
    assert (np.concatenate([hash_lines(Folded.of([text])) for text in texts]) == whole).all()


def test_mix_is_the_published_function():
    def scalar(value):
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB % 2**64
        return value ^ (value >> 31)

    values = [0, 1, 2**64 - 1, 0x9E3779B97F4A7C15, 12345]
    assert mix(np.array(values, dtype=np.uint64)).tolist() == [scalar(value) for value in values]


@given(st.lists(st.text(alphabet="ab", max_size=5), min_size=1, max_size=8), st.data())
def test_same_texts(texts, data):
    column = Folded.of(texts)
    index = st.lists(st.integers(0, len(texts) - 1), min_size=6, max_size=6)
    i, j = data.draw(index), data.draw(index)
    same = same_texts(column, np.array(i), column, np.array(j), chunk=3)
    assert same.tolist() == [texts[a] == texts[b] for a, b in zip(i, j, strict=True)]
