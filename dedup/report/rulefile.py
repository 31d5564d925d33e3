"""Rule files for people: learned rules as TOML that reads back, and what a rule file does, as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from dedup.judge.rulefile import VERSION, LineRule
from dedup.report.cells import fit, isolate, name, percent, visible
from dedup.report.terminal import WIDTH, Line, count, style
from dedup.rulebook import Sample, Trial, Use

_HEAD = """\
# Learned from {documents}: lines that repeat on the pages of a site and that no phrase of the list knows.
# Read it, change labels, delete what is content, add [[keep]]; then `dedup rules test FILE INPUT` shows what it does
# and `--rules FILE` applies it. The keys are explained in the README, "Rules of your own".
version = {version}
"""


def toml(rules: Iterable[LineRule], documents: int) -> Iterator[str]:
    r"""Lines of a rule file.

    >>> rule = LineRule("من نحن | اتصل", "text", "navigation", "alwadi.example", pages=9, of=12)
    >>> print(*list(toml([rule], 12))[4:], sep="\n")
    <BLANKLINE>
    [[template]]
    text = "من نحن | اتصل"
    label = "navigation"
    site = "alwadi.example"
    pages = 9
    of = 12
    """
    yield from _HEAD.format(documents=count(documents, "document"), version=VERSION).splitlines()
    for rule in rules:
        yield ""
        yield "[[template]]"
        yield f"{rule.how} = {quoted(rule.text)}"
        yield f"label = {quoted(rule.label)}"
        if rule.heading:
            yield "heading = true"
        if rule.site is not None:
            yield f"site = {quoted(rule.site)}"
        yield from (f"{key} = {value}" for key, value in (("pages", rule.pages), ("of", rule.of)) if value is not None)


def quoted(text: str) -> str:
    r"""A TOML string; a code point that TOML cannot hold (half of a pair) is replaced.

    >>> quoted('صفحة "1"\x7f')
    '"صفحة \\"1\\"\\u007f"'
    """
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.dumps(sound, ensure_ascii=False).replace("\x7f", "\\u007f")


def table(trial: Trial) -> Iterator[Line]:
    """What a rule file does to a corpus: the sums, then each rule with samples."""
    yield [(count(trial.documents, "document"), "bold"), (f" · {count(trial.chars, 'character')}", "")]
    share = [percent(part / trial.chars if trial.chars else None).strip() for part in _removed(trial)]
    yield [("boilerplate with the rules ", ""), (share[1], "bold red"), (f", without them {share[0]}", "")]
    for use in trial.uses:
        yield from _use(use)
    if trial.along_lines:
        yield [(f"\nBecause of them, {count(trial.along_lines, 'further line')} judged otherwise", "bold")]
        yield from _samples(trial.along)


def _removed(trial: Trial) -> tuple[int, int]:
    return trial.removed_without, trial.removed_with


def _use(use: Use) -> Iterator[Line]:
    yield [("\n", ""), (isolate(visible(use.name)), "bold"), (" → ", "dim"), (use.label, style(use.label))]
    if not use.lines:
        yield [("  matches no line of this corpus", "yellow")]
        return
    where = f"  {count(use.lines, 'line')} of {count(len(use.docs), 'document')}, {count(use.chars, 'character')}"
    yield [(where, ""), (f", {use.changed:,} judged otherwise without the rules", "")]
    if use.lone:
        yield [(f"  {count(use.lone, 'long line')} that stand nowhere else: look whether that is content", "yellow")]
    yield from _samples(use.samples)


def _samples(samples: Iterable[Sample]) -> Iterator[Line]:
    for sample in samples:
        place = f"{name(sample.doc, 28).rstrip()}:{sample.line}"
        yield [(f"    {place:<33} ", "dim"), (isolate(fit(visible(sample.text), WIDTH - 38)), "")]
