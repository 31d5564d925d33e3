"""The evaluation itself: a wrong figure here would be believed everywhere else."""

from __future__ import annotations

import doctest
import gzip
import importlib
import json
import random
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from dedup.settings import Settings
from dedup.types import LABELS, Document, Removal, Verdict

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import evaluate
from evaluation import baselines, breakdowns, cases, data, errors, floors, justext, metrics, results, trials
from evaluation.data import Page, labelled_set
from evaluation.reworded import reworded

A = Page("a", "s1", "ar", "article", "خبر اول\nشارك\nنص ثان", "101", ("title", "share", "main"))
B = Page("b", "s2", "en", "", "menu\n\nmore", "000", ("nav", "empty", "nav"))
C = Page("c", "s1", "ar", "article", "نص  ثان!", "1", ("main",))
TINY = labelled_set("tiny", [A, B, C])


@dataclass(frozen=True)
class Lines:
    """A judge that removes given lines: text → label; everything else is main."""

    documents: tuple[Document, ...]
    bad: tuple[tuple[str, str], ...]

    def verdicts(self, i: int, text: str = "") -> list[Verdict]:
        found, start, bad = [], 0, dict(self.bad)
        for line in self.documents[i].text.split("\n"):
            label = bad.get(line, "main")
            because = "running text" if label == "main" else f"in {i + 2} documents"
            found.append(Verdict(start, start + len(line), label, (because,), 0.9))
            start += len(line) + 1
        return found

    def removals(self, i: int, text: str = "") -> list[Removal]:
        wrong = (verdict for verdict in self.verdicts(i) if verdict.label != "main")
        return [Removal(v.start, v.end, v.label, v.evidence, v.score) for v in wrong]


def judge(**bad: str) -> trials.Analyse:
    return lambda documents, _: Lines(tuple(documents), tuple((line, label) for label, line in bad.items()))


def outcome_of(analyse: trials.Analyse, pages: data.LabelledSet = TINY, explain: bool = True) -> trials.Outcome:
    return trials.run(trials.together(pages), analyse, Settings(), explain)


SHARE_NAV_MAIN = judge(share="شارك", source="menu", navigation="نص ثان")


def test_figures_of_a_worked_example() -> None:
    found = metrics.figures(outcome_of(SHARE_NAV_MAIN))
    assert found == {
        "content_loss": 5 / 17,
        "boilerplate_removed": 8 / 12,
        "macro_f1": pytest.approx((12 / 17 + 0 + 1) / 3),
        "docs_damaged": 1 / 2,
        "class_accuracy": 4 / 8,
        "kept_f1": 24 / 33,
        "lost_for_good": 0,
        "resumed_kept": None,
    }


@pytest.mark.parametrize(
    ("bad", "kept"),
    [({}, 1.0), ({"navigation": "متن"}, 1.0), ({"navigation": "عودة"}, 0.5), ({"read_also": "اقرأ أيضا"}, 1.0)],
)
def test_articles_that_go_on_after_a_teaser(bad: dict[str, str], kept: float) -> None:
    kinds = ("main", "read_also_marker", "main")
    pages = [Page("1", "s", "ar", "", "متن\nاقرأ أيضا\nعودة", "101", kinds)]
    pages += [Page("2", "s", "ar", "", "متن\nاقرأ أيضا\nختام", "101", kinds)]
    pages += [Page("3", "s", "ar", "", "عودة\nاقرأ أيضا\nغيره", "100", kinds)]
    assert metrics.figures(outcome_of(judge(**bad), labelled_set("teasers", pages)))["resumed_kept"] == kept


def test_calibration_compares_scores_with_the_gold() -> None:
    rows = breakdowns.by_score(outcome_of(SHARE_NAV_MAIN))
    assert [(row.low, row.lines, row.boilerplate) for row in rows] == [(0.9, 3, pytest.approx(2 / 3))]
    assert breakdowns.calibration_error(rows) == pytest.approx(0.9 - 2 / 3)


def test_nothing_to_lose_or_name_is_none() -> None:
    found = metrics.figures(outcome_of(judge(), labelled_set("boilerplate", [B])))
    assert (found["content_loss"], found["docs_damaged"], found["class_accuracy"]) == (None, None, None)
    assert found["boilerplate_removed"] == 0


