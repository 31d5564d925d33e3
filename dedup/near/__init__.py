"""Near-duplicates among distinct folded texts: hashes, signatures, bands, verified stars."""
