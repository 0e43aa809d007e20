"""What collection asks of the database: sources, the inbox, refusals, the tracking plan, activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

import msgspec


class StoredSource(msgspec.Struct, frozen=True, kw_only=True):
    """A way by which events come in.

    ``kind`` names the plug (`giljabi.collect.sources`), ``settings`` are its own. ``third_party`` is the
    share 0..1 of what it brings that others have gathered. ``every`` is its schedule: seconds between two
    pulls; None where events are sent to it or it is pulled by hand. ``cursor`` is how far it has been read.
    ``write_key`` is what senders show; None where nobody sends. ``declined`` calls were let go, for consent
    keeps them out. ``former_names`` are those under which some of its events lie.
    """

    id: str
    kind: str
    name: str
    settings: dict[str, Any] = {}
    third_party: float = 0.0
    every: int | None = None
    enabled: bool = True
    cursor: dict[str, Any] = {}
    write_key: str | None = None
    accepted: int = 0
    refused: int = 0
    declined: int = 0
    former_names: list[str] = []
    last_run_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_event_at: datetime | None = None
    last_error: str = ""
    created_at: datetime


class InboxRow(msgspec.Struct, frozen=True):
    """What one request or one pull brought: how many calls, and their packed bytes."""

    source: str
    received_at: datetime
    calls: int
    body: bytes
    position: int = 0


class InboxLag(msgspec.Struct, frozen=True):
    """What waits in the inbox: calls, bytes, and when the oldest came in."""

    calls: int
    bytes: int
    oldest: datetime | None


class StoredRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was refused: why, what would be right, and what it was."""

    id: int = 0
    source: str
    received_at: datetime
    reason: str
    detail: str
    event: str | None = None
    body: bytes
    replayed_at: datetime | None = None


PropertyKind: TypeAlias = Literal["text", "number", "truth", "time", "any"]


class PlannedProperty(msgspec.Struct, frozen=True):
    """What a tracking plan expects of a property; ``one_of`` empty admits every value."""

    name: str
    kind: PropertyKind = "any"
    required: bool = False
    one_of: tuple[str, ...] = ()


class PlannedEvent(msgspec.Struct, frozen=True):
    """An event a tracking plan expects, with its properties."""

    event: str
    about: str = ""
    properties: tuple[PlannedProperty, ...] = ()


class PlanDeparture(msgspec.Struct, frozen=True, kw_only=True):
    """How calls departed from the tracking plan: how often, and an example.

    ``kind`` is ``unknown_event``, ``unknown_property``, ``missing_property`` or ``bad_value``; ``property``
    is empty for an unknown event.
    """

    event: str
    property: str
    kind: str
    count: int
    example: str
    source: str
    first_at: datetime
    last_at: datetime


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """Background work of one kind: what it does now, and how it ended last.

    ``state`` is ``running``, ``done`` or ``failed``; ``facts`` are figures of the last round.
    """

    name: str
    state: str
    step: str = ""
    progress: float = 0.0
    error: str = ""
    facts: dict[str, Any] = {}
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Sources(Protocol):
    """The sources of a workspace."""

    async def list(self) -> Sequence[StoredSource]:
        """Give all sources, by name."""

    async def get(self, id: str) -> StoredSource:  # noqa: A002
        """Give a source; raises NotFound."""

    async def add(self, new: StoredSource) -> StoredSource:
        """Keep a new source; raises BadParameter where the name is taken."""

    async def change(self, id: str, **fields: Any) -> StoredSource:  # noqa: A002
        """Set fields of a source; raises NotFound, and BadParameter as `add` does."""

    async def count(
        self,
        id: str,  # noqa: A002
        accepted: int,
        refused: int,
        last_event_at: datetime | None,
        declined: int = 0,
    ) -> None:
        """Add to what a source has brought; a source that is gone is passed over."""

    async def remove(self, id: str) -> None:  # noqa: A002
        """Forget a source; what it brought stays. Raises NotFound."""


