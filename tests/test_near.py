"""Near-duplicates against brute force: candidates, exact similarity, stars."""

from __future__ import annotations

import random
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from near_texts import bucket_pairs, planted

from dedup.near import clusters, jaccard, signatures, stars
from dedup.near.bands import Bands, band_keys, exact, plan, recall
from dedup.near.clusters import cluster, long_lines
from dedup.near.hashing import hash_lines
from dedup.near.numbers import same_digits
from dedup.near.signatures import EMPTY, shingle_lines, sign
from dedup.settings import Settings, Shingles
from dedup.text.folded import Folded
from dedup.text.words import words

CHAR, WORD = Shingles("char", 5), Shingles("word", 3)


def shingle_set(text, shingles):
    """The definition, in strings."""
    units = list(text) if shingles.unit == "char" else re.findall(r"\w+", text)
    if not text:
        return frozenset()
    if not units:
        return frozenset([text])
    return frozenset(tuple(units[at : at + shingles.size]) for at in range(max(len(units) - shingles.size + 1, 1)))


def similarities(texts, shingles):
    """Exact similarity of all pairs, by the definition."""
    sets = [shingle_set(text, shingles) for text in texts]
    for b in range(len(texts)):
        for a in range(b):
            union = len(sets[a] | sets[b])
            yield a, b, Fraction(len(sets[a] & sets[b]), union) if union else Fraction(0)


def expected_stars(order, neighbours):
    """The definition of DESIGN: in order of priority, a free text leads and takes its free neighbours."""
    leader = {}
    for text in order:
        if text not in leader:
            leader[text] = text
            for other in sorted(neighbours.get(text, ())):
                leader.setdefault(other, text)
    return leader


TEXTS = st.lists(st.text(alphabet="ابتث .", max_size=14), max_size=8)


@pytest.mark.parametrize("shingles", [CHAR, WORD, Shingles("char", 1), Shingles("word", 1)], ids=str)
@given(texts=TEXTS)
def test_shingles_are_those_of_the_definition(shingles, texts):
    shingled = shingle_lines(Folded.of(texts), shingles)
    for at, text in enumerate(texts):
        mine = set(shingled.hashes[shingled.offsets[at] : shingled.offsets[at + 1]].tolist())
        wanted = shingle_set(text, shingles)
        assert len(mine) == len(wanted)
        for other in range(at):
            shared = mine & set(shingled.hashes[shingled.offsets[other] : shingled.offsets[other + 1]].tolist())
            assert len(shared) == len(wanted & shingle_set(texts[other], shingles))


@given(texts=st.lists(st.text(max_size=20), max_size=6))
def test_words_are_those_of_re(texts):
    found = words(Folded.of(texts))
    for at, text in enumerate(texts):
        mine = [found.words.text(i) for i in range(found.offsets[at], found.offsets[at + 1])]
        assert mine == re.findall(r"\w+", text)


def test_signatures_estimate_and_do_not_depend_on_neighbours(monkeypatch):
    texts = [*planted(1, 30, 3), "", "خبر"]
    whole = sign(Folded.of(texts), CHAR)
    assert whole.shape == (len(texts), 128)
    assert (whole[-2] == EMPTY).all()
    assert (whole[[i for i in range(len(texts)) if texts[i]]] != EMPTY).all()
    monkeypatch.setattr(signatures, "_CHUNK", 64)
    assert (sign(Folded.of(texts), CHAR) == whole).all()
    alone = np.concatenate([sign(Folded.of([text]), CHAR) for text in texts])
    assert (alone == whole).all()
    for a, b, similarity in similarities(texts, CHAR):
        estimate = np.count_nonzero(whole[a] == whole[b]) / 128 if texts[a] and texts[b] else 0
        assert abs(estimate - similarity) < 0.25


