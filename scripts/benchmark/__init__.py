"""What scripts/bench.py is made of: a corpus of invented text, the contenders, measuring, the table."""
