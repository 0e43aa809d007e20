"""A batch of the inbox, unpacked: every call, the row it came with, and all of them as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from giljabi.collect.call_columns import table_of
from giljabi.collect.calls import digest
from giljabi.collect.packed import EVENT, Calls, Ints
from giljabi.collect.seen import Words, words_of
from giljabi.store import InboxRow


@dataclass(frozen=True)
class Arrived:
    """The calls of some rows of the inbox, in the order of arrival.

    Attributes
    ----------
    rows
        The rows.
    calls
        All their calls.
    words
        What each call's message is known by: its digest, as two numbers.
    """

    rows: Sequence[InboxRow]
    calls: Calls
    words: Words

    @property
    def row_of(self) -> Ints:
        """The row of each call."""
        return self.calls.body

    @cached_property
    def events(self) -> pa.StringArray:
        """The event's name of each call; null where it is no event."""
        return self.calls.texts(EVENT)

    def fresh(self, known: np.ndarray[Any, np.dtype[np.bool_]]) -> Ints:
        """Give the places of the calls whose messages are new: not known, and the first of their name."""
        high, low = self.words[:, 0], self.words[:, 1]
        order = np.argsort(high, kind="stable")
        again = high[order[1:]] == high[order[:-1]]
        if again.any():
            order = np.lexsort((np.arange(len(high)), low, high))
            again = (high[order[1:]] == high[order[:-1]]) & (low[order[1:]] == low[order[:-1]])
            known = known.copy()
            known[order[1:][again]] = True
        return np.flatnonzero(~known)

    def columns(self, sources: Mapping[str, str], known: set[str]) -> pa.Table:
        """Arrange all calls as the lake takes them, given the names of sources and of properties."""
        names = pa.array([sources.get(row.source, row.source) for row in self.rows], pa.string())
        received = np.array([int(row.received_at.timestamp() * 1000) for row in self.rows], np.int64)
        row_of: pa.Int64Array = pa.array(self.row_of, pa.int64())
        return table_of(self.calls, names.take(row_of), received[self.row_of], known)


def unpacked(rows: Sequence[InboxRow]) -> Arrived:
    """Unpack rows of the inbox."""
    calls = Calls.packed([row.body for row in rows])
    return Arrived(rows, calls, words_of(b"".join(map(digest, calls.messages()))))
