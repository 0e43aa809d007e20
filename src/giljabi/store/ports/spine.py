"""What the rest may ask of maps, segments, imports, feedback, and the database as a whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar

import msgspec

from giljabi.store.ports.access import (
    AccountStore,
    GuestStore,
    LinkStore,
    SecondFactors,
    SessionStore,
    ThrottleStore,
)
from giljabi.store.ports.audit import AuditStore
from giljabi.store.ports.collection import (
    Activities,
    Inbox,
    Refusals,
    SeenMessages,
    Sources,
    TrackingPlan,
)
from giljabi.store.ports.forgetting import Forgetting, PrivacyRequests, Suppressions
from giljabi.store.ports.identity import Identities
from giljabi.store.ports.matching import Matches
from giljabi.store.ports.privacy import Consents, FieldRules, KeepingOut, Retentions
from giljabi.store.ports.standing import DatabaseServer, PoolFigures
from giljabi.store.ports.tokens import TokenStore

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

ImportKind: TypeAlias = Literal["events", "feedback"]
ImportState: TypeAlias = Literal["preview", "running", "done", "failed", "duplicate"]


class StoredWorkspace(msgspec.Struct, frozen=True):
    """A workspace: everything one team has."""

    id: str
    name: str
    created_at: datetime


class StoredMap(msgspec.Struct, frozen=True):
    """A journey map as it was written, in its text form."""

    id: str
    title: str
    text: str
    created_at: datetime
    updated_at: datetime


class StoredCheck(msgspec.Struct, frozen=True):
    """What a check of a map found.

    ``snapshot`` names the state of the log it was made on, ``stale`` says that the map was edited since.
    """

    map: str
    checked_at: datetime
    snapshot: str
    result: dict[str, Any]
    stale: bool = False


class StoredSegment(msgspec.Struct, frozen=True):
    """An audience that is kept under a name, in its text form."""

    id: str
    name: str
    audience: str
    created_at: datetime
    updated_at: datetime


class StoredImport(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was brought in, or is to be.

    ``digest`` is that of the file's bytes. ``progress`` is 0..1 within the whole import, ``step`` what is
    done just now. ``reasons`` counts refused rows by reason. ``rejects`` is the file of refused rows,
    ``preview`` what was seen in the file before it was started.
    """

    id: str
    file: str
    digest: str
    kind: ImportKind
    state: ImportState
    roles: dict[str, str] = {}
    step: str = ""
    progress: float = 0.0
    accepted: int = 0
    refused: int = 0
    reasons: dict[str, int] = {}
    error: str = ""
    rejects: str = ""
    preview: dict[str, Any] = {}
    created_at: datetime


class StoredFeedback(msgspec.Struct, frozen=True):
    """What a customer said once."""

    id: int
    customer: str
    time: datetime
    kind: str
    score: float | None
    text: str | None
    touchpoint: str | None


class Workspaces(Protocol):
    """The workspaces; a transaction can see its own only."""

    async def get_or_add(self, name: str) -> StoredWorkspace:
        """Give the transaction's workspace; make it under this name when it is new."""


class Maps(Protocol):
    """The journey maps of a workspace, with their checks."""

    async def list(self) -> Sequence[StoredMap]:
        """Give all maps, the last edited first."""

    async def get(self, id: str) -> StoredMap:  # noqa: A002
        """Give a map; raises NotFound."""

    async def add(self, text: str, title: str) -> StoredMap:
        """Keep a new map under an id of its own."""

    async def replace(self, id: str, text: str, title: str) -> StoredMap:  # noqa: A002
        """Put a new text in the map's place; raises NotFound."""

    async def remove(self, id: str) -> None:  # noqa: A002
        """Remove a map with its checks; raises NotFound."""

    async def add_check(self, id: str, snapshot: str, result: Mapping[str, Any]) -> StoredCheck:  # noqa: A002
        """Keep what a check of the map found; raises NotFound."""

    async def last_check(self, id: str) -> StoredCheck | None:  # noqa: A002
        """Give the map's newest check, if it was ever checked."""

    async def last_checks(self) -> Mapping[str, StoredCheck]:
        """Give the newest check of every map that has one, by the map's id."""


class Imports(Protocol):
    """The files a workspace was given."""

    async def list(self) -> Sequence[StoredImport]:
        """Give all imports, the newest first."""

    async def get(self, id: str) -> StoredImport:  # noqa: A002
        """Give an import; raises NotFound."""

    async def done(self, kind: ImportKind, digest: str) -> StoredImport | None:
        """Give the import that brought in a file of this digest, if one did."""

    async def done_ids(self, kind: ImportKind) -> Sequence[str]:
        """Name every import of a kind that is done, in a fixed order."""

    async def add(self, new: StoredImport) -> None:
        """Keep a new import."""

    async def change(self, id: str, **fields: Any) -> None:  # noqa: A002
        """Set fields of an import; raises NotFound."""

    async def remove(self, id: str) -> None:  # noqa: A002
        """Forget an import that brought in nothing; raises NotFound."""


