"""Quality of the judge on labelled data.

    python scripts/evaluate.py                              every set, figures with 95 % intervals
    python scripts/evaluate.py --sets bbc,ziyan --worst 5   errors by cause, and the worst documents
    python scripts/evaluate.py --sets bbc --by kind         tables by site, lang, page_type or kind
    python scripts/evaluate.py --floors scripts/floors.toml exit 1 when a figure is below its floor

Without labelled sets (`--data DIR`) it runs on `samples/gold.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evaluation import errors, metrics, show
from evaluation.data import DATA, LabelledSet, available, load
from evaluation.results import Result, evaluate, evaluate_sets, product
from evaluation.trials import Trial, alone, blind, small_sites, thinned, together

__all__ = ["evaluate_sets", "main"]

Plan = Callable[[LabelledSet], Trial]


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of NAME.jsonl.gz (default: %(default)s)")
    parser.add_argument("--sets", help="names, separated by commas (default: all that are there)")
    parser.add_argument("--limit", type=int, help="at most so many documents of each set, evenly spaced")
    mode = parser.add_argument_group("modes (default: each set judged as one crawl)")
    mode.add_argument("--alone", action="store_true", help="each page is its own corpus")
    mode.add_argument("--blind", action="store_true", help="without site and ids, in shuffled order")
    mode.add_argument("--pages", help="sites of so many pages: one or more numbers, such as 3,10,30,100")
    read = parser.add_argument_group("reading the errors")
    read.add_argument("--by", choices=[*metrics.GROUPS, "kind"], help="a table by group as well")
    read.add_argument("--worst", type=int, metavar="N", help="the N largest causes, then the N worst documents")
    read.add_argument("--only", choices=["lost", "kept"], help="only errors of this kind")
    read.add_argument("--errors", type=Path, metavar="FILE", help="write every wrong line as JSONL")
    read.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
    return parser.parse_args(argv)


def plans(args: argparse.Namespace) -> list[Plan]:
    """The modes asked for, in the order of the tables."""
    chosen: list[Plan] = [alone] if args.alone else []
    if args.blind:
        chosen.append(blind)
    if args.pages:
        chosen += [partial(small_sites, size=int(size)) for size in args.pages.split(",")]
    return chosen or [together]


def judge(args: argparse.Namespace, plan: Plan) -> list[Result]:
    """The results of one mode on every set asked for."""
    names = args.sets.split(",") if args.sets else available(args.data)
    explain, found, analyse = bool(args.worst or args.errors), [], product()
    for name in names:
        pages = load(name, args.data)
        trial = plan(thinned(pages, args.limit) if args.limit else pages)
        if trial.pages.pages:
            found.append(evaluate(trial, analyse, explain=explain))
    return found


def read_errors(args: argparse.Namespace, found: Sequence[Result]) -> None:
    """Print causes and worst documents; write the wrong lines."""
    wrong = {result.name: errors.wrong_lines(result.outcome, args.only) for result in found}
    for result in found if args.worst else ():
        print(f"\n═══ {result.name}, {result.mode} ═══")
        print(show.causes(errors.causes(wrong[result.name]), args.worst))
        for error in [args.only] if args.only else ["lost", "kept"]:
            for place in errors.worst_documents(result.outcome, args.worst, error):
                print(show.document(result.outcome, place))
    if args.errors:
        lines = sorted((line for lines in wrong.values() for line in lines), key=lambda line: -line.chars)
        rows = (json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines)
        args.errors.write_text("".join(rows), encoding="utf-8", newline="\n")


def tables(found: Sequence[Result], by: str) -> None:
    for result in found:
        rows = metrics.by_kind(result.outcome) if by == "kind" else None
        print(f"\n{result.name} by {by}")
        print(show.kinds(rows) if rows else show.groups(by, metrics.by_group(result.outcome, metrics.GROUPS[by])))


def main(argv: Sequence[str] | None = None) -> int:
    """Run; 0 is well."""
    args = arguments(argv)
    everything: list[Result] = []
    for plan in plans(args):
        found = judge(args, plan)
        if not found:
            continue
        print(f"\n{found[0].mode}\n{show.results(found)}", flush=True)
        if args.by:
            tables(found, args.by)
        if args.worst or args.errors:
            read_errors(args, found)
        everything += found
    if args.json:
        args.json.write_text(json.dumps([result.plain() for result in everything], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main())
