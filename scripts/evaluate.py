"""Quality of the judge on labelled data.

    python scripts/evaluate.py                              every set, figures with 95 % intervals
    python scripts/evaluate.py --sets bbc,ziyan --worst 5   errors by cause, and the worst documents
    python scripts/evaluate.py --sets bbc --by kind         tables by site, lang, page_type, kind or score
    python scripts/evaluate.py --together --alone --blind   several modes, side by side
    python scripts/evaluate.py --reworded                   sites that word their headings as nobody else does
    python scripts/evaluate.py --flattened                  pages that lost their line ends
    python scripts/evaluate.py --pages 3,10,30,100          how judgement grows with the pages of a site
    python scripts/evaluate.py --baselines                  simple methods on the same lines
    python scripts/evaluate.py --floors                     exit 1 when a figure is below its floor

Without labelled sets (`--data DIR`) it runs on `samples/gold.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evaluation import breakdowns, errors, floors, show
from evaluation.baselines import BASELINES
from evaluation.cases import CASES, CaseResult, run_cases
from evaluation.data import DATA, ROOT, SUBSETS, LabelledSet, available, load
from evaluation.results import JUDGED, OURS, Result, baseline, evaluate, evaluate_sets, product
from evaluation.trials import Trial, alone, blind, flattened, house_words, run, small_sites, thinned, together

from dedup.settings import Settings

__all__ = ["evaluate_sets", "main"]

Plan = Callable[[LabelledSet], Trial]
FLOORS = ROOT / "scripts" / "floors.toml"


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of NAME.jsonl.gz (default: %(default)s)")
    parser.add_argument("--sets", help="names, separated by commas (default: all that are there)")
    parser.add_argument("--limit", type=int, help="at most so many documents of each set, evenly spaced")
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="judge each set with DIR/SET.json, which never saw it"
    )
    parser.add_argument("--keep-below", type=float, help="the least score of a removal (default: the product's)")
    mode = parser.add_argument_group("modes (default: each set judged as one crawl)")
    mode.add_argument("--together", action="store_true", help="the default, for use beside other modes")
    mode.add_argument("--alone", action="store_true", help="each page is its own corpus")
    mode.add_argument("--blind", action="store_true", help="without site and ids, in shuffled order")
    mode.add_argument("--reworded", action="store_true", help="headings in words that no list of phrases has")
    mode.add_argument("--flattened", action="store_true", help="lines joined into one, or into three long ones")
    mode.add_argument("--pages", help="sites of so many pages: one or more numbers, such as 3,10,30,100")
    read = parser.add_argument_group("reading the errors")
    read.add_argument("--by", choices=[*breakdowns.GROUPS, "kind", "score"], help="a table by group as well")
    read.add_argument("--plain", action="store_true", help="tables without intervals")
    read.add_argument("--worst", type=int, metavar="N", help="the N largest causes, then the N worst documents")
    read.add_argument("--only", choices=["lost", "kept"], help="only errors of this kind")
    read.add_argument("--errors", type=Path, metavar="FILE", help="write every wrong line as JSONL")
    read.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
    other = parser.add_argument_group("baselines, cases and floors")
    other.add_argument("--baselines", nargs="?", const=",".join(BASELINES), help=f"some of {', '.join(BASELINES)}")
    other.add_argument("--without-judge", action="store_true", help="baselines only")
    other.add_argument("--cases", type=Path, help="adversarial cases (default: those beside the data, with all sets)")
    other.add_argument("--floors", type=Path, nargs="?", const=FLOORS, metavar="FILE", help="hold these floors")
    other.add_argument("--write-floors", type=Path, nargs="?", const=FLOORS, metavar="FILE", help="raise floors")
    other.add_argument("--lower", action="store_true", help="let --write-floors lower them, too")
    return parser.parse_args(argv)


def plans(args: argparse.Namespace) -> list[Plan]:
    """The modes asked for, in the order of the tables."""
    chosen: list[Plan] = [plan for plan in (together, alone, blind) if getattr(args, plan.__name__)]
    if args.reworded:
        chosen.append(house_words)
    if args.flattened:
        chosen.append(flattened)
    if args.pages:
        chosen += [partial(small_sites, size=int(size)) for size in args.pages.split(",")]
    return chosen or [together]


def judge(args: argparse.Namespace, plan: Plan) -> Iterator[Result]:
    """The results of one mode on every set asked for: ours first, then the baselines."""
    names = args.sets.split(",") if args.sets else available(args.data)
    baselines = args.baselines.split(",") if args.baselines else []
    explain = bool(args.worst or args.errors or args.by == "score")
    for name in names:
        pages = load(name, args.data)
        trial = plan(thinned(pages, args.limit) if args.limit else pages)
        if trial.pages.pages:
            if not args.without_judge:
                analyse = product(model_for(name, args.models))
                yield evaluate(trial, partial(run, analyse=analyse, settings=settings(args), explain=explain))
            yield from (baseline(trial, simple) for simple in baselines)


def settings(args: argparse.Namespace) -> Settings:
    """The settings of the judge: duplicates stay."""
    return JUDGED if args.keep_below is None else replace(JUDGED, keep_below=args.keep_below)


def model_for(name: str, models: Path | None) -> Path | None:
    """The model that has not seen a set, nor the set that it is a part of."""
    return models / f"{SUBSETS.get(name, (name, ''))[0]}.json" if models else None


def read_errors(args: argparse.Namespace, found: Sequence[Result]) -> None:
    """Print causes and worst documents."""
    for result in found:
        print(f"\n═══ {result.name}, {result.mode} ═══")
        print(show.causes(errors.causes(errors.wrong_lines(result.outcome, args.only)), args.worst))
        for error in [args.only] if args.only else ["lost", "kept"]:
            for place in errors.worst_documents(result.outcome, args.worst, error):
                print(show.document(result.outcome, place))


def write_errors(args: argparse.Namespace, found: Sequence[Result]) -> None:
    """Every wrong line of every mode and set, those with most wrong characters first."""
    ours = (result.outcome for result in found if result.judge == OURS)
    lines = [line for outcome in ours for line in errors.wrong_lines(outcome, args.only)]
    rows = (json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in sorted(lines, key=lambda line: -line.chars))
    args.errors.write_text("".join(rows), encoding="utf-8", newline="\n")


def tables(found: Sequence[Result], by: str) -> None:
    """A table by group for each set."""
    for result in found:
        print(f"\n{result.name} by {by}")
        if by == "kind":
            print(show.kinds(breakdowns.by_kind(result.outcome)))
        elif by == "score":
            print(show.scores(breakdowns.by_score(result.outcome)))
        else:
            print(show.groups(by, breakdowns.by_group(result.outcome, breakdowns.GROUPS[by])))


def show_mode(args: argparse.Namespace, found: Sequence[Result]) -> None:
    """Everything asked for about one mode."""
    ours = [result for result in found if result.judge == OURS]
    if ours:
        print(f"\n{ours[0].mode}\n{show.results(ours, args.plain)}", flush=True)
        if args.by:
            tables(ours, args.by)
        if args.worst:
            read_errors(args, ours)


def judge_cases(args: argparse.Namespace) -> CaseResult | None:
    """The adversarial cases: those asked for, or with all sets those that are there."""
    path = args.cases or (CASES if CASES.is_file() and not args.sets else None)
    if path is None or args.without_judge:
        return None
    result = run_cases(path, product())
    print(f"\n{show.cases(result)}")
    return result


def hold_floors(args: argparse.Namespace, found: Sequence[Result], cases: CaseResult | None) -> int:
    """Check and write floors; 1 where one is broken."""
    table = floors.measured([result for result in found if result.judge == OURS], cases)
    failures = floors.broken(floors.read(args.floors), table) if args.floors else []
    for failure in failures:
        print(f"floor broken: {failure}", file=sys.stderr)
    if args.write_floors:
        floors.write(args.write_floors, floors.raised(floors.read(args.write_floors), table, args.lower))
    return 1 if failures else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run; 0 is well, 1 a broken floor, 2 nothing to evaluate."""
    args = arguments(argv)
    everything: list[Result] = []
    for plan in plans(args):
        found = list(judge(args, plan))
        show_mode(args, found)
        everything += found
    heads = list(dict.fromkeys((result.mode, result.judge) for result in everything))
    if len(heads) > 1:
        print(f"\n{show.comparison(everything, heads)}")
    if args.errors:
        write_errors(args, everything)
    cases = judge_cases(args)
    if args.json:
        plain = {"results": [result.plain() for result in everything], "cases": asdict(cases) if cases else None}
        args.json.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if not everything and not cases:
        print(f"nothing to evaluate: neither {args.data} nor samples/gold.jsonl is there", file=sys.stderr)
        return 2
    return hold_floors(args, everything, cases)


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main())
