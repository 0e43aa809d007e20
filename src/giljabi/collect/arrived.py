"""A batch of the inbox, unpacked: every call, the row it came with, and all of them as columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from giljabi.collect.call_columns import table_of
from giljabi.collect.calls import Call, digest, unpack
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
    row_of
        The row of each call.
    digests
        What each call's message is known by.
    """

    rows: Sequence[InboxRow]
    calls: list[Call]
    row_of: np.ndarray[Any, np.dtype[np.int64]]
    digests: list[bytes]

    @cached_property
    def different(self) -> int:
        """How many different messages there are."""
        return len(set(self.digests))

    def fresh(self, known: Collection[bytes]) -> Sequence[int]:
        """Give the places of the calls whose messages are new: not known, and the first of their name."""
        last = len(self.digests) - 1
        if not known and self.different == len(self.digests):
            return range(last + 1)
        places = {message: last - n for n, message in enumerate(reversed(self.digests))}
        for message in known:
            places.pop(message, None)
        return sorted(places.values())

    def columns(self, sources: Mapping[str, str], known: set[str]) -> pa.Table:
        """Arrange all calls as the lake takes them, given the names of sources and of properties."""
        names = np.array([sources.get(row.source, row.source) for row in self.rows], np.object_)
        received = np.array([int(row.received_at.timestamp() * 1000) for row in self.rows], np.int64)
        return table_of(self.calls, names[self.row_of], received[self.row_of], known)


def unpacked(rows: Sequence[InboxRow]) -> Arrived:
    """Unpack rows of the inbox."""
    calls: list[Call] = []
    counts: list[int] = []
    for row in rows:
        some = unpack(row.body)
        calls += some
        counts.append(len(some))
    row_of = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
    return Arrived(rows, calls, row_of, [digest(one.message_id) for one in calls])
