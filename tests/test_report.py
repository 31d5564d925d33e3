"""The figures, and how each renderer shows them."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest
from rich.cells import cell_len

from dedup.report import cells, export, terminal
from dedup.report.explain import explain
from dedup.report.score import (
    DocumentRow,
    Summary,
    by_class,
    by_site,
    copies,
    problems,
    share,
    total,
    worst,
)
from dedup.types import MAIN_LABELS, Verdict


def row(doc, site=None, duplicate_of=None, problems=(), **labels):
    chars = sum(labels.values())
    main = sum(labels.get(label, 0) for label in MAIN_LABELS)
    unique = main - labels.get("duplicate", 0)
    return DocumentRow(
        doc, site, doc, "0" * 64, chars, main, share(main, chars), share(unique, chars), labels, duplicate_of, problems
    )


ROWS = (
    row("sidra/001.txt", "sidra", main=1200, title=50, read_also=900, navigation=80),
    row(
        "صحيفة-الوادي/تقرير-عن-موسم-الحصاد-في-القرى-الجبلية-البعيدة-عن-العاصمة.txt",
        "صحيفة-الوادي",
        main=300,
        read_also=900,
        keywords=40,
    ),
    row("wire.jsonl#3", "harbour.example", duplicate_of="sidra/001.txt", duplicate=2000, title=60, legal=1),
    row("empty.txt"),
    row("menus/" + "m" * 90 + ".txt", "menus", problems=("id taken: «سطر»",), navigation=99),
)
SUMMARY = Summary(ROWS, clusters=3, removed=1412, unreadable=("latin.txt: not UTF-8",), seconds=1.26)


def plain(lines):
    file = io.StringIO()
    terminal.write(lines, file, colour=False)
    return file.getvalue()


def test_totals_and_shares():
    whole = total(ROWS)
    assert (whole.documents, whole.chars) == (5, 5630)
    assert whole.main_share == share(1250 + 300 + 2060, 5630)
    assert whole.unique_share == share(1250 + 300 + 60, 5630)
    assert sum(whole.labels.values()) == whole.chars


def test_nothing_has_no_share():
    assert total([]).main_share is None
    assert row("empty.txt").main_share is None


def test_sites_come_worst_first_and_textless_last():
    assert [tally.site for tally in by_site(ROWS)] == ["menus", "صحيفة-الوادي", "sidra", "harbour.example", None]


def test_classes_start_with_main_content_then_largest_first():
    assert [tally.label for tally in by_class(ROWS)] == [
        *("main", "title", "duplicate"),
        *("read_also", "navigation", "keywords", "legal"),
    ]
    assert sum(tally.chars for tally in by_class(ROWS)) == total(ROWS).chars


def test_worst_leaves_empty_documents_to_the_problems():
    assert [r.doc for r in worst(ROWS, 2)] == [ROWS[4].doc, ROWS[1].doc]
    assert "empty.txt" not in [r.doc for r in worst(ROWS, 99)]
    assert problems(ROWS) == {"id taken: «سطر»": [ROWS[4].doc], "no text": ["empty.txt"]}


def test_worst_among_equals_is_the_longest_whatever_the_order():
    equal = [row("b", navigation=5), row("a", navigation=5), row("c", navigation=7)]
    assert [r.doc for r in worst(equal, 3)] == ["c", "a", "b"] == [r.doc for r in worst(equal[::-1], 3)]


def test_copies():
    assert [r.doc for r in copies(ROWS)] == ["wire.jsonl#3"]


def test_row_is_read_back_from_documents_jsonl_and_new_fields_do_not_harm():
    text = json.dumps({**export.figures(SUMMARY)["documents"][0], "row": 0, "field_of_a_later_version": 1})
    assert DocumentRow.of(json.loads(text)) == ROWS[0]


def test_terminal_report_looks_as_agreed(golden):
    golden("report.txt", plain([*terminal.report(SUMMARY), *terminal.whereabouts("cleaned", SUMMARY)]))


def test_terminal_report_of_nothing_says_so():
    assert "No text" in plain(terminal.report(Summary((row("empty.txt"),))))


@pytest.mark.parametrize("lines", [list(terminal.report(SUMMARY)), list(terminal.whereabouts("cleaned", SUMMARY))])
def test_no_line_is_wider_than_eighty_cells(lines):
    assert max(cell_len(line) for line in plain(lines).splitlines()) <= 80


def test_columns_stand_in_line_whatever_the_script():
    """After the name column every line has the same width: that is what Arabic names break first."""
    lines = [line for line in plain(terminal.report(SUMMARY)).splitlines() if line.endswith(("read_also", "legal"))]
    assert len({cell_len(line[: line.rindex("%")]) for line in lines if "%" in line}) == 1


def test_arabic_stands_between_isolates_and_nothing_else_does():
    text = plain(terminal.report(SUMMARY))
    assert f"{cells.FSI}صحيفة-الوادي{cells.PDI}" in text
    assert f"{cells.FSI}sidra" not in text
    assert text.count(cells.FSI) == text.count(cells.PDI)


def test_colour_changes_no_text(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    file = io.StringIO()
    terminal.write(terminal.report(SUMMARY), file, colour=True)
    coloured = file.getvalue()
    assert "\x1b[" in coloured
    assert _without_escapes(coloured) == plain(terminal.report(SUMMARY))


def _without_escapes(text):
    import re

    return "".join(line.rstrip() + "\n" for line in re.sub("\x1b\\[[0-9;]*m", "", text).splitlines())


def test_every_renderer_shows_the_same_figures():
    figures = export.figures(SUMMARY)
    text = plain(terminal.report(SUMMARY))
    for tally in figures["classes"]:
        line = next(line for line in text.splitlines() if line.startswith(f"  {tally['label']} "))
        assert cells.percent(tally["share"]).strip() in line
        assert f"{tally['chars']:,}" in line
    file = io.StringIO()
    export.write_csv(SUMMARY, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    for label, chars in figures["total"]["labels"].items():
        assert sum(int(r[label]) for r in rows) == chars


def test_json_is_one_object_with_arabic_unescaped():
    file = io.StringIO()
    export.write_json(SUMMARY, file)
    assert "صحيفة-الوادي" in file.getvalue()
    read = json.loads(file.getvalue())
    assert list(read) == ["total", "clusters", "removed", "unreadable", "sites", "classes", "documents"]
    assert read["documents"][3]["main_share"] is None


TEXT = "الرئيسية\nعنوان الخبر\r\n\nنص طويل " + "كلمة " * 40 + "شارك\nfoo\x1b[3mbar\u202e!"
END = len(TEXT)
LAST = TEXT.rindex("foo")
VERDICTS = [
    Verdict(0, 9, "navigation", ("the same line opens 9 pages of the site",), 0.97),
    Verdict(9, 22, "title", (), 0.8),
    Verdict(22, 23, "blank", (), 1.0),
    Verdict(23, LAST - 5, "main", (), 0.9),
    Verdict(LAST - 5, LAST, "share", ("marker «شارك»", "last line of 9 pages"), 0.9),
    Verdict(LAST, END, "main", (), 0.9),
]


def test_explain_looks_as_agreed(golden):
    golden("explain.txt", plain(explain(ROWS[1], TEXT, VERDICTS, 80)))


def test_explain_cuts_for_a_terminal_only():
    cut, whole = (plain(explain(ROWS[1], TEXT, VERDICTS, width)) for width in (80, None))
    assert max(cell_len(line) for line in cut.splitlines()[1:]) <= 80
    assert "كلمة " * 40 in whole


def test_explain_numbers_lines_and_repeats_the_number_within_a_line():
    shown = plain(explain(ROWS[1], TEXT, VERDICTS, None)).splitlines()
    numbers = [line.split()[0] for line in shown if line[:5].strip().isdigit()]
    assert numbers == ["1", "2", "3", "4", "4", "5"]


def test_text_from_a_scrape_cannot_act_on_the_terminal():
    shown = plain(explain(ROWS[1], TEXT, VERDICTS, None))
    control = {c for c in shown if unicodedata.category(c) in ("Cc", "Cf") and c not in ("\n", cells.FSI, cells.PDI)}
    assert not control
    assert "foo␛[3mbar!" in shown


@pytest.mark.parametrize("text", ["خبر", "صحيفة-الوادي.txt", "مُحَمَّد", "你好世界", "plain", "a\tb", "é" * 50, "خ" * 50])
@pytest.mark.parametrize("make", [cells.column, cells.name])
def test_a_column_is_exactly_as_wide_as_it_says(make, text):
    assert cell_len(make(text, 12)) == 12


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0.0 %"), (1.0, "100 %"), (0.9999, "99.9 %"), (0.0004, "<0.1 %")])
def test_a_part_never_shows_as_nothing_or_all(value, shown):
    assert cells.percent(value).strip() == shown
