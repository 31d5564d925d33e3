"""What the tests of near-duplicates share: invented text with planted near-copies, pairs of buckets."""

from __future__ import annotations

import random

SYLLABLES = "با كي مر سو دل نا حم ري طب عو شا قم لد زي فر هن تم جو صد غا".split()  # noqa: SIM905


def word(rng):
    return "".join(rng.choices(SYLLABLES, k=rng.randint(1, 3)))


def line(rng, least=8, most=30):
    return " ".join(word(rng) for _ in range(rng.randint(least, most)))


def near_copy(rng, text, edits):
    """The text with some words replaced, dropped, added, appended or misspelt."""
    words = text.split(" ")
    for _ in range(edits):
        at = rng.randrange(len(words))
        kind = rng.randrange(5)
        if kind == 0:
            words[at] = word(rng)
        elif kind == 1 and len(words) > 2:
            del words[at]
        elif kind == 2:
            words.insert(at, word(rng))
        elif kind == 3:
            words.append(word(rng))
        else:
            words[at] += rng.choice("اوي")
    return " ".join(words)


def planted(seed, originals, copies, least=8, most=30, edits=3):
    """Distinct lines: originals, each with some near-copies, shuffled."""
    rng = random.Random(seed)
    texts = []
    for _ in range(originals):
        text = line(rng, least, most)
        texts.append(text)
        texts += [near_copy(rng, text, rng.randint(1, edits)) for _ in range(rng.randint(0, copies))]
    texts = sorted(set(texts))
    rng.shuffle(texts)
    return texts


def bucket_pairs(buckets):
    """All pairs that meet in a bucket."""
    groups = zip(buckets.offsets[:-1].tolist(), buckets.offsets[1:].tolist(), strict=True)
    members = [buckets.members[first:last].tolist() for first, last in groups]
    return {(a, b) for group in members for b in group for a in group if a < b}
