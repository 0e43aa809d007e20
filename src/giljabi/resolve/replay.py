"""Replay: events and feedback follow the customers they belong to by now.

Live, an event goes to whom its identifiers belonged to when it came in. When customers merge or split, or a
shared device changes hands, what came in before may belong to somebody else since. Replay looks at all that
those customers have, and gives each row to the present owner of its strongest identifier at its time. Doing
it twice changes nothing more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from giljabi.resolve.owners import Owners, owners_of_names
from giljabi.resolve.rules import Pair
from giljabi.store import EventLake, Ledger, Transaction

Progress: TypeAlias = Callable[[str, float], None]

SHORTEST_PAUSE, TIMES = 3.0, 20.0
"""A replay rests at least so many seconds, and so many times as long as it took."""

_AT_ONCE = 200_000


class Replayed(msgspec.Struct, frozen=True):
    """What a replay did.

    ``edges`` are merges and splits, ``handed`` identifiers that changed hands; ``events`` and ``feedback``
    are rows that moved.
    """

    edges: int = 0
    handed: int = 0
    events: int = 0
    feedback: int = 0
    seconds: float = 0.0


class Replay:
    """Lets the events of one workspace follow its customers.

    Parameters
    ----------
    ledger, lake
        What is known of customers, and their events.
    """

    def __init__(self, ledger: Ledger, lake: EventLake) -> None:
        self._ledger = ledger
        self._lake = lake
        self._rests_until = float("-inf")

    def due_in(self) -> float | None:
        """Give the seconds until there is to be another replay; None where nothing waits for one."""
        if not self._ledger.within(_anything_waits):
            return None
        return max(0.0, self._rests_until - time.monotonic())

    def run(self, tell: Progress | None = None) -> Replayed:
        """Replay what waits; nothing is done where another is at it, or nothing waits."""
        started = time.monotonic()
        with self._ledger.lock("replay", wait=False) as held:
            if not held:
                return Replayed()
            # A sealer that is at work may hold events that were given away before they landed.
            with self._ledger.lock("seal"):
                edges, handed, customers = self._ledger.within(_waiting)
            if not edges and not handed:
                return Replayed()
            events = self._move_events(customers, tell)
            feedback = self._ledger.within(lambda tx: _move_feedback(tx, customers))
            self._ledger.within(lambda tx: tx.identities.replayed(edges, handed))
        seconds = time.monotonic() - started
        self._rests_until = time.monotonic() + max(SHORTEST_PAUSE, TIMES * seconds)
        return Replayed(len(edges), len(handed), events, feedback, round(seconds, 3))

    def _move_events(self, customers: Sequence[str], tell: Progress | None) -> int:
        progress = None if tell is None else lambda share: tell("replay", share)
        with self._ledger.lock("events"):
            if self._lake.snapshot is None:
                return 0
            return self._lake.reassign(customers, Owners(self._ledger).of, progress)


async def _anything_waits(tx: Transaction) -> bool:
    return bool(await tx.identities.waiting_edges(1) or await tx.identities.waiting_hands(1))


async def _waiting(tx: Transaction) -> tuple[list[int], list[Pair], list[str]]:
    """Give the merges and splits that wait, the identifiers that changed hands, and whose rows may move."""
    edges = await tx.identities.waiting_edges(_AT_ONCE)
    handed = list(await tx.identities.waiting_hands(_AT_ONCE))
    customers = {one.from_customer for one in edges}
    apart = [one.from_customer for one in edges if one.kind == "split"]
    customers.update((await tx.identities.wholes(apart)).values())
    if handed:
        customers |= await tx.identities.holders(handed)
    return [one.id for one in edges], handed, sorted(customers)


async def _move_feedback(tx: Transaction, customers: Sequence[str]) -> int:
    names = await tx.feedback.arrived_for(customers)
    return await tx.feedback.reassign(customers, await owners_of_names(tx, names)) if names else 0
