"""Text as columns: lines and their spans, and the compare-only normal form."""
