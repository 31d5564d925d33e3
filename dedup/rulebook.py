"""Rule files at work: what they would change in a corpus, and what a corpus teaches.

The corpus is judged without the rules and with them, and the two are compared line by line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dedup.analysis import Analysis
from dedup.corpus import scan
from dedup.errors import UsageError
from dedup.formats.find import Sources, sources
from dedup.formats.values import BadRow
from dedup.judge.learned import learned
from dedup.judge.rulefile import KEEP, LineRule, Rules
from dedup.judge.verdict import Judge
from dedup.settings import Settings
from dedup.types import MAIN_LABELS, Document, Verdict

SAMPLES = 3
LONG_WORDS = 12
"""A removed line of so many words that stands on one page only reads like a sentence of an article."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A line that a rule decides: where it stands (`line` from 1) and what it says."""

    doc: str
    line: int
    text: str


@dataclass(slots=True)
class Use:
    """What one rule does: lines and documents that it decides, non-space characters, and how many of them change.

    `lone` counts long lines that it removes and that no other line of the corpus equals.
    """

    name: str
    label: str
    lines: int = 0
    docs: set[str] = field(default_factory=set)
    chars: int = 0
    changed: int = 0
    lone: int = 0
    samples: list[Sample] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule file does to a corpus, in non-space characters.

    `along` and `along_lines` are what goes or stays only because of what a rule said of another line.
    """

    documents: int
    chars: int
    removed_without: int
    removed_with: int
    along_lines: int
    along: tuple[Sample, ...]
    uses: tuple[Use, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned from a corpus; texts as they are spelled there."""

    rules: tuple[LineRule, ...]
    documents: int
    unreadable: tuple[str, ...]


class _Input:
    """The documents of the inputs, as often as they are asked for, and what could not be read the first time."""

    def __init__(self, inputs: Sequence[str], settings: Settings) -> None:
        self._found: Sources = sources(inputs, settings=settings)
        self._settings = settings
        self.unreadable = [str(each.message) for each in self._found.unreadable]
        self._first = True

    def __iter__(self) -> Iterator[Document]:
        count = 0
        for item in self._found.read(self._settings):
            if isinstance(item, Document):
                count += 1
                yield item
            elif self._first:
                where = f"{item.file}, row {item.row + 1}: " if isinstance(item, BadRow) else ""
                self.unreadable.append(f"{where}{item.message}")
        self._first = False
        if not count:
            raise UsageError("nothing could be read:\n" + "\n".join(self.unreadable[:20]))


def trial(inputs: Sequence[str], rules: Rules, settings: Settings) -> Trial:
    """Judge a corpus without and with rules."""
    documents = _Input(inputs, settings)
    corpus = scan(documents)
    without, with_rules = Analysis(corpus, settings), Analysis(corpus, settings, rules)
    found = _Comparison(rules)
    for number, document in enumerate(documents):
        found.compare(document, without.verdicts(number, document.text), with_rules.verdicts(number, document.text))
    return found.trial(len(corpus.pages), sum(page.chars for page in corpus.pages), documents.unreadable)


class _Comparison:
    """Adds up, document by document, what rules change."""

    def __init__(self, rules: Rules) -> None:
        self._uses: dict[str, Use] = {}
        for rule in rules.lines:
            self._uses.setdefault(f"rule: {rule.name}", Use(rule.name, "stays" if rule.label == KEEP else rule.label))
        for marker in rules.phrases:
            use = Use(f"{marker.kind} «{marker.text}»", marker.label)
            for said in (f"marker «{marker.text}»", f"phrase «{marker.text}»"):
                self._uses.setdefault(said, self._uses.get(f"marker «{marker.text}»", use))
        self._removed = [0, 0]
        self._along = 0
        self._samples: list[Sample] = []
        self._times: dict[str, int] = defaultdict(int)
        self._long: list[tuple[Use, str]] = []

    def compare(self, document: Document, without: list[Verdict], with_rules: list[Verdict]) -> None:
        """Add one document: what was said of its lines before and now."""
        before = _marks(document.text, without)
        after = _marks(document.text, with_rules)
        self._removed[0] += sum(before)
        self._removed[1] += sum(after)
        for verdict in with_rules:
            text = document.text[verdict.start : verdict.end]
            size = len("".join(text.split()))
            if not size:
                continue
            self._times[text.strip()] += 1
            changed = before[verdict.start : verdict.end] != after[verdict.start : verdict.end]
            sample = Sample(document.doc, document.text.count("\n", 0, verdict.start) + 1, text.strip())
            use = self._use(verdict)
            if use is not None:
                self._add(use, sample, size, changed, verdict)
            elif changed:
                self._along += 1
                if len(self._samples) < SAMPLES:
                    self._samples.append(sample)

    def _use(self, verdict: Verdict) -> Use | None:
        for said in verdict.evidence:
            use = self._uses.get(said.removesuffix(" inside the line"))
            if use is not None:
                return use
        return None

    def _add(self, use: Use, sample: Sample, size: int, changed: bool, verdict: Verdict) -> None:
        use.lines += 1
        use.docs.add(sample.doc)
        use.chars += size
        use.changed += changed
        if verdict.label not in MAIN_LABELS and len(sample.text.split()) >= LONG_WORDS:
            self._long.append((use, sample.text))
        if len(use.samples) < SAMPLES and all(each.text != sample.text for each in use.samples):
            use.samples.append(sample)

    def trial(self, documents: int, chars: int, unreadable: Sequence[str]) -> Trial:
        """The sums."""
        for use, text in self._long:
            use.lone += self._times[text] == 1
        uses = {id(use): use for use in self._uses.values()}
        before, after = self._removed
        samples = tuple(self._samples)
        return Trial(documents, chars, before, after, self._along, samples, tuple(uses.values()), tuple(unreadable))


def _marks(text: str, verdicts: list[Verdict]) -> bytes:
    """For each code point, 1 where it is removed as boilerplate and no white space."""
    marks = bytearray(len(text))
    for verdict in verdicts:
        if verdict.label not in (*MAIN_LABELS, "blank"):
            for at in range(verdict.start, verdict.end):
                marks[at] = not text[at].isspace()
    return bytes(marks)


def learn(inputs: Sequence[str], settings: Settings) -> Lesson:
    """Learn rules from a corpus: templates, headings and openings per site, with their counts."""
    documents = _Input(inputs, settings)
    corpus = scan(documents)
    found = learned(Judge(corpus))
    wanted = {each.row: each for each in found}
    rows: dict[int, list[int]] = defaultdict(list)
    for row in wanted:
        rows[int(corpus.lines.doc[row])].append(row)
    spelled: dict[int, str] = {}
    for number, document in enumerate(documents):
        for row in rows.get(number, ()):
            spelled[row] = document.text[int(corpus.lines.start[row]) : int(corpus.lines.end[row])].strip()
    rules = (replace(each.rule, text=_spelling(each.rule, spelled[each.row])) for each in found)
    return Lesson(tuple(rules), len(corpus.pages), tuple(documents.unreadable))


def _spelling(rule: LineRule, line: str) -> str:
    """The rule's text as it is spelled: the line, or so many words of it, where that says the same when folded."""
    text = line if rule.how == "text" else " ".join(line.split()[: rule.text.count(" ") + 1])
    return text if rule.text in replace(rule, text=text).folded else rule.text
