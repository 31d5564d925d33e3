"""A limit on memory: large arrays lie in a file, nothing else changes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from runs import contents

from dedup import memory, pipeline
from dedup.errors import UsageError
from dedup.settings import Settings

pytest.importorskip("numba")
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a limit on memory is kept on Linux")

SAMPLES = Path(__file__).parents[1] / "samples"
LARGE = 1 << 20
"""Numbers of eight bytes: eight blocks' worth."""


def anonymous() -> int:
    """Megabytes of this process that no file is behind."""
    found = re.search(r"^Anonymous: +(\d+) kB", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) >> 10


@on_linux
def test_large_arrays_lie_in_a_file_and_small_ones_do_not():
    with memory.limit(0) as kept:
        assert kept
        before = anonymous()
        arrays = [np.arange(LARGE) for _ in range(32)]
        assert anonymous() - before < 32
        assert all(int(each[-1]) == LARGE - 1 for each in arrays)
        total = sum(each.sum() for each in arrays)
    assert total == 32 * (LARGE - 1) * LARGE // 2
    assert int(arrays[3][7]) == 7  # what was made under the limit outlives it


@on_linux
def test_a_budget_is_used_before_the_file_is():
    with memory.limit(memory.BASE + (64 << 20)):
        before = anonymous()
        small = np.ones(LARGE)  # 8 MB of 64
        large = np.ones(8 * LARGE)  # 64 MB: more than half of what is left
        grown = anonymous() - before
    assert grown <= 40
    assert small.sum() + large.sum() == 9 * LARGE


@on_linux
def test_zeros_are_zeros_and_arrays_grow_in_the_file():
    with memory.limit(0):
        for _ in range(4):  # room that was given back is not given out with what stood there
            dirty = np.full(LARGE, 7)
            del dirty
            assert not np.zeros(LARGE, np.int64).any()
        array = np.arange(LARGE)
        array.resize(4 * LARGE, refcheck=False)
        assert array[:LARGE].tolist() == list(range(LARGE))
        assert not array[LARGE:].any()


@on_linux
def test_a_disk_without_room_is_a_memory_error(monkeypatch):
    monkeypatch.setattr(memory, "REGION", 1 << 24)
    with memory.limit(0), pytest.raises(MemoryError):
        np.ones(1 << 22)


@on_linux
def test_a_run_under_a_limit_writes_the_same_bytes(tmp_path):
    plain, limited = tmp_path / "plain", tmp_path / "limited"
    pipeline.clean([str(SAMPLES)], plain, Settings())
    pipeline.clean([str(SAMPLES)], limited, Settings(), memory_limit=1)
    apart = {"run.json", "SHA256SUMS"}
    one, other = ({name: data for name, data in contents(run).items() if name not in apart} for run in (plain, limited))
    assert one == other


@pytest.mark.parametrize("text", ["much", "4 XB", "-1GB", "", "1MB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(UsageError, match="--memory"):
        memory.parse_size(text)


def test_the_default_is_a_part_of_what_is_free():
    found = memory.default_limit()
    assert found is None or found > 1 << 20
