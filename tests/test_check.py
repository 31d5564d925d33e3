"""The gate without a baseline: what fails, what is said of it, and in which formats."""

from __future__ import annotations

import json
import re
import shlex
import xml.etree.ElementTree as ET
from dataclasses import fields, replace
from pathlib import Path

import jsonschema
import pytest

from dedup.errors import UsageError
from dedup.gate import reports
from dedup.gate.damage import damaged
from dedup.gate.rules import RULES, judge, outcome_figures
from dedup.gate.thresholds import Thresholds
from dedup.gate.values import Outcome, Page, Spot
from dedup.report.score import DocumentRow

ROOT = Path(__file__).parent.parent
OFF = Thresholds(**{field.name: (0 if field.name.startswith("min_") else 1) for field in fields(Thresholds)})


def page(doc="a.txt", site="sidra", main=900, other=100, duplicate=0, damage=0, known=0) -> Page:
    labels = {"main": main - duplicate, "duplicate": duplicate, "navigation": other}
    chars = main + other
    share = main / chars if chars else None
    row = DocumentRow(doc, site, doc, "", chars, main, share, share, labels)
    spot = Spot(3, "navigation", other, "الرئيسية") if other else None
    mark = Spot(2, "damaged", damage, "Ø®Ø¨Ø±") if damage else None
    return Page(row, f"scrape/{doc}", 1, True, 9, damage, known, 0, spot, mark)


def broken(pages, thresholds, unreadable=0):
    return {finding.rule for finding in judge(pages, unreadable, thresholds)[0]}


@pytest.mark.parametrize(
    ("rule", "pages", "unreadable"),
    [
        ("main-share", [page(main=90, other=910)], 0),
        ("main-chars", [page(main=0, other=5)], 0),
        ("damage", [page(damage=11)], 0),
        ("site-main-share", [page(main=150, other=850)], 0),
        ("site-failed", [page(), page("b", main=1, other=99), page("c", main=1, other=99)], 0),
        ("run-main-share", [page(main=240, other=760)], 0),
        ("failed", [page(f"{n}") for n in range(8)] + [page("x", main=1, other=99)], 0),
        ("duplicates", [page(duplicate=500)], 0),
        ("known", [page(duplicate=900, known=820)], 0),
        ("empty", [page(f"{n}") for n in range(18)] + [page("x", main=0, other=0)], 0),
        ("unreadable", [page(f"{n}") for n in range(18)], 1),
        ("boilerplate", [page(main=100, other=900)], 0),
    ],
)
def test_each_rule_fails_beyond_its_threshold_and_not_at_it(rule, pages, unreadable):
    field = next(each for each in RULES if each.id == rule).threshold
    default = Thresholds(max_boilerplate=0.8)
    one = replace(OFF, **{field: getattr(default, field)})
    files = {"site-failed": {"min_main_share": 0.1}, "failed": {"min_main_share": 0.1}}.get(rule, {})
    assert rule in broken(pages, replace(one, **files), unreadable)
    found = next(each for each in judge(pages, unreadable, replace(one, **files))[0] if each.rule == rule)
    at = replace(one, **files | {field: found.figure})
    assert rule not in broken(pages, at, unreadable)


def test_every_threshold_has_a_rule_and_every_rule_a_threshold():
    assert [rule.threshold for rule in RULES if rule.threshold not in {f.name for f in fields(Thresholds)}] == []
    assert {rule.threshold for rule in RULES} == {field.name for field in fields(Thresholds)}
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_a_few_failing_documents_pass_and_are_told():
    findings, _ = judge([page(f"{n}") for n in range(20)] + [page("x", main=1, other=99)], 0, Thresholds())
    assert [(finding.rule, finding.fails) for finding in findings] == [("main-share", False)]
    assert findings[0].command == "dedup explain scrape/x"
    assert "line 3: navigation" in findings[0].evidence


@pytest.mark.parametrize("name", ["max_failed", "min_main_share", "min_main_chars"])
def test_thresholds_that_make_no_sense_are_refused(name):
    with pytest.raises(UsageError, match=name.replace("_", "-")):
        Thresholds(**{name: -1})
    with pytest.raises(UsageError, match="max-damage"):
        Thresholds(max_damage=2)


