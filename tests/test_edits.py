"""Short lines: edit distance against the plain recurrence, no pair missed, nothing that says something else."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.near import edits
from dedup.near.clusters import cluster
from dedup.near.hashing import hash_lines
from dedup.settings import Settings
from dedup.text.folded import Folded


def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def edited(rng, text, count):
    letters = list(text)
    for _ in range(count):
        at = rng.randrange(len(letters) + 1)
        kind = rng.randrange(3)
        if kind == 0:
            letters.insert(at, rng.choice("ابت"))
        elif at < len(letters):
            letters[at : at + 1] = [] if kind == 1 else [rng.choice("ابت")]
    return "".join(letters)


@given(st.lists(st.text(alphabet="ابت", min_size=1, max_size=9), min_size=2, max_size=6))
def test_distance_is_exact_up_to_two(texts):
    column = Folded.of(texts)
    pairs = [(a, b) for a in range(len(texts)) for b in range(len(texts)) if 0 <= len(texts[b]) - len(texts[a]) <= 2]
    a, b = np.array(pairs).T
    wanted = [min(levenshtein(texts[x], texts[y]), 3) for x, y in pairs]
    assert edits.distances(column, a, b).tolist() == wanted


def variants(text):
    """All texts one edit away, with one strange letter."""
    for at in range(len(text) + 1):
        yield text[:at] + "و" + text[at:]
        if at < len(text):
            yield text[:at] + text[at + 1 :]
            yield text[:at] + "و" + text[at + 1 :]


@pytest.mark.parametrize("length", [12, 13, 19, 20, 21, 22, 23])
def test_no_text_within_the_allowed_edits_is_missed(length):
    text = "ابتثجحخدذرزسشصضطظعغفقكلمن"[:length]
    near = set(variants(text))
    if length >= 20:
        near |= {other for one in near for other in variants(one)}
    texts = [text, *sorted(one for one in near if len(one) >= (20 if length >= 20 else 12) and one != text)]
    column = Folded.of(texts)
    found = edits.buckets(column)
    bucket = np.repeat(np.arange(len(found.sizes)), found.sizes)
    together = found.members[np.isin(bucket, bucket[found.members == 0])]
    assert set(together.tolist()) == set(range(len(texts)))
    parity = edits.letter_parity(column)
    assert np.bitwise_count(parity ^ parity[0]).max() <= (4 if length >= 20 else 2)


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ("اخبار المدينه", "اخبار المدينا", True),
        ("عبدالله المحمود", "عبد الله المحمود", True),
        ("افتتاح معرض الكتاب", "افتتاح معرض الكتاب!", True),
        ("مسابقه القراءه الكبري", "مسابقات القراءه الكبري", True),
        ("مسابقه قصيره", "مسابقات قصيره", False),  # two edits, below 20 code points
        ("خبر قصير", "خبر قصيرا", False),  # below 12
        ("نتائج المجموعه ا", "نتائج المجموعه ب", False),  # a word of one letter
        ("هذا قرار لن يلغي", "هذا قرار لم يلغي", False),
        ("الوزير يزور المدينه", "الوزير لا يزور المدينه", False),
        ("الاسعار ترتفع 3%", "الاسعار ترتفع 4%", False),
        ("نتيجه المباراه 2-1", "نتيجه المباراه 21", False),
        ("نتيجه المباراه 2-1", "نتيجه المباراه 2:1", True),
    ],
)
def test_short_lines(one, other, joined):
    column = Folded.of([one, other, "سطر لا علاقه له"])
    found = cluster(column, hash_lines(column), np.array([2, 1, 1]), Settings())
    assert found.leader.tolist() == [0, 0 if joined else 1, 2]
    longest = max(len(one), len(other))
    wanted = 1 - levenshtein(one, other) / longest if joined else 1
    assert found.similarity[1] == pytest.approx(wanted)


def test_pairs_among_many_short_lines_equal_brute_force():
    rng = random.Random(11)
    names = ["مهرجان", "المدينه", "القديمه", "يستقبل", "ضيوفه", "غدا", "معرض", "الزهور", "افتتاح", "جديد"]
    texts = set()
    for _ in range(60):
        text = " ".join(rng.choices(names, k=rng.randint(2, 4)))
        texts |= {text, edited(rng, text, 1), edited(rng, text, 2)}
    column = Folded.of(sorted(texts))
    lengths = column.lengths
    found = edits.buckets(column)
    met = set()
    for first, last in zip(found.offsets[:-1], found.offsets[1:], strict=True):
        group = found.members[first:last].tolist()
        met |= {(a, b) for a in group for b in group if a < b}
    true = {
        (a, b)
        for b in range(len(column))
        for a in range(b)
        if levenshtein(column.text(a), column.text(b)) <= edits.allowed(np.minimum(lengths[a], lengths[b])[None])[0]
    }
    assert len(true) > 50
    assert true <= met
