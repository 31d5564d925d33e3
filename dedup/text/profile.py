"""Which folding profile a document takes: decided once per document, from letters that only one language writes."""

from __future__ import annotations

import re

OWN_LETTERS = {"ckb": "ێۆڵڕە", "ur": "ٹڈڑںے", "fa": "پچژگ"}
"""Letters that only this language writes, by profile."""
_ARABIC_LETTER = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff]")
_TEH_MARBUTA = "ة"


def profile_of(text: str) -> str:
    """The profile of a document: "ar" unless letters of Urdu, Sorani or Persian are at home in it.

    At home: at least two different ones, and together at least 1 % of the Arabic-script letters
    (running Urdu has about 8 %, Sorani 15 %, Persian 3 %), so that a foreign name in an Arabic
    article changes nothing. Persian further needs fewer than 0.1 % teh marbuta. Farsi yeh and heh
    doachashmee alone prove nothing: Arabic sites typed on Persian keyboards are full of them.

    >>> profile_of("وزیر الداخلیة یزور الكویت"), profile_of("وزیر خارجه گفت که چهار پرونده پیگیری می‌شود")
    ('ar', 'fa')
    """
    for profile, own in OWN_LETTERS.items():
        counts = [text.count(letter) for letter in own]
        if sum(count > 0 for count in counts) < 2:
            continue
        letters = len(_ARABIC_LETTER.findall(text))
        if sum(counts) * 100 < letters:
            continue
        if profile == "fa" and text.count(_TEH_MARBUTA) * 1000 >= letters:
            continue
        return profile
    return "ar"