@pytest.mark.parametrize(
    "text", ["خبر عاجل من المدينة", "Ærø, déjà-vu, naïve, Þórr", "¿Qué? – «oui» “ok” 中文 اُردو", "ŠKODA ÖÄÜ"]
)
def test_sound_text_is_not_damaged(text):
    assert damaged(text) == (0, -1)


@pytest.mark.parametrize(
    "codecs", [("utf-8", "cp1252"), ("utf-8", "latin-1"), ("cp1256", "latin-1"), ("cp1256", "cp1252")]
)
def test_text_decoded_the_wrong_way_is_damaged(codecs):
    text = "أعلنت البلدية عن افتتاح الجسر الجديد فوق الوادي".encode(codecs[0]).decode(codecs[1], "replace")
    assert damaged(text)[0] > len(text.replace(" ", "")) / 3


@pytest.fixture
def outcome() -> Outcome:
    """A gate that failed, with text that is hard on every format."""
    bad = page('نص "صعب" & <b>\x07,:%|.txt', main=1, other=99, damage=3)
    pages = [page(), bad]
    findings, cases = judge(pages, 1, Thresholds())
    return Outcome(False, tuple(findings), tuple(cases), outcome_figures(pages), 2, 1, ("x.txt: broken",), (), 1.5)


def written(outcome, renderer, tmp_path):
    path = tmp_path / "report"
    with path.open("w", encoding="utf-8") as file:
        renderer(outcome, file)
    return path.read_text(encoding="utf-8")


