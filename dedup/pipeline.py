"""The flow, read top to bottom."""

from __future__ import annotations

from dedup.analysis import Analysis, analyse

__all__ = ["Analysis", "analyse"]
