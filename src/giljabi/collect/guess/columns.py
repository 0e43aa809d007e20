"""What the first rows tell about each column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from giljabi.collect.accept import Span
from giljabi.collect.columns import as_number, clean_text, plain
from giljabi.collect.properties import Kind, kind_of
from giljabi.collect.times import Clock, DayOrder, day_order

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

_LOOKED_AT = 5_000
_CELLS = 2_000_000
_EXAMPLES = 5
_SHOWN = 50
_NAMES_ZONE = r"(?:[Zz]|UTC|GMT|KST|[+-][0-9]{2}:?[0-9]{2})$|^-?[0-9.]{9,}$"


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What was seen of a column.

    ``type`` is ``text``, ``number``, ``time``, ``truth`` or ``empty``; ``filled`` the share of rows with a
    value, ``distinct`` how many different values there are, ``times`` the share of values that are times
    between 1970 and now, ``day_order`` how they write day and month, ``naive`` whether they name no zone,
    ``numbers`` the share of values that are numbers, ``low`` and ``high`` their range, ``length`` the mean
    length of the texts.
    """

    name: str
    type: str
    examples: tuple[str, ...]
    rows: int
    filled: float
    distinct: int
    times: float
    day_order: DayOrder
    naive: bool
    numbers: float
    low: float
    high: float
    length: float
    values: frozenset[str]


def facts_of(rows: pa.RecordBatch, *, untyped: bool, now: datetime | None = None) -> dict[str, ColumnFacts]:
    """Look at the columns of the first rows.

    Parameters
    ----------
    rows
        Rows as the source has them; the first some thousand are looked at.
    untyped
        Whether text may stand for numbers.
    now
        The time beyond which, by a day, no time is believed.
    """
    count = min(rows.num_rows, _LOOKED_AT, max(100, _CELLS // max(1, rows.num_columns)))
    some = rows.slice(0, count)
    span = Span.until(now, earliest=datetime(1970, 1, 2, tzinfo=UTC))
    return {
        name: _facts(name, column, span, untyped=untyped)
        for name, column in zip(some.schema.names, some.columns, strict=True)
    }


def _facts(name: str, column: Any, span: Span, *, untyped: bool) -> ColumnFacts:
    values = plain(column)
    texts = clean_text(values)
    filled = len(texts) - texts.null_count
    distinct = pc.drop_null(pc.unique(texts))
    first = distinct.slice(0, _SHOWN).to_pylist()
    kind = kind_of(values, untyped=untyped)
    low = high = float("nan")
    share = 0.0
    if kind in {"number", "text"} and filled:
        numbers = as_number(values)
        share = (len(numbers) - numbers.null_count) / filled
        ends = pc.min_max(numbers).as_py()
        low, high = (float("nan") if one is None else one for one in (ends["min"], ends["max"]))
    times, naive = 0.0, False
    typed_time = pa.types.is_timestamp(values.type) or pa.types.is_date(values.type)
    if typed_time or _may_be_times(kind, texts, low, high):
        times, naive = _times(values, texts, span, filled)
    return ColumnFacts(
        name=name,
        type="time" if typed_time or (times >= 0.8 and kind != "number") else kind,
        examples=tuple(one[:80] for one in first[:_EXAMPLES]),
        rows=len(texts),
        filled=filled / len(texts) if len(texts) else 0.0,
        distinct=len(distinct),
        times=times,
        day_order=day_order(values) if times else "none",
        naive=naive,
        numbers=share,
        low=low,
        high=high,
        length=pc.mean(pc.utf8_length(texts)).as_py() or 0.0,
        values=frozenset(one.lower() for one in first),
    )


def _times(values: pa.Array[Any], texts: pa.Array[Any], span: Span, filled: int) -> tuple[float, bool]:
    if not filled:
        return 0.0, False
    # Where a column writes 11/21/2026, the other order reads less of it; the better one counts.
    shares = []
    for day_first in (True, False):
        times = Clock("UTC", day_first).read(values)
        good = ~times.absent & ~times.unreadable & ~span.outside(times)
        shares.append(float(np.count_nonzero(good)) / filled)
        if shares[0] in {0.0, 1.0}:
            break
    zoned = pc.match_substring_regex(texts, _NAMES_ZONE)
    typed = pa.types.is_timestamp(values.type) and values.type.tz is not None
    naive = not typed and not pc.any(pc.fill_null(zoned, False)).as_py()
    return max(shares), naive


def _may_be_times(kind: Kind, texts: pa.Array[Any], low: float, high: float) -> bool:
    if kind == "number":
        return _could_be_epoch(low, high)
    # However a time is written, it has two digits; most columns of names have none.
    return kind == "text" and bool(pc.any(pc.match_substring_regex(texts, "[0-9].*[0-9]")).as_py())


def _could_be_epoch(low: float, high: float) -> bool:
    return low >= 3e8 or (low >= 1900_01_01 and high <= 2199_12_31)