def test_a_line_is_lost_for_good_when_no_copy_is_kept() -> None:
    found = metrics.figures(outcome_of(judge(navigation="نص ثان", share="نص  ثان!")))
    assert found["lost_for_good"] == found["content_loss"] == 11 / 17


def by_characters(page: Page, gone: set[int]) -> tuple[int, int, int, int]:
    """Main, boilerplate and what was removed of each, one character at a time."""
    counts, line = [0, 0, 0, 0], 0
    for place, character in enumerate(page.text):
        line += character == "\n"
        if not character.isspace():
            side = 0 if page.labels[line] == "1" else 1
            counts[side] += 1
            counts[side + 2] += place in gone
    return tuple(counts)  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(20))
def test_columns_count_as_a_loop_over_characters_does(seed: int) -> None:
    rng = random.Random(seed)
    pages, spans = [], []
    for number in range(4):
        lines = [
            "".join(rng.choices("اب c\u00a0\u2003\u200f😀", k=rng.randrange(9))) for _ in range(rng.randrange(1, 6))
        ]
        text = "\n".join(lines)
        pages.append(Page(str(number), None, "ar", "", text, "".join(rng.choices("01", k=len(lines))), None))
        cuts = [sorted(rng.choices(range(len(text) + 1), k=2)) for _ in range(rng.randrange(4))]
        spans.append([Removal(start, end, rng.choice(LABELS), (), 1.0) for start, end in cuts])
    sums = metrics.per_document(outcome_of(spans_judge(spans), labelled_set("random", pages), explain=False)).sums
    for page, removals, row in zip(pages, spans, sums, strict=True):
        gone = {place for removal in removals for place in range(removal.start, removal.end)}
        assert tuple(row[:4]) == by_characters(page, gone)


def spans_judge(spans: list[list[Removal]]) -> trials.Analyse:
    @dataclass(frozen=True)
    class Given:
        def removals(self, i: int, text: str = "") -> list[Removal]:
            return spans[i]

        def verdicts(self, i: int, text: str = "") -> list[Verdict]:
            return []

    return lambda _documents, _settings: Given()


def test_a_removal_outside_its_document_is_an_error() -> None:
    spans = [[Removal(0, 99, "share", (), 1.0)], [], []]
    with pytest.raises(ValueError, match="a: removal 0-99 outside 0-"):
        outcome_of(spans_judge(spans))


@pytest.mark.parametrize("kind", sorted(metrics.RIGHT_LABELS))
def test_every_kind_names_labels_that_exist(kind: str) -> None:
    assert set(metrics.right_labels(kind)) <= set(LABELS)


def test_intervals_hold_the_figure_and_are_repeatable() -> None:
    pages = [Page(str(n), f"s{n % 9}", "ar", "", "نص طويل\nشارك", "10", None) for n in range(45)]
    pages += [Page(f"x{n}", f"s{n}", "ar", "", "شارك\nمتن", "11", None) for n in range(9)]
    outcome = outcome_of(judge(share="شارك"), labelled_set("many", pages))
    low, high = metrics.intervals(outcome)["content_loss"]
    assert low <= (metrics.figures(outcome)["content_loss"] or 0) <= high
    assert metrics.intervals(outcome) == metrics.intervals(outcome)


def test_intervals_draw_sites_where_there_are_many_and_documents_where_there_are_few() -> None:
    bad = [Page(f"b{n}", "s0", "ar", "", "شارك", "1", None) for n in range(50)]
    good = [Page(f"g{n}", f"s{1 + n % 5}", "ar", "", "متن", "1", None) for n in range(50)]
    width: dict[str, float] = {}
    for name, pages in (("many", [*bad, *good]), ("few", [*bad, *(replace(page, site="s1") for page in good)])):
        low, high = metrics.intervals(outcome_of(judge(share="شارك"), labelled_set(name, pages)))["content_loss"]
        width[name] = high - low
    assert width["many"] > 2 * width["few"] > 0


def test_by_kind_counts_removed_and_right_characters() -> None:
    rows = {row.kind: row for row in breakdowns.by_kind(outcome_of(SHARE_NAV_MAIN))}
    assert (rows["nav"].chars, rows["nav"].removed, rows["nav"].right) == (8, 4, 0)
    assert rows["share"].labels == (("share", 4),)


