"""What comes in live: acknowledged into the inbox, sealed into the lake, refused with a reason."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Container
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

from giljabi.bootstrap.housekeeping import keep_house
from giljabi.bootstrap.identity import Identity
from giljabi.bootstrap.upkeep import Upkeep
from giljabi.model.errors import StorageUnavailable
from giljabi.store import EventLake, InboxRow, KeptLog, Ledger, StoredRefusal, StoredSource

if TYPE_CHECKING:
    from giljabi.collect import GroupInbox, LeftOut, Taken, WriteKeys
    from giljabi.privacy import AtTheDoor, Cleaner, DoorBook, Gate, GateKeeper

Progress: TypeAlias = Callable[[str, float], None]

FRESH = 3.0
"""Seconds for which the door takes those who were forgotten as last seen."""


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
    door
        Knows which purposes calls need, and what happens to fields.
    """

    def __init__(
        self,
        ledger: Ledger,
        lake: EventLake,
        log: KeptLog,
        identity: Identity,
        keeper: GateKeeper,
        door: DoorBook,
    ) -> None:
        super().__init__(ledger, lake, log, identity, keeper)
        self.arrived: Callable[[], None] = _nothing
        """Called after each commit of what was sent; it must not block."""
        self._door = door
        self._keys: WriteKeys | None = None
        self._looked = float("-inf")
        self._suppressed: Container[bytes] = frozenset()
        self._forgotten: LeftOut | None = None
        self._inboxes: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupInbox] = WeakKeyDictionary()

    # Sent to us, by callers on event loops

    async def source_of_key(self, key: str) -> StoredSource | None:
        """Give the source that a write key belongs to; None where there is none, or it is switched off."""
        if self._keys is None:
            from giljabi.collect import WriteKeys

            self._keys = WriteKeys(self._ledger)
        return await self._keys.source(key)

    async def at_the_door(self, source: StoredSource) -> AtTheDoor | None:
        """Say what is asked of the calls of a source, for `giljabi.collect.read_calls`; None for nothing."""
        return await self._door.at_the_door(source.id)

    def cleaner(self, source: StoredSource) -> Cleaner | None:
        """Give what drops and hashes fields of what a source brings; None where nothing is to be done."""
        return self._door.cleaner(source.id)

    async def receive(self, source: StoredSource, received_at: datetime, taken: Taken) -> None:
        """Keep what was sent to a source; given back once it is durable.

        Raises
        ------
        StorageUnavailable
            If the database refuses or too much waits (then it is `giljabi.collect.InboxFull`); nothing of
            what was sent is kept.
        """
        from giljabi.collect import pack

        left_out = await self._left_out()
        if left_out is not None:
            taken = left_out.taken(taken)
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
        declined = {source.id: len(taken.declined)} if taken.declined else {}
        consents = [
            word
            for one in taken.heard
            for word in self._door.words(
                source.id, one.identifiers, one.preferences, one.time, one.message_id
            )
        ]
        if row or refusals or declined or consents:
            await self.group_inbox().put(row, refusals, declined, consents)

    def left_out(self) -> LeftOut | None:
        """Give what leaves out those who were forgotten; None where nobody was. It waits."""
        return _left_out(self._ledger.within(self._keeper.gate))

    async def _left_out(self) -> LeftOut | None:
        """Give it for callers on event loops, who come many times a second: seldom anew."""
        if time.monotonic() - self._looked > FRESH:
            self._looked = time.monotonic()
            # Without a database what was sent is refused by the inbox anyway.
            with contextlib.suppress(StorageUnavailable):
                gate = await self._ledger.within_async(self._keeper.gate)
                if gate is None or self._forgotten is None or gate.suppressed != self._suppressed:
                    self._forgotten = _left_out(gate)
                    self._suppressed = frozenset() if gate is None else gate.suppressed
        return self._forgotten

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


def _left_out(gate: Gate | None) -> LeftOut | None:
    from giljabi.collect import LeftOut

    return None if gate is None or not gate.suppressed else LeftOut(gate)


def _nothing() -> None:
    """Do nothing: nobody asked to be told."""
