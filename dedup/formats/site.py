"""Where a document was scraped from, as its URL says it."""

from __future__ import annotations

import re

_HOST = re.compile(
    r"""\s*
    (?: (?:[a-z][a-z0-9+.-]*:)? // (?:[^/?\#@\s]*@)? (?P<host> \[[^\]\s]*\] | [^/?\#:\s]+ )
      | (?P<bare> (?:[\w-]+\.)+ [^\W\d][\w-]+ ) (?: [/:?\#] | \s*\Z )
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def host(url: str) -> str | None:
    """The host of a URL in lower case, without `www.`; null where there is none.

    >>> host("https://www.Akhbar-Alyawm.example:8080/سياسة/1"), host("akhbar.example/x"), host("خبر عاجل")
    ('akhbar-alyawm.example', 'akhbar.example', None)
    """
    match = _HOST.match(url)
    if match is None:
        return None
    return (match["host"] or match["bare"]).lower().removeprefix("www.") or None