# modes


def crawl(sites: int, pages: int) -> data.LabelledSet:
    return labelled_set(
        "crawl",
        [Page(f"s{s}/p{p}", f"s{s}", "ar", "", f"نص {s} {p}", "1", None) for s in range(sites) for p in range(pages)],
    )


@pytest.mark.parametrize("plan", [trials.together, trials.alone, trials.blind, partial(trials.small_sites, size=3)])
def test_every_page_of_a_trial_is_judged_once(plan: evaluate.Plan) -> None:
    trial = plan(crawl(3, 7))
    assert sorted(i for corpus in trial.corpora for i in corpus) == list(range(len(trial.pages.pages)))


def test_small_sites_have_the_size_asked_for_and_leave_smaller_sites_out() -> None:
    pages = labelled_set("mixed", [*crawl(2, 7).pages, *crawl(9, 2).pages[-2:]])
    trial = trials.small_sites(pages, 3)
    for corpus in trial.corpora:
        sites = [trial.pages.pages[i].site for i in corpus]
        assert {site: sites.count(site) for site in sites} == {"s0": 3, "s1": 3}


def test_blind_documents_tell_nothing_of_their_site() -> None:
    trial = trials.blind(crawl(3, 7))
    found = trials.documents(trial, trial.corpora[0])
    assert {document.site for document in found} == {None}
    assert not any("s" in document.doc or "/" in document.doc for document in found)
    assert [document.text for document in found] != [page.text for page in trial.pages.pages]


def test_blind_outcome_belongs_to_the_right_pages() -> None:
    open_eyes, blind = (trials.run(plan(TINY), SHARE_NAV_MAIN, Settings()) for plan in (trials.together, trials.blind))
    assert (open_eyes.removed == blind.removed).all()


# errors


def test_wrong_lines_say_what_was_judged_and_why() -> None:
    lost, *kept = errors.wrong_lines(outcome_of(SHARE_NAV_MAIN))
    assert (lost.error, lost.doc, lost.label, lost.kind, lost.zone, lost.chars) == (
        "lost",
        "a",
        "navigation",
        "main",
        "last",
        5,
    )
    assert (lost.evidence, lost.before, lost.after) == (("in 2 documents",), "شارك", "")
    assert [(line.error, line.text, line.label) for line in kept] == [("kept", "more", "main")]


def test_the_wrong_part_of_a_line_explains_its_error() -> None:
    whole, part = Verdict(0, 9, "main", ("sentence",), 1.0), Verdict(9, 12, "byline", ("slug",), 0.8)
    assert errors.deciding([whole, part], (0, 12), "lost") == part
    assert errors.deciding([whole, part], (0, 12), "kept") == whole
    assert errors.deciding([whole, part], (12, 20), "kept") is None


def test_causes_group_like_reasons_and_put_losses_first() -> None:
    pages = [Page(str(n), "s", "ar", "", "متن الخبر\nطباعة", "10", None) for n in range(5)]
    found = errors.causes(errors.wrong_lines(outcome_of(judge(share="متن الخبر"), labelled_set("same", pages))))
    assert [(cause.error, cause.evidence, len(cause.lines)) for cause in found] == [
        ("lost", "in # documents", 5),
        ("kept", "running text", 5),
    ]
    assert len(found[0].samples(2)) == 2


def test_worst_documents_are_ranked_and_not_copies_of_each_other() -> None:
    pages = labelled_set(
        "worst", [B, Page("b2", "s2", "en", "", B.text, B.labels, None), Page("d", "s", "en", "", "ad", "0", None)]
    )
    assert errors.worst_documents(outcome_of(judge(), pages), 5, "kept") == [0, 2]


# cases


@pytest.mark.parametrize(
    ("expect", "removed", "missed", "loss"),
    [
        ("K", "", False, False),
        ("K", "خبر", True, True),
        ("D", "خبر عاجل", False, False),
        ("D", "خبر", True, False),
        ("prefix:خبر", "خبر", False, False),
        ("prefix:خبر", "", True, False),
        ("suffix:عاجل", "خبر عاجل", True, True),
        ("span:عاجل", "خبر", True, True),
    ],
)
def test_cases(expect: str, removed: str, missed: bool, loss: bool) -> None:
    spans = [[Removal(0, len(removed), "byline", (), 1.0)]]
    case = cases.Case("x", "ar", "test", ("خبر عاجل", "ختام"), (expect, "K"))
    found = cases.misses(case, spans_judge(spans), Settings())
    assert [miss.loss for miss in found] == [loss] * missed