class Inbox(Protocol):
    """What was acknowledged and is not yet in the lake, in the order of arrival."""

    async def put(self, rows: Sequence[InboxRow]) -> None:
        """Add rows; they are durable when the transaction is."""

    async def settled(self) -> int:
        """Give a position up to which no row can come in any more; 0 where nothing waits."""

    async def read(self, up_to: int, limit_bytes: int, after: int = 0) -> Sequence[InboxRow]:
        """Give the first rows of a span of positions, until their bodies come to a limit; at least one."""

    async def trim(self, up_to: int) -> int:
        """Remove the rows up to a position; give how many there were."""

    async def lag(self) -> InboxLag:
        """Say what waits."""


class SeenBatch(msgspec.Struct, frozen=True):
    """The messages of one batch that was sealed: their digests, 16 bytes each."""

    id: int
    digests: bytes


class SeenMessages(Protocol):
    """The messages of the last days, batch by batch."""

    async def first(self) -> int:
        """Name the oldest batch that is still kept; 0 where there is none."""

    async def after(self, batch: int, limit: int = 100) -> Sequence[SeenBatch]:
        """Give the first batches after one, in the order in which they were kept."""

    async def of(self, batches: Sequence[int]) -> Sequence[SeenBatch]:
        """Give these batches, as far as they are still kept."""

    async def add(self, messages: Sequence[bytes], received_at: datetime) -> None:
        """Keep the digests of a batch."""

    async def forget(self, before: datetime) -> int:
        """Remove batches that came in before a moment; give how many messages they had."""


class Refusals(Protocol):
    """Calls that were refused."""

    async def add(self, refusals: Sequence[StoredRefusal]) -> None:
        """Keep refusals."""

    async def list(
        self,
        *,
        reason: str | None = None,
        source: str | None = None,
        before: int | None = None,
        ids: Sequence[int] | None = None,
        limit: int = 50,
    ) -> Sequence[StoredRefusal]:
        """Give refusals that were not replayed, the newest first, from below an id."""

    async def counts(self) -> Sequence[tuple[str, str, int]]:
        """Count the refusals not replayed: reason, source, how many; the most frequent first."""

    async def replayed(self, ids: Sequence[int], at: datetime) -> None:
        """Mark refusals as replayed."""

    async def amend(self, refusals: Sequence[StoredRefusal]) -> None:
        """Give refusals that were refused again the reason and detail they have now."""

    async def forget(self, before: datetime) -> int:
        """Remove refusals that came in before a moment; give how many."""


class TrackingPlan(Protocol):
    """Which events are expected, and how calls departed from that."""

    async def events(self) -> Sequence[PlannedEvent]:
        """Give the expected events, by name."""

    async def put(self, event: PlannedEvent) -> None:
        """Expect an event, in the place of what was expected under its name."""

    async def remove(self, event: str) -> None:
        """Expect an event no more; raises NotFound."""

    async def departures(self) -> Sequence[PlanDeparture]:
        """Give the departures, the most frequent first."""

    async def depart(self, departures: Sequence[PlanDeparture]) -> None:
        """Add departures to those counted; kinds without end are not told apart."""

    async def forget(self, events: Sequence[str] | None = None) -> None:
        """Forget the departures of some events, or of all."""

    async def dismiss(self, event: str, property: str, kind: str) -> None:  # noqa: A002
        """Forget one departure."""


class Activities(Protocol):
    """What is being done in the background."""

    async def list(self) -> Sequence[Activity]:
        """Give all kinds of work that were ever done, by name."""

    async def put(self, activity: Activity) -> None:
        """Tell how a kind of work goes."""

    async def remove(self, name: str) -> None:
        """Forget a kind of work that will not be done again."""

    async def heartbeats(self) -> Sequence[datetime]:
        """Say when each worker was last alive, the latest first."""
