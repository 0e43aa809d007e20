"""The journeys of a list of events, by a stable sort of Python lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]


def journeys(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Give each customer's rows by time, then arrival; booleans as the texts true and false."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        shown = {
            name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()
        }
        found.setdefault(row["customer"], []).append(shown)
    for events in found.values():
        events.sort(key=lambda row: row["time"])
    return found
