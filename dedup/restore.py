"""Undo and proof, from RUN_DIR alone.

    restore(run_dir: Path, out: Path) -> int          number of files written; out must not exist; appears whole
    verify(run_dir: Path) -> list[str]                problems, empty when cleaned + removed = original
"""
