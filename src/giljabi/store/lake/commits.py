"""What every snapshot of the lake says of itself, and how one writer keeps another from building on sand."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

IMPORT, POSITION = "giljabi.import", "giljabi.inbox-position"
NEXT, EPOCH = "giljabi.next-sequence", "giljabi.epoch"
"""The place in the order of arrival that is free next; and a name that changes whenever events do that were
there before, be it their customer or that they are gone."""

# Left to itself, pyiceberg puts a commit that came too late on top of what was committed in the meantime.
PROPERTIES = {"commit.retry.num-retries": "0"}


def facts_of(snapshot: Snapshot) -> Mapping[str, str]:
    """Give what a snapshot says of itself."""
    return {} if snapshot.summary is None else snapshot.summary.additional_properties


def sealed_to(table: Table) -> int:
    """Say up to which position of the inbox the table holds it."""
    return int(table.properties.get(POSITION, "0"))


def marks(table: Table, next: int, *, moved: bool = False) -> dict[str, str]:  # noqa: A002
    """Give what the next snapshot says, with this place free next.

    Parameters
    ----------
    table
        As it is now.
    next
        The place in the order of arrival that will be free.
    moved
        Whether events that are there change.
    """
    now = table.current_snapshot()
    # Where another tool was the last to write, nobody knows what it did.
    epoch = "" if now is None else facts_of(now).get(EPOCH, "")
    return {NEXT: str(next), EPOCH: uuid4().hex if moved or not epoch else epoch}
