"""The examples of the README beside the real frameworks, each in an environment that has it.

An environment is this one, or `.venv-NAME` as `scripts/neighbours.py` makes it, or the Python that
`DEDUP_TEST_NAME` (as in DEDUP_TEST_DOLMA) names; without any of them the test is skipped and says so.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ARTICLES, CHROME_END, CHROME_TOP

import dedup
from dedup.neighbours import dolma

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

ROWS = [
    {"id": f"p{n}", "site": "sidra", "text": "\n".join((*CHROME_TOP, f"😀 {title}", "", body, "", *CHROME_END)) + "\n"}
    for n, (title, body) in enumerate(ARTICLES)
]
EXPECTED = [row["text"] for row in dedup.clean(ROWS, keep_below=0.7).data]


def python_with(name: str) -> str:
    named = os.environ.get(f"DEDUP_TEST_{name.upper()}")
    made = ROOT / f".venv-{name}" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if named:
        return named
    if find_spec(name):
        return sys.executable
    if made.exists():
        return str(made)
    pytest.skip(f"{name} is not here; python3 scripts/neighbours.py {name} makes an environment for it")


def example(language: str, word: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    (found,) = [block for block in blocks if word in block]
    return str(found)


def run(command: list[object], cwd: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "HF_HOME": str(cwd / "hf")}
    done = subprocess.run([str(word) for word in command], cwd=cwd, check=False, capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr.decode()[-3000:]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages" / "documents"
    folder.mkdir(parents=True)
    (folder / "0.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), "utf-8")
    return tmp_path


def cleaned(folder: Path) -> list[dict[str, object]]:
    (path,) = sorted(folder.rglob("*.json*"))
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.splitlines()]


@pytest.mark.parametrize("name", ["datatrove", "datasets"])
def test_the_example_removes_what_we_would(pages: Path, name: str) -> None:
    (pages / "example.py").write_text(example("python", f"from {name}"), "utf-8")
    run([python_with(name), "example.py"], pages)
    rows = cleaned(pages / "cleaned")
    assert [row["text"] for row in rows] == EXPECTED
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS]


def test_dolma_mixes_exactly_what_we_would_keep(pages: Path) -> None:
    python = python_with("dolma")
    (pages / "mix.yaml").write_text(example("yaml", "mix.yaml"), "utf-8")
    ours, theirs = (line.split() for line in example("sh", "dolma -c").splitlines())
    run([sys.executable, "-m", *ours], pages)
    run([Path(python).with_name("dolma"), *theirs[1:]], pages)
    rows = cleaned(pages / "cleaned")
    assert [row["text"] for row in rows] == EXPECTED
    assert [row["text"] for row in cleaned(pages / "run" / "clean")] == EXPECTED


def test_attributes_are_the_log_as_dolma_reads_it(pages: Path) -> None:
    from dedup import pipeline

    (pages / "pages/documents/b.txt").write_text("خبر\n", "utf-8")
    pipeline.clean([str(pages / "pages/documents")], pages / "run", dedup.Settings())
    assert dolma.write_attributes(pages / "run", pages / "attributes") == ["b.txt"]
    rows = [json.loads(line) for line in (pages / "attributes/0.jsonl").read_bytes().splitlines()]
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
    for row, page in zip(rows, ROWS, strict=True):
        spans = row["attributes"]["dedup__removed"]
        classes = [span for name, some in row["attributes"].items() if name != "dedup__removed" for span in some]
        assert sorted(spans) == sorted(classes)
        text = page["text"]
        for start, end, _ in reversed(spans):
            text = text[:start] + text[end:]
        assert text in dedup.clean(ROWS).texts
    with pytest.raises(dedup.UsageError, match="exists already"):
        dolma.write_attributes(pages / "run", pages / "attributes")


def test_a_map_function_can_be_pickled_and_keeps_the_number_of_rows() -> None:
    import pickle

    from dedup.neighbours.datasets import cleaner

    clean = pickle.loads(pickle.dumps(cleaner(min_chars=1000)))
    batch = {"content": [*(row["text"] for row in ROWS), None], "id": [*(row["id"] for row in ROWS), "void"]}
    made = clean(batch)
    assert [len(column) for column in made.values()] == [5, 5]
    assert made["content"][-1] is None
    assert made["main_share"][-1] is None
    assert clean({"text": []}) == {"main_share": []}
