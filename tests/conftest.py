"""Shared by all tests: the command as a person runs it, an invented scrape, and golden files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"

ARTICLES = (
    (
        "افتتاح جسر المشاة فوق وادي الزيتون",
        "قال رئيس بلدية السدرة إن الجسر الجديد يختصر الطريق بين الحيين إلى عشر دقائق.",
    ),
    (
        "موسم الرمان يبدأ مبكرا في قرى الجبل",
        "وأوضح مزارعون أن أمطار الربيع قدمت موعد القطاف أسبوعين كاملين عن العام الماضي.",
    ),
    (
        "مكتبة متنقلة تزور مدارس الساحل",
        "تحمل الحافلة الزرقاء ألفي كتاب وتقف في كل مدرسة يومين متتاليين بحسب المشرفة عليها.",
    ),
    (
        "إعادة تشغيل قطار الضواحي بعد الصيانة",
        "عادت العربات إلى السكة فجر اليوم بعد أن استبدل المهندسون أربعين كيلومترا من القضبان.",
    ),
)
CHROME_TOP = ("الرئيسية", "أخبار محلية")
CHROME_END = ("اقرأ أيضاً:", "زر الذهاب إلى الأعلى", "جميع الحقوق محفوظة لصحيفة السدرة")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write tests/golden anew; then read the difference")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file of tests/golden."""

    def compare(name: str, text: str) -> None:
        if request.config.getoption("--write-golden"):
            (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
        assert text == (GOLDEN / name).read_text(encoding="utf-8")

    return compare


Dedup = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def dedup(tmp_path: Path) -> Dedup:
    """Run the real command in a process of its own, in an empty folder."""

    def run(*arguments: object, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [sys.executable, "-m", "dedup", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, encoding="utf-8")

    return run


@pytest.fixture
def scrape(tmp_path: Path) -> Path:
    """A folder with one Arabic site: four articles, each between the same chrome."""
    folder = tmp_path / "scrape"
    site = folder / "sidra"
    site.mkdir(parents=True)
    for number, (title, body) in enumerate(ARTICLES):
        lines = (*CHROME_TOP, title, body, *CHROME_END)
        (site / f"page{number}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return folder
