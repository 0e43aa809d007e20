"""What was refused: looked at, counted, taken through the door again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from giljabi.model.errors import BadParameter
from giljabi.store import Ledger, StoredRefusal, StoredSource, Transaction

if TYPE_CHECKING:
    from giljabi.collect import Replayed
    from giljabi.privacy import Cleaner

MOST_AT_ONCE = 500
"""Refusals that may be listed or chosen at once."""


class RefusalCount(msgspec.Struct, frozen=True):
    """How many calls of a source were refused for a reason; ``name`` is the source's, or its id once gone."""

    reason: str
    source: str
    name: str
    count: int


class Refused(msgspec.Struct, frozen=True):
    """Some refusals, the newest first, and the names of their sources."""

    refusals: Sequence[StoredRefusal]
    names: dict[str, str]


class RefusalBook:
    """The refusals of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    arrived
        Called when refused calls were let in.
    cleaner
        Gives what drops and hashes fields, by source.
    """

    def __init__(
        self,
        ledger: Ledger,
        arrived: Callable[[], None],
        cleaner: Callable[[str], Cleaner | None] = lambda source: None,
    ) -> None:
        self._ledger = ledger
        self._arrived = arrived
        self._cleaner = cleaner

    def counts(self) -> Sequence[RefusalCount]:
        """Count refusals by reason and source, the most frequent first."""

        async def count(tx: Transaction) -> Sequence[RefusalCount]:
            names = _names(await tx.sources.list())
            return [
                RefusalCount(reason, source, names.get(source, source), many)
                for reason, source, many in await tx.refusals.counts()
            ]

        return self._ledger.within(count)

    def list(
        self,
        *,
        reason: str | None = None,
        source: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Refused:
        """Give refusals, the newest first, from below an id; raises BadParameter for a wrong limit."""
        if not 1 <= limit <= MOST_AT_ONCE:
            raise BadParameter(f"limit is {limit}; it lies in 1..{MOST_AT_ONCE}")

        async def look(tx: Transaction) -> Refused:
            found = await tx.refusals.list(reason=reason, source=source, before=before, limit=limit)
            names = _names(await tx.sources.list())
            return Refused(found, {one.source: names.get(one.source, one.source) for one in found})

        return self._ledger.within(look)

    def replay(
        self, *, reason: str | None = None, source: str | None = None, ids: Sequence[int] | None = None
    ) -> Replayed:
        """Take refused calls through the door again: those of a reason or source, or chosen ones.

        What is right by now is let in; the rest stays, with the reason it has now.

        Raises
        ------
        BadParameter
            If more are chosen than may be.
        """
        from giljabi.collect import replay_refusals

        if ids is not None and len(ids) > MOST_AT_ONCE:
            raise BadParameter(f"{len(ids)} refusals are chosen; choose {MOST_AT_ONCE} at most, or a reason")
        done = replay_refusals(self._ledger, reason=reason, source=source, ids=ids, cleaner=self._cleaner)
        if done.accepted:
            self._arrived()
        return done


def _names(sources: Sequence[StoredSource]) -> dict[str, str]:
    return {one.id: one.name for one in sources}
