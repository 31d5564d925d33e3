"""Options that several commands share, and what was typed turned into settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dedup.errors import UsageError
from dedup.settings import PRESETS, Settings

DEFAULT = Settings()

Inputs = Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files, folders, patterns, @lists, addresses.")]
RunDir = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="The folder that `dedup clean --out` wrote.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write; made new.")]
TextField = Annotated[str, typer.Option(metavar="NAME", help="The field or column that holds the text.")]
IdField = Annotated[str, typer.Option(metavar="NAME", help="The field or column that names the document.")]
SiteField = Annotated[str, typer.Option(metavar="NAME", help="The field or column that names the site.")]
TitleField = Annotated[str, typer.Option(metavar="NAME", help="The field or column that holds the headline.")]
UrlField = Annotated[str, typer.Option(metavar="NAME", help="The field or column whose host is the site otherwise.")]
Log = Annotated[
    Path | None, typer.Option("--log", metavar="DIR", help="With - as INPUT: text to stdout, the log to DIR.")
]
Metadata = Annotated[
    bool, typer.Option("--metadata", help="Put date, byline, source and keywords that go into a field of the output.")
]
NoLog = Annotated[bool, typer.Option("--no-log", help="With - as INPUT: text to stdout, and no log; there is no undo.")]
Attributes = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Also write dolma's attribute files: the spans that go.")
]
RepairEncoding = Annotated[
    bool, typer.Option("--repair-encoding", help="Mend lines decoded with the wrong code page; logged and undone.")
]
Memory = Annotated[
    str, typer.Option(metavar="SIZE", help="Memory to aim for, as 4GB; by default half of what is free.")
]
Threshold = Annotated[float, typer.Option(metavar="X", help="Least Jaccard similarity of a near-duplicate, 0.5 to 1.")]
ShinglesOption = Annotated[
    str, typer.Option("--shingles", metavar="UNIT:N", help="What is compared: char:N or word:N.")
]

RulesFile = Annotated[
    str,
    typer.Option("--rules-file", "--rules", metavar="FILE", help="Phrases, template lines and lines to keep, as TOML."),
]

Baseline = Annotated[str, typer.Option(metavar="DIR", help="Index of an earlier crawl (`dedup index`).")]
KeepBelow = Annotated[
    float | None,
    typer.Option(
        metavar="SCORE", help="Leave in what is less sure to be boilerplate, 0 to 1.", show_default="by preset"
    ),
]
Preset = Annotated[str, typer.Option(metavar="NAME", help=f"How sure to be before removing: {', '.join(PRESETS)}.")]


def least_score(preset: str, keep_below: float | None) -> float:
    """The least score of a removal: as typed, else the preset's.

    >>> least_score("careful", None), least_score("careful", 0.6)
    (0.9, 0.6)
    """
    if preset not in PRESETS:
        raise UsageError(f"--preset {preset}: choose one of {', '.join(PRESETS)}")
    return PRESETS[preset] if keep_below is None else keep_below


def classes_to_strip(strip: str, keep: str) -> tuple[str, ...]:
    """The classes to strip: those named (else all) without those to keep, in their fixed order."""
    named, kept = _names(strip), _names(keep)
    Settings(strip=tuple(named + kept))  # unknown names are refused, whichever option has them
    return tuple(label for label in DEFAULT.strip if (not named or label in named) and label not in kept)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def fields(text: str, id_: str, site: str, title: str, url: str) -> dict[str, Any]:
    """The names of the fields, as Settings takes them."""
    return {"text_field": text, "id_field": id_, "site_field": site, "title_field": title, "url_field": url}
