"""Units as pages take them."""

from __future__ import annotations

from datetime import timedelta


def ms(value: timedelta | None) -> int | None:
    """Give a duration in whole milliseconds."""
    return None if value is None else round(value / timedelta(milliseconds=1))
