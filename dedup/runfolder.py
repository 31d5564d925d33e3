"""RUN_DIR: written whole or not at all, read as streams.

    with RunFolder.create(out, overwrite=False, dry_run=False) as folder:
        for source in files:
            counts = folder.rewrite(source, settings, decide)   # Counts(documents, rejected, dropped)
        folder.cluster({...})          # one row of clusters.jsonl, any time
        folder.member({...})           # one row of members.jsonl (the file exists when `members=True`)
        folder.commit({...})           # run.json, SHA256SUMS, then DIR appears under its name

`create(out, *, overwrite=False, dry_run=False, members=False)` raises UsageError for an existing DIR. Leaving the
block without `commit` removes everything. `rewrite` raises InputError when a source vanished or changed: nothing of that file
is then in the folder, and the run can go on. A full disk is a StoppedError.

Reading: `read_run(run_dir) -> dict` (run.json), `read_rows(run_dir, "removed.jsonl") -> Iterator[dict]`.

Files beyond the contract's table: `files.jsonl` (one row per input file: what restore needs), `rejected.jsonl` and
`dropped.jsonl` (the place of each row kept verbatim under `rejected/` and `dropped/`), `SHA256SUMS` (of every other
file; `sha256sum -c` reads it). `documents.jsonl` rows carry `row` (0-based) after `file`.
"""