class Segments(Protocol):
    """The segments of a workspace."""

    async def list(self) -> Sequence[StoredSegment]:
        """Give all segments, by name."""

    async def get(self, key: str) -> StoredSegment:
        """Give a segment by its id or its name; raises NotFound."""

    async def add(self, name: str, audience: str) -> StoredSegment:
        """Keep a new segment under an id of its own; raises BadParameter where the name is taken."""

    async def replace(self, id: str, name: str, audience: str) -> StoredSegment:  # noqa: A002
        """Give a segment another name and audience; raises NotFound, and BadParameter as `add` does."""

    async def remove(self, id: str) -> None:  # noqa: A002
        """Remove a segment; raises NotFound."""


class FeedbackStore(Protocol):
    """What the customers of a workspace said."""

    async def add(self, import_id: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Add canonical batches of feedback under an import; give how many rows there were."""

    async def table(self) -> pa.Table:
        """Give all feedback as the canonical table, in the order of arrival."""

    async def counts(self) -> Mapping[str, int]:
        """Count the feedback of each kind."""

    async def said_by(
        self, customers: Sequence[str], *, before: datetime | None = None, limit: int
    ) -> Sequence[StoredFeedback]:
        """Give the last that these customers said, before a time, the newest first."""

    async def count_of(self, customers: Sequence[str]) -> int:
        """Count what these customers said."""

    async def state(self) -> str:
        """Name the present state: it changes with every row that comes or moves."""

    async def arrived_for(self, customers: Sequence[str]) -> Sequence[str]:
        """Name the customers that rows of these customers named when they came in."""

    async def reassign(self, customers: Sequence[str], owners: Mapping[str, str]) -> int:
        """Give rows of customers to others, by whom each named when it came in; give how many moved."""


class Transaction(Protocol):
    """Repositories that work together: what they change is kept as a whole or not at all."""

    @property
    def workspaces(self) -> Workspaces:
        """The workspaces."""

    @property
    def maps(self) -> Maps:
        """The journey maps."""

    @property
    def imports(self) -> Imports:
        """The imports."""

    @property
    def feedback(self) -> FeedbackStore:
        """The feedback."""

    @property
    def segments(self) -> Segments:
        """The segments."""

    @property
    def sources(self) -> Sources:
        """The sources."""

    @property
    def inbox(self) -> Inbox:
        """The inbox."""

    @property
    def seen(self) -> SeenMessages:
        """The messages of the last days."""

    @property
    def refusals(self) -> Refusals:
        """The refusals."""

    @property
    def plan(self) -> TrackingPlan:
        """The tracking plan."""

    @property
    def activities(self) -> Activities:
        """What is being done in the background."""

    @property
    def identities(self) -> Identities:
        """Customers and their identifiers."""

    @property
    def matches(self) -> Matches:
        """Customers who may be one person."""

    @property
    def database(self) -> DatabaseServer:
        """The database server."""

    @property
    def suppressions(self) -> Suppressions:
        """Who is kept out."""

    @property
    def requests(self) -> PrivacyRequests:
        """What customers asked for."""

    @property
    def forgetting(self) -> Forgetting:
        """All that tables hold about a customer."""

    @property
    def consents(self) -> Consents:
        """Consent, and what it is asked for."""

    @property
    def keeping_out(self) -> KeepingOut:
        """Who is kept out."""

    @property
    def field_rules(self) -> FieldRules:
        """What happens at the door to fields."""

    @property
    def retentions(self) -> Retentions:
        """How long what sources brought is kept."""

    @property
    def accounts(self) -> AccountStore:
        """The accounts."""

    @property
    def second_factors(self) -> SecondFactors:
        """The second factors of accounts."""

    @property
    def sessions(self) -> SessionStore:
        """Who is signed in."""

    @property
    def links(self) -> LinkStore:
        """Links that work once."""

    @property
    def guests(self) -> GuestStore:
        """The guests of maps."""

    @property
    def throttle(self) -> ThrottleStore:
        """What was tried too often."""

    @property
    def tokens(self) -> TokenStore:
        """The API tokens."""

    @property
    def audit(self) -> AuditStore:
        """Who did what."""


class Ledger(Protocol):
    """One workspace's database, for callers in threads."""

    @property
    def pool(self) -> PoolFigures:
        """How many connections there are."""

    def within(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Do some work in one transaction, and commit it."""

    async def within_async(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Do some work in one transaction, and commit it; for callers on an event loop of their own."""

    def lock(self, name: str, *, wait: bool = True) -> AbstractContextManager[bool]:
        """Hold a named lock of the workspace, across processes; a crash lets go of it.

        With ``wait`` false it gives False at once where another holds the lock.
        """
