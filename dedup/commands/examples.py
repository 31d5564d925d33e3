"""Examples that the help of each command ends with; a test reads them as the command would."""

EXAMPLES = {
    "clean": (
        "dedup clean crawl --out cleaned",
        "dedup clean 'crawl/2024-*/*.jsonl.gz' more.parquet --out cleaned --duplicates keep-all",
        "dedup clean @files.txt --out cleaned --strip read_also,share,comment_form --metadata",
        "dedup clean - --log log < pages.jsonl > cleaned.jsonl",
    ),
    "report": (
        "dedup report crawl",
        "dedup report crawl --worst 50 --csv pages.csv",
        "dedup report cleaned --html report.html",
    ),
    "explain": ("dedup explain page.txt", "dedup explain cleaned sahifa/2024/17.txt"),
    "restore": ("dedup restore cleaned --out original",),
    "verify": ("dedup verify cleaned",),
    "check": ("dedup check crawl --min-main-share 0.4", "dedup check crawl --junit report.xml"),
    "config show": ("dedup config show", "DEDUP_THRESHOLD=0.9 dedup config show"),
    "index build": ("dedup index build crawl/2023 --index seen",),
    "index add": ("dedup index add crawl/2024-01 --index seen",),
    "index merge": ("dedup index merge seen-a seen-b --index seen",),
    "index info": ("dedup index info seen",),
    "index export": ("dedup index export seen --out tables",),
    "rules list": ("dedup rules list --language ar --class read_also",),
    "rules learn": ("dedup rules learn crawl > rules.toml",),
    "rules test": ("dedup rules test rules.toml crawl",),
}


def epilog(words: str) -> str:
    """The examples of a command as the end of its help."""
    lines = "\n".join(f"  {example}" for example in EXAMPLES[words])
    return f"\b\nExamples:\n{lines}"
