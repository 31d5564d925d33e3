"""The page itself: the overview by a template that escapes everything, the rest by scripts from the data below it.

The page asks for nothing: its Content-Security-Policy names the hashes of its one style and one script, and forbids
all else. The scripts write text as text (`textContent`), so no word of a scrape is ever read as markup.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TextIO

from dedup.report.cells import percent, visible
from dedup.report.page.embed import data, embeddable
from dedup.report.page.overview import context
from dedup.report.page.values import Audit

SCRIPTS = ("dom", "model", "decisions", "catalogue", "documents", "document", "review", "main")
"""The page's script in parts, in the order in which they are put together."""

CSP = "default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"


def write_html(audit: Audit, file: TextIO) -> None:
    """Write the page. It needs nothing beside itself."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True, loader=FunctionLoader(_asset), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "percent": lambda value: percent(value).strip(),
        "count": lambda value: f"{value:,}",
        "visible": visible,
    }
    style, script = _asset("page.css"), _script()
    policy = CSP.format(script=_hash(script), style=_hash(style))
    page = environment.get_template("page.html.j2").stream(
        policy=policy, style=style, script=script, data=embeddable(data(audit)), **context(audit)
    )
    file.writelines(page)


def _script() -> str:
    parts = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


@cache
def _asset(name: str) -> str:
    return resources.files("dedup.report.page").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