def test_a_suffix_is_the_last_place_where_its_text_stands() -> None:
    assert cases.wanted_places("خبر عن خبر", "suffix:خبر") == range(7, 10)
    assert cases.wanted_places("خبر عن خبر", "prefix:خبر") == range(3)


# floors


FLOORS = {"together": {"tiny": {"content_loss": 1.0, "macro_f1": 90.0}}}


@pytest.mark.parametrize(
    ("loss", "f1", "broken"),
    [(1.0, 90.0, []), (1.2, 95.0, ["content_loss"]), (3.0, 80.0, ["content_loss", "macro_f1"])],
)
def test_broken_floors_are_named(loss: float, f1: float, broken: list[str]) -> None:
    found = floors.broken(FLOORS, {"together": {"tiny": {"content_loss": loss, "macro_f1": f1}}})
    assert [sentence.split()[2] for sentence in found] == broken


def test_floors_are_raised_and_lowered_only_on_request(tmp_path: Path) -> None:
    found = {"together": {"tiny": {"content_loss": 2.0, "macro_f1": 95.0}}}
    assert floors.raised(FLOORS, found)["together"]["tiny"] == {"content_loss": 1.0, "macro_f1": 95.0}
    lowered = floors.raised(FLOORS, found, lower=True)
    assert lowered["together"]["tiny"] == {"content_loss": 2.0, "macro_f1": 95.0}
    floors.write(tmp_path / "floors.toml", lowered)
    assert floors.read(tmp_path / "floors.toml") == lowered


def test_the_floors_file_of_the_repository_can_be_read() -> None:
    assert evaluate.FLOORS.is_file()
    for mode, _, figure, _ in floors.flat(floors.read(evaluate.FLOORS)):
        assert figure in floors.FIGURES or mode == "cases"


# baselines


def removed_lines(name: str, *texts: str) -> list[list[str]]:
    pages = [Page(str(n), "s", "ar", "", text, "0" * (text.count("\n") + 1), None) for n, text in enumerate(texts)]
    flags = baselines.BASELINES[name](pages)
    return [[line for line, flag in zip(p.lines(), f, strict=True) if flag] for p, f in zip(pages, flags, strict=True)]


def test_baselines_find_what_they_are_made_for() -> None:
    assert removed_lines("nothing", "شارك") == [[]]
    assert removed_lines("ccnet", "شارك 1\nمتن", "شارك 2\nغيره") == [["شارك 1"], ["شارك 2"]]
    assert removed_lines("six_docs", *["طباعة"] * 6) == [[]] * 6
    assert removed_lines("six_docs", *["طباعة"] * 7) == [["طباعة"]] * 7
    words = "واحد اثنان ثلاثة اربعة خمسة ستة سبعة ثمانية"
    assert removed_lines("onion", words, f"{words} تسعة", "غير ذلك") == [[], [f"{words} تسعة"], []]
    assert removed_lines("c4", "الرئيسية\nقال الوزير إن العمل مستمر.\nكلمتان فقط.") == [["الرئيسية", "كلمتان فقط."]]
    assert removed_lines("markers", "متن الخبر\nاقرأ أيضا:\nعنوان خبر اخر\nعاد المقال الى موضوعه في هذه الفقرة.") == [
        ["اقرأ أيضا:", "عنوان خبر اخر"]
    ]
    assert removed_lines("markers_3", *["سطر مكرر\nمتن"] * 3) == [["سطر مكرر", "متن"]] * 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["good", "short", "good"], ["good", "good", "good"]),
        (["good", "short", "bad"], ["good", "bad", "bad"]),
        (["good", "short", "neargood", "bad"], ["good", "good", "good", "bad"]),
        (["bad", "neargood", "short"], ["bad", "bad", "bad"]),
        (["short", "good", "neargood"], ["bad", "good", "good"]),
    ],
)
def test_justext_second_pass(first: list[str], second: list[str]) -> None:
    assert justext.second_pass(first) == second