def test_signature_by_the_definition():
    """One slow reading of the formula in the module's head."""
    text = "تقرير عن حركه السير"
    hashes = shingle_lines(Folded.of([text]), CHAR).hashes.tolist()
    slots = [min((h >> 25 & 0xFFFFFFFF for h in hashes if h >> 57 == slot), default=None) for slot in range(128)]
    probes = signatures._probes()
    filled = [
        slot if slot is not None else next(slots[p] for p in probes[:, at].tolist() if slots[p] is not None)
        for at, slot in enumerate(slots)
    ]
    assert sign(Folded.of([text]), CHAR)[0].tolist() == filled
    assert all(sorted(probes[:, at].tolist()) == list(range(128)) for at in range(128))


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0])
def test_bands_find_nearly_all_pairs_at_the_threshold(threshold):
    bands = plan(threshold)
    assert bands.count * bands.rows <= 128
    assert recall(exact(threshold), bands) >= Fraction(9995, 10000)


def test_band_keys_agree_where_slots_agree():
    rows = np.random.default_rng(5).integers(0, 3, size=(40, 128)).astype(np.uint32)
    bands = Bands(32, 4)
    keys = band_keys(rows, bands)
    assert keys.shape == (40, 32)
    for band in range(32):
        slots = rows[:, band * 4 : band * 4 + 4]
        same = (slots[:, None] == slots[None]).all(axis=2)
        assert (same == (keys[:, None, band] == keys[None, :, band])).all()
    assert len(np.intersect1d(keys[:, 0], keys[:, 1])) == 0


@pytest.mark.parametrize("shingles", [CHAR, WORD], ids=str)
def test_similarity_is_exact(shingles):
    texts = [*planted(2, 25, 4, least=1), "", "...", "خبر"]
    column = Folded.of(texts)
    a, b, wanted = (np.array(values) for values in zip(*similarities(texts, shingles), strict=True))
    accepted, similarity = jaccard.verify(column, shingles, Fraction(4, 5), a, b)
    assert accepted.tolist() == [value >= Fraction(4, 5) for value in wanted.tolist()]
    assert accepted.any()
    assert np.allclose(similarity, wanted.astype(float))


def test_a_pair_exactly_at_the_threshold_is_accepted():
    # 4 of 5 three-word shingles: in binary floats, 0.8 * 5 and 4 need not be equal.
    column = Folded.of(["ا ب ت ث ج ح", "ا ب ت ث ج ح خ"])
    accepted, similarity = jaccard.verify(column, WORD, exact(0.8), np.array([0]), np.array([1]))
    assert accepted.tolist() == [True]
    assert similarity.tolist() == [np.float32(0.8)]
    assert not jaccard.verify(column, WORD, exact(0.81), np.array([0]), np.array([1]))[0].any()


@pytest.mark.parametrize(
    ("shingles", "least", "most", "edits"),
    [(CHAR, 8, 15, 3), (CHAR, 15, 40, 3), (WORD, 8, 15, 1), (WORD, 15, 40, 1)],
    ids=str,
)
def test_candidates_miss_hardly_any_pair_and_stars_hold_no_unverified_one(shingles, least, most, edits):
    texts = [text for text in planted(3, 90, 6, least, most, edits) if len(text.split()) >= 8]
    column = Folded.of(texts)
    pairs = bucket_pairs(clusters.candidates(sign(column, shingles), 0.8))
    true = {(a, b) for a, b, similarity in similarities(texts, shingles) if similarity >= Fraction(4, 5)}
    assert len(true) > 30
    assert len(true & pairs) >= 0.98 * len(true)
    occurrences = np.array([len(text) % 3 + 1 for text in texts])
    stars_found = cluster(column, hash_lines(column), occurrences, Settings(shingles=shingles))
    for member, leader in enumerate(stars_found.leader.tolist()):
        assert member == leader or (min(member, leader), max(member, leader)) in true
    neighbours: dict[int, set[int]] = {}
    for a, b in true & pairs:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    hashes = hash_lines(column).tolist()
    order = sorted(range(len(texts)), key=lambda i: (-occurrences[i], -len(texts[i]), hashes[i]))
    wanted = expected_stars(order, neighbours)
    assert stars_found.leader.tolist() == [wanted[i] for i in range(len(texts))]


