"""A batch of the inbox, unpacked: every call, the row it came with, and the digest of its message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from giljabi.collect.calls import Call, digest, unpack
from giljabi.store import InboxRow


@dataclass(frozen=True, slots=True)
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
    row_of: list[int]
    digests: list[bytes]

    def fresh(self, known: Collection[bytes]) -> list[int]:
        """Give the places of the calls whose messages are new: not known, and the first of their name."""
        last = len(self.digests) - 1
        places = {message: last - n for n, message in enumerate(reversed(self.digests))}
        for message in known:
            places.pop(message, None)
        return sorted(places.values())


def unpacked(rows: Sequence[InboxRow]) -> Arrived:
    """Unpack rows of the inbox."""
    calls: list[Call] = []
    row_of: list[int] = []
    for number, row in enumerate(rows):
        some = unpack(row.body)
        calls += some
        row_of += [number] * len(some)
    return Arrived(rows, calls, row_of, [digest(one.message_id) for one in calls])