@pytest.mark.parametrize("name", baselines.BASELINES)
def test_every_baseline_is_documented_and_runs_in_every_mode(name: str) -> None:
    assert re.search(rf"^ *{name} ", baselines.__doc__ or "", re.MULTILINE)
    for plan in (trials.together, trials.alone, trials.blind):
        assert results.baseline(plan(TINY), name).figures["content_loss"] is not None


# the command and the library


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one set named `seeds`, no samples, and the judge of these tests."""
    rows = [
        {"id": p.doc, "site": p.site, "lang": p.lang, "text": p.text, "labels": p.labels, "kinds": p.kinds}
        for p in (A, B, C)
    ]
    (tmp_path / "seeds.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "seeds.jsonl.gz").write_bytes(gzip.compress((tmp_path / "seeds.jsonl").read_bytes()))
    monkeypatch.setattr(data, "SAMPLES", tmp_path / "none.jsonl")
    monkeypatch.setattr(evaluate, "CASES", tmp_path / "none.jsonl")
    monkeypatch.setattr(evaluate, "product", lambda _=None: SHARE_NAV_MAIN)
    monkeypatch.setattr(results, "product", lambda _=None: SHARE_NAV_MAIN)
    return tmp_path


@pytest.mark.parametrize("by", ["kind", "score", *breakdowns.GROUPS])
def test_command_shows_tables_errors_and_baselines(folder: Path, by: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, figures = folder / "wrong.jsonl", folder / "figures.json"
    flags = ["--together", "--blind", "--baselines", "--worst", "3", "--by", by]
    assert evaluate.main(["--data", str(folder), *flags, "--errors", str(wrong), "--json", str(figures)]) == 0
    shown = capsys.readouterr().out
    assert "29.4" in shown  # content loss 5/17
    assert "judged navigation" in shown
    assert {row["error"] for row in map(json.loads, wrong.read_text(encoding="utf-8").splitlines())} == {"lost", "kept"}
    found = json.loads(figures.read_text(encoding="utf-8"))["results"]
    assert {(row["mode"], row["judge"]) for row in found} == {
        (mode, name) for mode in ("together", "blind") for name in ("dedup", *baselines.BASELINES)
    }


def test_command_holds_floors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "floors.toml"
    assert evaluate.main(["--data", str(folder), "--write-floors", str(path)]) == 0
    assert evaluate.main(["--data", str(folder), "--floors", str(path)]) == 0
    path.write_text(
        path.read_text(encoding="utf-8").replace("content_loss = 29.42", "content_loss = 20"), encoding="utf-8"
    )
    assert evaluate.main(["--data", str(folder), "--floors", str(path)]) == 1
    assert "together seeds: content_loss is 29.41, above 20" in capsys.readouterr().err


def test_command_without_data_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main(["--data", str(folder / "nowhere")]) == 2
    assert "nothing to evaluate" in capsys.readouterr().err


def test_library_gives_figures_by_set(folder: Path) -> None:
    assert evaluate.evaluate_sets(["seeds"], data=folder)["seeds"]["figures"]["content_loss"] == 5 / 17
    nothing = evaluate.evaluate_sets(["seeds"], analyse=judge(), data=folder)
    assert nothing["seeds"]["figures"]["content_loss"] == 0


def test_labels_that_do_not_fit_the_text_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps({"id": "x", "text": "one\ntwo", "labels": "1"}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.jsonl:1: x: labels"):
        list(data.read_pages(path))


def modules() -> Iterable[str]:
    return ("data", "trials", "metrics", "errors", "show", "cases", "baselines", "floors")


@pytest.mark.parametrize("name", modules())
def test_doctests(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"evaluation.{name}")).failed == 0


def test_reworded_pages_keep_their_lines_and_labels():
    page = Page(
        doc="a",
        site="s",
        lang="ar",
        page_type="",
        labels="10100",
        text="خبر\nإقرأ أيضا:\nنص\nالوسوم: مطر\nالمصدر: عدن",
        kinds=("title", "read_also_head", "main", "tags", "source"),
    )
    (changed,) = reworded(labelled_set("x", [page])).pages
    before, after = page.lines(), changed.lines()
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True, False, False]
    assert after[3].endswith(" مطر")
    assert after[4].endswith(" عدن")
    assert changed.labels == page.labels
