"""What privacy asks of the database: consent, who is kept out, rules for fields, and how long things stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

import msgspec

FieldAction: TypeAlias = Literal["drop", "hash"]


class StoredPurpose(msgspec.Struct, frozen=True):
    """What consent is asked for; without consent to a purpose of ``collection`` calls are not kept."""

    id: str
    name: str
    collection: bool
    created_at: datetime


class StoredConsent(msgspec.Struct, frozen=True, kw_only=True):
    """Consent as it was given or withdrawn once, for a purpose and a channel; an empty one is every channel.

    ``kind`` and ``value`` are the identifier it was said for, ``subject`` their keyed digest. ``recorded_by``
    is the account or source, ``way`` how it was said; ``wording`` and its ``version`` are what was agreed to.
    """

    id: int = 0
    kind: str
    value: str
    subject: bytes
    purpose: str
    channel: str = ""
    given: bool
    at: datetime
    recorded_by: str = ""
    way: str = ""
    wording: str = ""
    version: str = ""
    proof: dict[str, Any] = {}
    created_at: datetime | None = None


class StoredFieldRule(msgspec.Struct, frozen=True):
    """What happens at the door to a field; an empty ``source`` is every one."""

    id: str
    source: str
    field: str
    action: FieldAction
    created_at: datetime


class StoredRetention(msgspec.Struct, frozen=True):
    """How many days what a source brought is kept; an empty ``source`` is what came by files.

    ``applied_at`` is when that was last seen to, ``removed`` how many rows went so far.
    """

    source: str
    days: int
    applied_at: datetime | None = None
    removed: int = 0


class AgeLimit(msgspec.Struct, frozen=True):
    """Rows of the lake from before a moment: of sources by their names, or (None) those of files."""

    before: datetime
    sources: tuple[str, ...] | None


class WithdrawnIdentifier(NamedTuple):
    """An identifier of somebody who has withdrawn consent to collection; ``customer`` is empty if unknown."""

    kind: str
    value: str
    customer: str


class KeptOut(msgspec.Struct, frozen=True):
    """Who is kept out: how many digests are suppressed, since when, and whether anybody has withdrawn."""

    suppressed: int
    latest: datetime | None
    withdrawn: bool


class Consents(Protocol):
    """Consent of a workspace's customers, and what it is asked for."""

    async def purposes(self) -> Sequence[StoredPurpose]:
        """Give the purposes, by name."""

    async def put_purpose(self, id: str, name: str, *, collection: bool) -> StoredPurpose:  # noqa: A002
        """Keep a purpose, new or in the place of the one of this id."""

    async def remove_purpose(self, id: str) -> None:  # noqa: A002
        """Remove a purpose; raises NotFound, and BadParameter where customers have spoken of it."""

    async def add(self, said: Sequence[StoredConsent]) -> int:
        """Keep what was said, but for what stands there already; give how much was new."""

    async def of(self, identifiers: Sequence[tuple[str, str]]) -> Sequence[StoredConsent]:
        """Give all that was said for these identifiers (kind, value), the newest first."""

    async def counts(self) -> Mapping[str, tuple[int, int]]:
        """Count by purpose the identifiers for which consent stands given, and withdrawn."""


class KeepingOut(Protocol):
    """Who is kept out of a workspace; read by whoever lets something in."""

    async def state(self) -> KeptOut:
        """Say whether anybody is kept out."""

    async def suppressed(self) -> Sequence[bytes]:
        """Give the digests of all identifiers that are suppressed."""

    async def withdrawn(self) -> Sequence[WithdrawnIdentifier]:
        """Give all identifiers of those who have withdrawn consent to a purpose of collection."""


class FieldRules(Protocol):
    """What happens at the door to fields."""

    async def list(self) -> Sequence[StoredFieldRule]:
        """Give all rules, in the order in which they were made."""

    async def add(self, source: str, field: str, action: FieldAction) -> StoredFieldRule:
        """Keep a new rule; raises BadParameter where there is one for the field."""

    async def remove(self, id: str) -> None:  # noqa: A002
        """Remove a rule; raises NotFound."""


class Retentions(Protocol):
    """How long what sources brought is kept, and what goes when its time is over."""

    async def list(self) -> Sequence[StoredRetention]:
        """Give the periods of all sources that have one."""

    async def put(self, source: str, days: int) -> StoredRetention:
        """Set a source's period."""

    async def remove(self, source: str) -> None:
        """Keep what a source brought for good; raises NotFound where it was kept so."""

    async def applied(self, source: str, at: datetime, removed: int) -> None:
        """Note that a period was seen to, and how much went."""

    async def count_feedback(self, source: str, before: datetime) -> int:
        """Count the feedback of a source from before a moment."""

    async def forget_feedback(self, source: str, before: datetime) -> int:
        """Remove the feedback of a source from before a moment; give how much."""

    async def forget_refusals(self, source: str, before: datetime) -> int:
        """Remove the refusals of a source that came before a moment; give how many."""