def leaders(texts, occurrences, settings=None):
    column = Folded.of(texts)
    found = cluster(column, hash_lines(column), np.array(occurrences), settings or Settings())
    return {text: texts[leader] for text, leader in zip(texts, found.leader.tolist(), strict=True)}


def test_leaders_do_not_depend_on_the_order_of_texts():
    texts = planted(4, 60, 5, least=3)
    counts = {text: len(text) % 2 + 1 for text in texts}
    first = leaders(texts, [counts[text] for text in texts])
    assert any(text != leader for text, leader in first.items())
    for seed in range(3):
        random.Random(seed).shuffle(texts)
        assert leaders(texts, [counts[text] for text in texts]) == first


@pytest.mark.parametrize("small", [1, 2, 5, 10**6])
def test_small_and_large_buckets_give_the_same_stars(monkeypatch, small):
    texts = planted(6, 40, 12, least=4)
    wanted = leaders(texts, [1] * len(texts))
    monkeypatch.setattr(clusters, "_SMALL_SHORT", small)
    monkeypatch.setattr(stars.stars, "__defaults__", (small,))
    assert leaders(texts, [1] * len(texts)) == wanted


def test_stars_take_no_neighbour_of_a_neighbour():
    base = [f"كلمه{letter}{letter}" for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"]
    chain = [" ".join(base[at : at + 24]) for at in range(5)]
    found = leaders(chain, [1, 1, 1, 1, 1])
    for text, leader in found.items():
        a, b = shingle_set(text, CHAR), shingle_set(leader, CHAR)
        assert 5 * len(a & b) >= 4 * len(a | b)
    assert len(set(found.values())) > 1


def test_the_text_with_the_most_occurrences_leads_then_the_longest():
    text = "اعلنت بلديه المدينه عن فتح حديقه جديده للزوار قرب النهر"
    longer = text + " اليوم"
    assert set(leaders([text, longer], [1, 1]).values()) == {longer}
    assert set(leaders([text, longer], [2, 1]).values()) == {text}


def test_a_bucket_of_many_near_identical_texts():
    base = "نشره الاحوال الجويه لهذا اليوم في محافظه الساحل تشير الي طقس معتدل ورياح خفيفه من الشمال رقم "
    texts = [base + str(number) for number in range(3000)]
    found = set(leaders(texts, [1] * len(texts)).values())
    assert len(found) == 1
    assert len(found.pop()) == max(map(len, texts))


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("واحد اثنان ثلاثه اربعه خمسه سته سبعه", False),
        ("واحد اثنان ثلاثه اربعه خمسه سته سبعه ثمانيه", True),
        ("天" * 39, False),
        ("天" * 40, True),
        ("- " * 190, False),
        ("- " * 250, True),
        ("", False),
    ],
)
def test_what_is_long(text, long):
    assert long_lines(Folded.of([text])).tolist() == [long]


def test_no_text_and_one_text():
    nothing = Folded.of([])
    assert len(cluster(nothing, hash_lines(nothing), np.zeros(0, dtype=np.int64), Settings()).leader) == 0
    assert leaders(["خبر"], [1]) == {"خبر": "خبر"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("سجل 3 اهداف", "احرز 3 اهداف", True),
        ("سجل 3 اهداف", "سجل 4 اهداف", False),
        ("2-1", "1-2", False),
        ("2-1", "21", False),
        ("2-1", "2:1", True),
        ("1.5 مليون", "1,5 مليون", True),
        ("1.5", "15", False),
        ("الحراره -5", "الحراره 5", False),
        ("كوفيد-19", "كوفيد 19", True),
        ("بلا ارقام", "ولا رقم", True),
        ("عام 2020", "عام 2020 و2021", False),
        ("५ घर", "६ घर", False),
        ("", "7", False),
    ],
)
def test_same_digits(one, other, same):
    column = Folded.of(["9", one, other, "-"])
    assert same_digits(column, np.array([1, 2]), np.array([2, 1])).tolist() == [same, same]
