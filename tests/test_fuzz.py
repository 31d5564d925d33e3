"""The fuzz targets on their seeds and on a few mutations: a short round of scripts/fuzz.py."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import fuzz
from fuzzing.targets import TARGETS, run, seeds


@pytest.mark.parametrize("name", TARGETS)
def test_a_short_round(name):
    pool, chance = seeds()[name], random.Random(name)
    for data in (*pool[:20], *(fuzz.mutated(chance, pool) for _ in range(40 if name != "judging" else 5))):
        run(TARGETS[name], data)


def test_a_find_is_kept_and_ends_the_round(tmp_path, monkeypatch, capsys):
    def broken(data):
        raise ZeroDivisionError

    monkeypatch.setattr(fuzz, "FINDS", tmp_path / "finds")
    monkeypatch.setitem(TARGETS, "scanner", lambda data: None)
    assert fuzz.fuzz_at_random("scanner", 0.05, 1) > 0
    monkeypatch.setitem(TARGETS, "scanner", lambda data: broken(data) if data not in seeds()["scanner"] else None)
    assert fuzz.fuzz_at_random("scanner", 5, 1) < 0
    assert len(list((tmp_path / "finds").iterdir())) == 1
