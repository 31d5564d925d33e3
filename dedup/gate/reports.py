"""The gate's answer for CI systems: JSON, JUnit, SARIF, GitHub's annotations and summary."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, TextIO
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from dedup.gate.drift import RULES as DRIFT_RULES
from dedup.gate.rules import RULES
from dedup.gate.values import Finding, Outcome

SCHEMA_VERSION = 1
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_json(outcome: Outcome, file: TextIO) -> None:
    """Write everything, as dedup/gate/check.schema.json describes it."""
    json.dump(answer(outcome), file, ensure_ascii=False, indent=1)
    file.write("\n")


def answer(outcome: Outcome) -> dict[str, Any]:
    """Everything as plain values."""
    return {
        "version": SCHEMA_VERSION,
        "passed": outcome.passed,
        "documents": outcome.documents,
        "sites": outcome.sites,
        "seconds": round(outcome.seconds, 3),
        "figures": dict(outcome.figures),
        "unreadable": list(outcome.unreadable),
        "findings": [asdict(finding) for finding in outcome.findings],
    }


def write_junit(outcome: Outcome, file: TextIO) -> None:
    """Write JUnit XML: a test case per document, site and rule of the run; a failed rule is a failure of its case."""
    failed: dict[tuple[str, str], list[Finding]] = {}
    for finding in outcome.findings:
        failed.setdefault(_case(finding.level, finding.subject, finding.rule), []).append(finding)
    cases = dict.fromkeys(_case(*case) for case in outcome.cases)
    sums = f'tests="{len(cases)}" failures="{len(failed)}" errors="0" skipped="0" time="{outcome.seconds:.3f}"'
    file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="dedup check" {sums}>\n')
    file.write(f'<testsuite name="dedup check" {sums}>\n')
    for case in cases:
        file.writelines(_junit_case(case, failed.get(case, [])))
    file.write("</testsuite>\n</testsuites>\n")


def _case(level: str, subject: str, rule: str) -> tuple[str, str]:
    """Class and name of a test case: a document and a site are one case each, a rule of the run is one."""
    return (level, rule) if level == "run" else (level, subject)


def _junit_case(case: tuple[str, str], findings: list[Finding]) -> Iterator[str]:
    head = f'<testcase classname={_attribute("dedup." + case[0])} name={_attribute(case[1])} time="0"'
    if not findings:
        yield f"{head}/>\n"
        return
    message = "; ".join(finding.says for finding in findings)
    text = "\n".join(f"{finding.says}\n{finding.evidence}\n{finding.command}" for finding in findings)
    yield f"{head}><failure message={_attribute(message)} type={_attribute(findings[0].rule)}>"
    yield f"{escape(_NO_XML.sub('�', text))}</failure></testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text), {"\n": "&#10;"})


def write_sarif(outcome: Outcome, file: TextIO) -> None:
    """Write SARIF 2.1.0: a result per finding, with file, line and region where one file shows it."""
    driver = {
        "name": "dedup check",
        "version": version("dedup"),
        "semanticVersion": version("dedup"),
        "rules": [{"id": name, "shortDescription": {"text": text}} for name, text in _rules().items()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "where the command was run"}}},
        "results": [_result(finding) for finding in outcome.findings],
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    json.dump(log, file, ensure_ascii=False, indent=1)
    file.write("\n")


def _rules() -> dict[str, str]:
    own = {rule.id: re.sub(r"\{0[^}]*\}", "…", re.sub(r"\{1[^}]*\}", "the threshold", rule.says)) for rule in RULES}
    return own | dict(DRIFT_RULES)


def _result(finding: Finding) -> dict[str, Any]:
    text = f"{finding.subject}: {finding.says}. {finding.evidence}. More: {finding.command}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": list(_rules()).index(finding.rule),
        "level": "error" if finding.fails else "warning",
        "message": {"text": text},
        "properties": {"figure": finding.figure, "threshold": finding.threshold, "subject": finding.subject},
    }
    if finding.path is not None:
        artifact: dict[str, Any] = {"uri": quote(finding.path.replace("\\", "/"), safe="/:")}
        if not finding.path.startswith("/") and ":" not in finding.path:
            artifact["uriBaseId"] = "ROOT"
        region = {"startLine": finding.line, "endLine": finding.line}
        result["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
    return result


def write_github(outcome: Outcome, file: TextIO) -> None:
    """Write workflow commands: an annotation per finding."""
    for finding in outcome.findings:
        kind = "error" if finding.fails else "warning"
        where = f"file={_property(finding.path)},line={finding.line}," if finding.path else ""
        text = f"{finding.subject}: {finding.says}. {finding.evidence}. More: {finding.command}"
        file.write(f"::{kind} {where}title={_property('dedup ' + finding.rule)}::{_command(text)}\n")


def _command(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _command(text).replace(":", "%3A").replace(",", "%2C")


def write_summary(outcome: Outcome, file: TextIO) -> None:
    """Write Markdown for `$GITHUB_STEP_SUMMARY`."""
    verdict = "✅ passed" if outcome.passed else "❌ failed"
    file.write(f"## dedup check: {verdict}\n\n{outcome.documents:,} documents of {outcome.sites:,} sites")
    shares = ", ".join(f"{k.replace('_', ' ')} {v:.1%}" for k, v in outcome.figures.items() if v is not None)
    file.write(f": {shares}.\n")
    if outcome.findings:
        file.write("\n| what | where | evidence |\n|---|---|---|\n")
        for finding in outcome.findings[:50]:
            row = (finding.says, finding.subject, finding.evidence)
            file.write(f"| {' | '.join(_cell(text) for text in row)} |\n")
        if len(outcome.findings) > 50:
            file.write(f"\n… and {len(outcome.findings) - 50} more.\n")


def _cell(text: str) -> str:
    return re.sub(r"([\\|*_`\[\]<>~])", r"\\\1", text).replace("\n", " ")


RENDERERS: dict[str, Callable[[Outcome, TextIO], None]] = {
    "json": write_json,
    "junit": write_junit,
    "sarif": write_sarif,
}
"""Report files, by the name of their option of `dedup check`."""
