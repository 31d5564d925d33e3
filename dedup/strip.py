"""From the judge's removals to the final ones: blank lines between them go too. Pure; knows no files.

    finish(text: str, removals: Sequence[Removal]) -> tuple[Removal, ...]    sorted, checked, with `blank` rows
    kept(text: str, removals: Sequence[Removal]) -> str                      the text outside the spans
"""
