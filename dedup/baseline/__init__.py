"""The baseline: what was crawled before, as an index on disk. It holds documents and lines, never clusters."""
