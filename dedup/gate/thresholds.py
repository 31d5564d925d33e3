"""Where the gate stands: one number per rule, checked once at the edge and frozen."""

from __future__ import annotations

from dataclasses import dataclass, fields

from dedup.errors import UsageError


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least and most of each figure; 0 for a least and 1 for a most switch a rule off. Shares lie in 0–1.

    A document fails by its share of main content, its non-space characters of main content, its share of boilerplate,
    or its share of damaged characters. `max_failed` and the others below it are about sites and the whole run.
    """

    min_main_share: float = 0.1
    min_main_chars: int = 1
    max_boilerplate: float = 1.0
    max_damage: float = 0.01
    min_site_main_share: float = 0.2
    max_site_failed: float = 0.5
    min_run_main_share: float = 0.25
    max_failed: float = 0.1
    max_duplicates: float = 0.5
    max_known: float = 0.9
    max_empty: float = 0.05
    max_unreadable: float = 0.05

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            option = "--" + field.name.replace("_", "-")
            if value < 0:
                raise UsageError(f"{option} {value}: not below 0")
            if field.name != "min_main_chars" and value > 1:
                raise UsageError(f"{option} {value}: a share from 0 to 1")
