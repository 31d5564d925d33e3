"""Names of fields: what is said when one is missing, and what is meant where the usual names are others.

Only what the settings leave at their default is guessed, and only where the rows do not have it. A guess is said
on stderr and an option overrides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dedup.formats.site import host
from dedup.settings import Settings

SHOWN_FIELDS = 12

TEXTS = ("text", "content", "body", "raw_content", "article", "maintext")
SITES = ("site", "domain", "source_domain", "source")
URLS = ("url", "link", "source_url", "uri", "source")
TITLES = ("title", "headline")

DEFAULT = Settings()


def no_field(field: str, names: Iterable[str]) -> str:
    """Say that there is no such field, and which there are."""
    names = list(names)
    shown = ", ".join(names[:SHOWN_FIELDS]) + (", …" if len(names) > SHOWN_FIELDS else "")
    there = f"the fields are: {shown}" if names else "the row has no fields"
    return f"no field {field!r}; {there}; --text-field names the one to read"


def guess(rows: Sequence[Mapping[str, object]], settings: Settings) -> tuple[tuple[str, str], ...]:
    """What the first rows call the text, the site, the URL and the title, where that is not what the settings say.

    >>> guess([{"content": "خبر", "domain": "sahifa.example"}], Settings())
    (('text_field', 'content'), ('site_field', 'domain'))
    """
    if not rows:
        return ()
    found = [("text_field", _first(rows, TEXTS, settings.text_field, DEFAULT.text_field))]
    if not _has(rows, settings.site_field) and not _has(rows, settings.url_field):
        if settings.url_field == DEFAULT.url_field:
            found.append(("url_field", next((name for name in URLS if _hosts(rows, name)), None)))
        if settings.site_field == DEFAULT.site_field and found[-1][1] in (None, found[0][1]):
            found.append(("site_field", next((name for name in SITES if _sites(rows, name)), None)))
    found.append(("title_field", _first(rows, TITLES, settings.title_field, DEFAULT.title_field)))
    return tuple((setting, name) for setting, name in found if name is not None)


def _has(rows: Sequence[Mapping[str, object]], name: str) -> bool:
    return any(name in row for row in rows)


def _strings(rows: Sequence[Mapping[str, object]], name: str) -> list[str]:
    return [value for row in rows if isinstance(value := row.get(name), str) and value]


def _first(rows: Sequence[Mapping[str, object]], usual: Sequence[str], wanted: str, default: str) -> str | None:
    """The first usual name that holds strings, unless the wanted one is there or was asked for."""
    if wanted != default or _has(rows, wanted):
        return None
    return next((name for name in usual if _strings(rows, name)), None)


def _hosts(rows: Sequence[Mapping[str, object]], name: str) -> bool:
    values = _strings(rows, name)
    return bool(values) and all("/" in value and host(value) for value in values)


def _sites(rows: Sequence[Mapping[str, object]], name: str) -> bool:
    """`source` often names the data set: a name that is the same everywhere tells no sites apart."""
    values = _strings(rows, name)
    return bool(values) and (name != "source" or len(set(values)) > 1)


def told(files: Iterable[tuple[str, tuple[tuple[str, str], ...]]]) -> list[str]:
    """One sentence for stderr per guess, for all files that it was made for.

    >>> told([("a.jsonl", (("text_field", "content"),)), ("b.jsonl", (("text_field", "content"),))])
    ["a.jsonl and 1 more: text from the field 'content'; --text-field names another"]
    """
    same: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for file, found in files:
        if found:
            same.setdefault(found, []).append(file)
    return [_sentence(names, found) for found, names in same.items()]


def _sentence(files: Sequence[str], found: Sequence[tuple[str, str]]) -> str:
    file = files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
    what = {"text_field": "text", "site_field": "site", "url_field": "address", "title_field": "title"}
    said = ", ".join(f"{what[setting]} from the field {name!r}" for setting, name in found)
    options = ", ".join(f"--{setting.replace('_', '-')}" for setting, _ in found)
    return f"{file}: {said}; {options} name{'s' if len(found) == 1 else ''} another"
