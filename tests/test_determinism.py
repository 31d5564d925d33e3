"""The same input gives the same output, whatever the hash seed, the batches, the kernels, or the order of the disk."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpora import scrape, written

ROOT = Path(__file__).parent.parent
UNEQUAL = ("run.json", "SHA256SUMS")

RUN = """
import sys
from pathlib import Path
from dedup import corpus, pipeline
from dedup.near import compiled
from dedup.settings import Settings
source, out, batch, kernels = sys.argv[1:]
corpus.batches.__defaults__ = (int(batch),)
if kernels == "compiled":
    compiled._load()
pipeline.clean([source], Path(out), Settings(members=True))
"""


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in UNEQUAL:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def cleaned(source, out, seed="0", batch=1 << 20, kernels="numpy", python=sys.executable):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    environment["DEDUP_KERNELS"] = "1" if kernels == "compiled" else "0"
    command = [python, "-c", RUN, str(source), str(out), str(batch), kernels]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return dict(contents(out))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return written(tmp_path_factory.mktemp("determinism") / "source", scrape(11, sites=4, pages=8), seed=11)


@pytest.fixture(scope="module")
def usual(source, tmp_path_factory):
    return cleaned(source, tmp_path_factory.mktemp("usual") / "out")


@pytest.mark.parametrize("seed", ["1", "random"])
@pytest.mark.parametrize(("batch", "kernels"), [(1, "numpy"), (5000, "compiled")])
def test_the_matrix(source, usual, tmp_path, seed, batch, kernels):
    assert cleaned(source, tmp_path / "out", seed, batch, kernels) == usual


def test_the_order_in_which_files_came_to_the_disk_changes_nothing(source, usual, tmp_path):
    files = [path for path in sorted(source.rglob("*")) if path.is_file()]
    random.Random(3).shuffle(files)
    for path in files:
        target = tmp_path / "source" / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    assert cleaned(tmp_path / "source", tmp_path / "out") == usual


def test_other_names_change_nothing_but_which_copy_is_kept(source, usual, tmp_path):
    """Files read in the opposite order: the same texts are kept and removed, taken over the whole corpus."""
    (tmp_path / "source").mkdir()
    sites = sorted(path for path in source.iterdir() if path.is_dir())
    for site in sites:
        pages = sorted(site.iterdir())
        (tmp_path / "source" / site.name).mkdir()
        for page, other in zip(pages, reversed(pages), strict=True):
            shutil.copyfile(page, tmp_path / "source" / site.name / other.name)
    shutil.copyfile(source / "rows.jsonl", tmp_path / "source" / "rows.jsonl")
    turned = cleaned(tmp_path / "source", tmp_path / "out")

    def lines(run):
        """Every kept line, however often: only boilerplate and copies may differ in their place."""
        texts = (data.decode("utf-8-sig") for name, data in run.items() if name.startswith("clean/"))
        return {line.strip() for text in texts for line in text.splitlines() if line.strip() and line[:1] != "{"}

    assert lines(turned) == lines(usual)
