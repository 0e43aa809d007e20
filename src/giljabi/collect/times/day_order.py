"""Is 04/05/2026 the fourth of May or April the fifth? The whole column may tell."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import polars as pl
import pyarrow as pa

from giljabi.collect.columns import clean_text, plain
from giljabi.collect.times.written import SHORT_YEAR_LAST, YEAR_LAST

DayOrder: TypeAlias = Literal["day_first", "month_first", "mixed", "ambiguous", "none"]


def day_order(column: pa.Array[Any]) -> DayOrder:
    """Find out in which order a column writes day and month.

    Parameters
    ----------
    column
        Times as the source has them.

    Returns
    -------
    str
        ``day_first`` or ``month_first`` where some number above 12 decides; ``mixed`` where both orders
        occur; ``ambiguous`` where nothing decides; ``none`` where no date is written with the year last.
    """
    values = plain(column)
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return "none"
    texts = pl.Series(clean_text(values)).drop_nulls().unique()
    seen, first_above, second_above = 0, 0, 0
    for pattern in (YEAR_LAST, SHORT_YEAR_LAST):
        numbers = texts.str.extract_groups(pattern).struct.unnest()
        first = numbers["a"].cast(pl.Int64, strict=False)
        second = numbers["b"].cast(pl.Int64, strict=False)
        seen += len(first) - first.null_count()
        first_above += int((first > 12).sum() or 0)
        second_above += int((second > 12).sum() or 0)
    if not seen:
        return "none"
    if first_above and second_above:
        return "mixed"
    if first_above:
        return "day_first"
    return "month_first" if second_above else "ambiguous"
