"""How large the report's page of a run is, how long it takes to write, and how fast a browser opens and filters it.

    dedup clean CORPUS --out RUN && python scripts/bench_page.py RUN

Needs Chromium, chromedriver and `pip install '.[browser]'`. A page is open when its script has drawn the first view.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chromium import chromium, missing

from dedup.report import run
from dedup.report.page.audit import audit
from dedup.report.page.render import write_html

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

TRIALS = 5
VIEWS = ("overview", "catalogue", "documents", "doc/0")

FILTER = """
const done = arguments[0], form = document.getElementById("catalogue-tools");
const list = document.getElementById("clusters"), start = performance.now();
const drawn = () => requestAnimationFrame(() => done(performance.now() - start));
new MutationObserver(drawn).observe(list, {childList: true});
form.text.value = "a";
form.dispatchEvent(new Event("input"));
"""
"""Milliseconds from the last key to the filtered list, the pause in which the page waits for more keys included."""


def written(run_dir: Path, page: Path) -> float:
    """Write the page; CPU seconds."""
    start = time.process_time()
    found = audit(run_dir, run.summary(run_dir))
    with page.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        write_html(found, file)
    return time.process_time() - start


def opened(browser: Chrome, page: Path, view: str) -> float:
    """Open a view anew; seconds until it is drawn."""
    browser.get("about:blank")
    start = time.perf_counter()
    browser.get(f"{page.as_uri()}#{view}")
    assert browser.execute_script("return document.documentElement.dataset.ready") == "true"
    return time.perf_counter() - start


def main(run_dir: Path) -> None:
    if missing():
        sys.exit(missing())
    with TemporaryDirectory() as folder:
        page = Path(folder) / "audit.html"
        seconds = written(run_dir, page)
        print(f"page: {page.stat().st_size / 1e6:.1f} MB, written in {seconds:.1f} CPU seconds")
        with chromium(Path(folder)) as browser:
            for view in VIEWS:
                print(f"{view}: open in {median(opened(browser, page, view) for _ in range(TRIALS)):.2f} s")
            opened(browser, page, "catalogue")
            print(f"catalogue filtered in {browser.execute_async_script(FILTER) / 1000:.2f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
