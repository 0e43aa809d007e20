"""What comes in live: acknowledged into the inbox, sealed into the lake, refused with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

from giljabi.bootstrap.housekeeping import keep_house
from giljabi.bootstrap.identity import Identity
from giljabi.bootstrap.upkeep import Upkeep
from giljabi.store import EventLake, InboxRow, KeptLog, Ledger, StoredRefusal, StoredSource

if TYPE_CHECKING:
    from giljabi.collect import GroupInbox, Taken, WriteKeys
    from giljabi.privacy import GateKeeper

Progress: TypeAlias = Callable[[str, float], None]


class Collection(Upkeep):
    """The live collection of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    lake
        Its events.
    log
        The event log, kept in step with the lake.
    identity
        Says whose each call is.
    keeper
        Knows which customers are kept out.
    """

    def __init__(
        self, ledger: Ledger, lake: EventLake, log: KeptLog, identity: Identity, keeper: GateKeeper
    ) -> None:
        super().__init__(ledger, lake, log, identity, keeper)
        self.arrived: Callable[[], None] = _nothing
        """Called after each commit of what was sent; it must not block."""
        self._keys: WriteKeys | None = None
        self._inboxes: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupInbox] = WeakKeyDictionary()

    # Sent to us, by callers on event loops

    async def source_of_key(self, key: str) -> StoredSource | None:
        """Give the source that a write key belongs to; None where there is none, or it is switched off."""
        if self._keys is None:
            from giljabi.collect import WriteKeys

            self._keys = WriteKeys(self._ledger)
        return await self._keys.source(key)

    async def receive(self, source: StoredSource, received_at: datetime, taken: Taken) -> None:
        """Keep what was sent to a source; given back once it is durable.

        Raises
        ------
        StorageUnavailable
            If the database refuses or too much waits (then it is `giljabi.collect.InboxFull`); nothing of
            what was sent is kept.
        """
        from giljabi.collect import pack

        row = None
        if taken.calls:
            row = InboxRow(source.id, received_at, len(taken.calls), pack(taken.calls))
        refusals = [
            StoredRefusal(
                source=source.id,
                received_at=received_at,
                reason=one.reason,
                detail=one.detail,
                event=one.event,
                body=one.body,
            )
            for one in taken.refused
        ]
        if row or refusals:
            await self.group_inbox().put(row, refusals)

    def group_inbox(self) -> GroupInbox:
        """Give the inbox of the event loop that runs."""
        loop = asyncio.get_running_loop()
        if loop not in self._inboxes:
            from giljabi.collect import GroupInbox

            self._inboxes[loop] = GroupInbox(self._ledger, self._tell)
        return self._inboxes[loop]

    # In the background

    def housekeeping(self, tell: Progress | None = None) -> dict[str, Any]:
        """Forget refusals after 30 days, and messages that need not be known again."""
        if tell is not None:
            tell("forget", 0.0)
        return keep_house(self._ledger)

    def _tell(self) -> None:
        self.arrived()


def _nothing() -> None:
    """Do nothing: nobody asked to be told."""
