"""What the rest may ask of the lake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from giljabi.store.ports.forgetting import Mentioned
from giljabi.store.ports.privacy import AgeLimit

if TYPE_CHECKING:
    import pyarrow as pa


class Landing(msgspec.Struct, frozen=True):
    """An import that has arrived in the lake: its snapshot there is the proof."""

    import_id: str
    digest: str
    snapshot: str
    accepted: int
    refused: int
    reasons: dict[str, int]


class LakeFigures(msgspec.Struct, frozen=True):
    """How large the lake is: its data files, and the snapshots it remembers."""

    files: int
    snapshots: int


class EventLake(Protocol):
    """All events of one workspace, as they arrived.

    One writer at a time: hold the ledger's lock ``events`` around whatever changes it. A writer that has lost
    the lock without noticing gets LakeMoved, and has changed nothing.
    """

    @property
    def snapshot(self) -> str | None:
        """Name of the present state; None before the first event."""

    def landed(self, digest: str) -> Landing | None:
        """Say whether a file of this digest has arrived."""

    def append(
        self,
        batches: Iterable[pa.RecordBatch],
        *,
        import_id: str,
        digest: str,
        counts: Callable[[], tuple[int, Mapping[str, int]]],
    ) -> Landing:
        """Add canonical batches as one snapshot, all or none; a digest that has landed adds nothing.

        ``counts`` is asked after the last batch for the rows refused: their number, and each reason's.
        """

    def discard(self, import_id: str) -> None:
        """Remove the files of an import that was cut short before it landed."""

    def scan(self, snapshot: str | None = None) -> Iterator[pa.RecordBatch]:
        """Yield all events of a state (by default the present one) as canonical batches, as they arrived."""

    def added(self, since: str) -> Iterator[pa.RecordBatch] | None:
        """Give the events that arrived after a state; None where events of that state changed since."""

    @property
    def columns(self) -> Sequence[str]:
        """The properties that events have; none before the first event."""

    @property
    def inbox_position(self) -> int:
        """Up to which position the inbox has landed; 0 before the first seal."""

    def seal(self, calls: pa.Table, *, after: int, position: int, batch: str) -> str:
        """Add calls of the inbox as one snapshot that carries the position up to which it holds the inbox.

        Give the snapshot's name. A position that has landed adds nothing. ``after`` is the position that had
        landed when the calls were chosen; raises LakeMoved where it is another one now.
        """

    def sealed_messages(self, position: int) -> set[str]:
        """Name the messages that came in with the seal up to a position; none where there is no such seal."""

    def reassign(
        self,
        customers: Collection[str],
        assign: Callable[[pa.Table], pa.Array[Any]],
        progress: Callable[[float], None] | None = None,
    ) -> int:
        """Give rows of some customers to others, as one snapshot; give how many rows moved.

        ``assign`` gets those rows with ``customer``, ``time``, ``event``, the hidden columns, and gives the
        customer of each row; null removes the row. A row of an imported file that moves keeps the customer
        it came with as the ``user_id`` of its ``giljabi_identity``.
        """

    @property
    def figures(self) -> LakeFigures:
        """How large the lake is."""

    def compact(self, progress: Callable[[float], None] | None = None) -> Mapping[str, int]:
        """Join small files, sorted within each partition, as far as one commit should go; give figures.

        ``joined`` files became ``made`` ones, of ``rows`` and ``bytes``; ``left`` more wait to be joined.
        """

    def count_old(self, limits: Sequence[AgeLimit]) -> Sequence[int]:
        """Count the rows beyond each limit."""

    def remove_old(
        self, limits: Sequence[AgeLimit], progress: Callable[[float], None] | None = None
    ) -> Sequence[int]:
        """Remove the rows beyond each limit, as one snapshot; give how many. Earlier ones hold them still.

        Raises
        ------
        LakeMoved
            If another writer has changed the lake in the meantime; nothing has gone.
        """

    def expire(self, keep: Collection[str] = (), newest: int | None = None) -> int:
        """Forget old snapshots but the newest and those named, and remove their own files; give how many.

        ``newest`` is how many stay anyway; None for as many as usual.
        """

    def rows_of(self, customers: Collection[str]) -> Iterator[pa.Table]:
        """Yield all rows of some customers with all columns, the hidden ones too."""

    def erase(
        self,
        customers: Collection[str],
        mentioned: Mentioned | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> int:
        """Remove the rows of customers and what names them in the rows of others; give how many changed.

        Nothing is left of the past: no other state of the lake, and no file that only those held.
        """

    def close(self) -> None:
        """Let go of the catalogue."""
