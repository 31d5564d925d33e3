"""Commands that need a file of their own; `dedup.cli` holds the table of all."""
