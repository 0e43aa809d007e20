"""What is asked of storage when a customer is to be shown, or forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

RequestKind: TypeAlias = Literal["access", "erasure"]
RequestState: TypeAlias = Literal["open", "running", "done", "failed"]


class Mentioned(Protocol):
    """Finds in texts what names somebody, and takes it out."""

    @property
    def rough(self) -> str:
        """A pattern (RE2) that finds every text to be looked at, and some more."""

    def scrub(self, text: str) -> str:
        """Give a text with every name replaced; the same where there is none."""

    def scrub_value(self, value: Any) -> Any:
        """Do so with every text and number within a value of JSON."""


class StoredRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's request to see what is kept, or to be forgotten.

    Attributes
    ----------
    customer
        Whose it is, encrypted; empty once that must not be known any more.
    steps
        What has been done of it, and the figures of that; ``person`` is encrypted like ``customer``.
    """

    id: str
    kind: RequestKind
    state: RequestState
    customer: str = ""
    asked_by: str = ""
    note: str = ""
    steps: dict[str, Any] = {}
    error: str = ""
    created_at: datetime
    done_at: datetime | None = None


class PrivacyRequests(Protocol):
    """The requests of customers."""

    async def add(self, new: StoredRequest) -> None:
        """Keep a new request."""

    async def get(self, id: str) -> StoredRequest:  # noqa: A002
        """Give a request; raises NotFound."""

    async def list(self, limit: int = 200) -> Sequence[StoredRequest]:
        """Give requests, the newest first."""

    async def waiting(self) -> Sequence[StoredRequest]:
        """Give the requests that are open or under way, the oldest first."""

    async def change(self, id: str, **fields: Any) -> None:  # noqa: A002
        """Set fields of a request; raises NotFound."""


class Suppressions(Protocol):
    """Who is kept out: digests of identifiers, under the request they were kept for."""

    async def add(self, digests: Collection[bytes], request: str) -> int:
        """Keep digests; give how many are new."""

    async def all(self) -> frozenset[bytes]:
        """Give all digests."""

    async def count(self) -> int:
        """Count them."""

    async def requests_of(self, digests: Collection[bytes]) -> Sequence[str]:
        """Name the requests that digests are kept for."""

    async def remove(self, requests: Sequence[str]) -> int:
        """Let in again who was kept out for these requests; give how many digests went."""


class Forgetting(Protocol):
    """Takes rows about a customer out of the tables; each call may be repeated."""

    async def shared(self, pairs: Sequence[tuple[str, str]], parts: Sequence[str]) -> set[tuple[str, str]]:
        """Give those of these identifiers that somebody else held or holds too."""

    async def count(self, parts: Sequence[str]) -> Mapping[str, int]:
        """Count the rows of customers, by table."""

    async def rows(self, parts: Sequence[str]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Give the rows of customers, by table, as plain values."""

    async def erase(self, parts: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Mapping[str, int]:
        """Remove the rows of customers and their identifiers; give how many went, by table."""

    async def erase_consents(self, subjects: Sequence[bytes], pairs: Sequence[tuple[str, str]]) -> int:
        """Leave of consent nothing but digests: what was said remains, who said it does not."""

    async def refusals(self, after: int, limit: int = 500) -> Sequence[tuple[int, str, bytes]]:
        """Give refusals, replayed or not, from after an id: id, detail, body."""

    async def drop_refusals(self, ids: Sequence[int]) -> None:
        """Remove refusals."""

    async def rewrite_inbox(self, position: int, calls: int, body: bytes) -> None:
        """Put other calls in the place of those of a row; without any the row goes."""

    async def scrub(self, rough: str, mentioned: Mentioned) -> Mapping[str, int]:
        """Take names out of the texts of every table; give how many rows changed, by table."""
