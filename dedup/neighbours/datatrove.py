"""datatrove: a pipeline step that strips boilerplate from the documents of its rank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.base import PipelineStep

import dedup
from dedup.settings import Settings


class BoilerplateRemover(PipelineStep):  # type: ignore[misc] # datatrove has no types, and asks for its class
    """Strip boilerplate and keep one copy of repeated content among the documents of a rank, held in memory.

    The site of a document is `site` in its metadata, else the host of `url`; give each rank whole sites. `text` is
    what is left; `metadata["dedup"]` holds the main share of the original and the removed characters per class. A
    document of which nothing is left is dropped. Options are fields of `Settings`.
    """

    type = "✂️ - FORMAT"
    name = "🧹 dedup"

    def __init__(self, settings: Settings | None = None, **options: Any) -> None:  # noqa: ANN401 - any field of Settings
        super().__init__()
        self.settings = settings
        self.options = options

    def run(self, data: Iterable[Document] | None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:  # noqa: ARG002
        """Yield the documents in their order with cleaned texts."""
        documents = list(data or ())
        with self.track_time("rank"):
            fields = ("site", "url", "title")
            rows = [{**{name: doc.metadata.get(name) for name in fields}, "text": doc.text} for doc in documents]
            result = dedup.clean(rows, self.settings, **{"drop_empty": False, **self.options})
        for document, text, row in zip(documents, result.texts, result.documents, strict=True):
            self.stat_update("removed_chars", value=len(document.text) - len(text), unit="doc")
            if not text.strip():
                self.stat_update("dropped")
                continue
            gone = {label: size for label, size in row.labels.items() if label not in ("main", "title")}
            document.text = text
            document.metadata["dedup"] = {"main_share": row.main_share, "removed": gone}
            self.update_doc_stats(document)
            yield document