def test_json_is_what_the_schema_says(outcome, tmp_path):
    schema = json.loads((ROOT / "dedup" / "gate" / "check.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    answer = json.loads(written(outcome, reports.write_json, tmp_path))
    jsonschema.validate(answer, schema)
    del answer["findings"][0]["evidence"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answer, schema)


def test_junit_has_a_case_per_file_site_and_rule_of_the_run(outcome, tmp_path):
    suites = ET.fromstring(written(outcome, reports.write_junit, tmp_path))
    suite = suites.find("testsuite")
    cases = suite.findall("testcase")
    assert suites.tag == "testsuites"
    assert len(cases) == 2 + 1 + sum(rule.level == "run" for rule in RULES) == int(suite.get("tests"))
    failures = [case for case in cases if case.find("failure") is not None]
    assert len(failures) == int(suite.get("failures"))
    assert {case.get("classname") for case in cases} == {"dedup.file", "dedup.site", "dedup.run"}
    assert any("نص" in case.get("name") for case in failures)
    assert all(case.find("failure").get("message") and case.find("failure").text for case in failures)


def test_sarif_has_a_result_per_finding_with_file_line_and_region(outcome, tmp_path):
    log = json.loads(written(outcome, reports.write_sarif, tmp_path))
    jsonschema.validate(log, json.loads((ROOT / "tests" / "sarif.schema.json").read_text(encoding="utf-8")))
    run = log["runs"][0]
    assert len(run["results"]) == len(outcome.findings)
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result, finding in zip(run["results"], outcome.findings, strict=True):
        assert ids[result["ruleIndex"]] == result["ruleId"] == finding.rule
        assert result["level"] == ("error" if finding.fails else "warning")
        if finding.path:
            place = result["locations"][0]["physicalLocation"]
            assert place["region"]["startLine"] == finding.line
            assert " " not in place["artifactLocation"]["uri"]


def test_github_commands_are_one_line_each_and_escaped(outcome, tmp_path):
    lines = written(outcome, reports.write_github, tmp_path).splitlines()
    assert len(lines) == len(outcome.findings)
    assert all(line.startswith(("::error ", "::warning ")) for line in lines)
    bad = next(line for line in lines if "file=" in line)
    properties = bad.split("::")[1]
    assert "%2C" in properties
    assert "%3A" in properties
    assert "%25" in properties


def test_the_summary_is_markdown_that_no_text_breaks_out_of(outcome, tmp_path):
    rows = written(outcome, reports.write_summary, tmp_path).splitlines()
    assert "❌ failed" in rows[0]
    table = [row for row in rows if row.startswith("|")]
    assert {row.replace("\\|", "").count("|") for row in table} == {4}
    assert not [row for row in table if "<b>" in row]


def test_the_command_passes_fails_and_says_why(dedup, scrape, tmp_path):
    passed = dedup("check", scrape)
    assert (passed.returncode, passed.stderr) == (0, "")
    assert "gate passed" in passed.stdout
    failed = dedup("check", scrape, "--min-main-share", "0.99", "--json", "out.json", "--junit", "-")
    assert failed.returncode == 1
    assert ET.fromstring(failed.stdout.encode()).tag == "testsuites"
    answer = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert answer["passed"] is False
    assert {finding["rule"] for finding in answer["findings"]} == {"main-share", "site-failed", "failed"}
    assert answer["findings"][0]["path"].endswith("page0.txt")
    assert dedup("check", scrape, "--max-failed", "7").returncode == 2
    assert dedup("check", "nowhere").returncode == 2


def test_an_unreadable_file_is_three_and_with_strict_one(dedup, scrape):
    (scrape / "sidra" / "broken.txt").write_bytes(b"\xff\xfe\x00")
    done = dedup("check", scrape, "--max-unreadable", "0.5")
    assert done.returncode == 3
    assert "broken.txt" in done.stderr
    assert dedup("check", scrape, "--max-unreadable", "0.5", "--strict").returncode == 1
    assert dedup("check", scrape, "--max-unreadable", "0.1").returncode == 1


def test_thresholds_come_from_the_configuration(dedup, scrape, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.dedup.check]\nmin-main-share = 0.99\n", encoding="utf-8")
    assert dedup("check", scrape).returncode == 1
    assert dedup("check", scrape, "--min-main-share", "0.1").returncode == 0


def test_github_writes_annotations_and_the_step_summary(dedup, scrape, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    done = dedup("check", scrape, "--min-main-share", "0.99", "--github")
    assert "::error title=dedup failed::" in done.stdout
    assert "::warning file=" in done.stdout
    assert "❌ failed" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_a_row_of_a_table_is_named_by_its_row(dedup, tmp_path):
    rows = [{"id": f"p{n}", "text": "خبر"} for n in range(3)] + [{"id": "bad", "text": "اقرأ أيضاً\nالرئيسية"}]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "rows.jsonl").write_text(text, encoding="utf-8")
    done = dedup("check", "rows.jsonl", "--json", "-")
    found = [finding for finding in json.loads(done.stdout)["findings"] if finding["level"] == "file"]
    assert {(finding["subject"], finding["path"], finding["line"]) for finding in found} == {("bad", "rows.jsonl", 4)}
    assert found[0]["command"] == "dedup explain rows.jsonl bad"


def test_the_steps_of_the_documented_workflow_run(dedup, scrape, tmp_path, monkeypatch):
    """The commands, as the CI system runs them; installing and uploading are its own."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    scrape.rename(tmp_path / "scraped")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    workflow = next(block for block in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL) if "setup-python" in block)
    commands = [shlex.split(line) for line in re.findall(r"- run: (.*)", workflow)]
    assert [command[0] for command in commands] == ["pip", "dedup"]
    done = dedup(*commands[1][1:])
    assert done.returncode == 0, done.stderr
    uploaded = re.search(r"sarif_file: (\S+?)}", workflow)[1]
    assert json.loads((tmp_path / uploaded).read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert (tmp_path / "summary.md").exists()


def test_the_pre_commit_hook_runs_on_the_files_of_a_commit(dedup, scrape):
    """pre-commit calls `entry` with the names of the files that `files` fits."""
    hook = dict(
        re.findall(r"^\W*(\w+): (.*)$", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert hook["language"] == "python"
    assert f"id: {hook['id']}" in (ROOT / "README.md").read_text(encoding="utf-8")
    files = [path for path in sorted(scrape.rglob("*")) if re.search(hook["files"], path.name)]
    assert len(files) == 4
    entry = shlex.split(hook["entry"])
    assert dedup(*entry[1:], *files).returncode == 0
    (scrape / "sidra" / "page0.txt").write_text("الرئيسية\nاقرأ أيضاً:\n", encoding="utf-8")
    assert dedup(*entry[1:], *files).returncode == 1


def test_every_threshold_is_an_option_of_check():
    import typer

    from dedup.commands.check import check

    app = typer.Typer()
    app.command()(check)
    named = {parameter.name for parameter in typer.main.get_command(app).params}
    assert {field.name for field in fields(Thresholds)} <= named
    assert set(reports.RENDERERS) <= named
