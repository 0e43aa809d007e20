"""Customers' requests: to see everything that is kept of them, and to be forgotten."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from giljabi.model.errors import BadParameter, NotFound
from giljabi.privacy import Person, let_in_again, person_of, sections_of, write_json, write_tables
from giljabi.store import Ledger, RequestKind, RequestState, StoredRequest, Transaction

if TYPE_CHECKING:
    from giljabi.access import Principal, Vault
    from giljabi.bootstrap.forgetting_steps import Places
    from giljabi.privacy import Writing

Progress: TypeAlias = Callable[[str, float], None]
Format: TypeAlias = Literal["json", "zip"]
Purge: TypeAlias = Callable[[Callable[[float], None]], Sequence[str]]

DUE_DAYS = 10
"""Days within which the law of Korea wants an answer; that of the European Union gives a month."""

KEPT_DAYS = 7
"""Days for which what was given out can be fetched."""


class ErasurePreview(msgspec.Struct, frozen=True):
    """Who is meant, and how much is kept in which place."""

    customer: str
    identifiers: Sequence[tuple[str, str]]
    shared: Sequence[tuple[str, str]]
    counts: Mapping[str, Mapping[str, int]]


class PrivacyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as people see it.

    Attributes
    ----------
    customer
        Whose it is; empty once they are forgotten.
    done
        The steps that are through, of `steps`.
    figures
        What was removed, or given out, by place.
    left
        What could not be done on a database that is not Giljabi's own, in words.
    files_until
        Until when what was given out can be fetched; None where there is nothing to fetch.
    """

    id: str
    kind: RequestKind
    state: RequestState
    customer: str
    asked_by: str
    note: str
    done: Sequence[str]
    steps: Sequence[str]
    figures: Mapping[str, Mapping[str, int]]
    left: Sequence[str]
    error: str
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    files_until: datetime | None


class Forgetting:
    """The requests of one workspace's customers.

    Parameters
    ----------
    ledger
        The workspace's database.
    places
        Gives everything that keeps something about customers, when it is first asked for.
    vault, writing
        Encrypt and digest; and say how identifiers are written.
    exports
        Folder for what is given out.
    workspace
        The workspace's name.
    """

    def __init__(
        self,
        ledger: Ledger,
        places: Callable[[], Places],
        vault: Vault,
        writing: Writing,
        exports: Path,
        workspace: str,
    ) -> None:
        self._ledger = ledger
        self._make_places = places
        self._vault = vault
        self._writing = writing
        self._exports = exports
        self._workspace = workspace
        self.asked: Callable[[], None] = _nothing
        """Called when there is a request to be done; it must not block."""
        self.told: Callable[[str, str, Principal | None, str], None] = _nothing_of
        """Called with what was done, the request's id, who did it, and a note."""
        self.purge: Purge = _nothing_left
        """Removes what deleted rows leave behind in the database's files."""

    @cached_property
    def _places(self) -> Places:
        return self._make_places()

    # Requests

    def preview(self, asked: str) -> ErasurePreview:
        """Say who is meant by an id or identifier, and what is kept of them; raises NotFound."""
        person = self._person(asked)
        counts = {one.name: dict(one.preview(person)) for one in self._places.erasers}
        if not person.identifiers and not any(any(one.values()) for one in counts.values()):
            raise NotFound(f"there is no customer {asked!r} in this workspace")
        shown = {name: found for name, found in counts.items() if any(found.values())}
        return ErasurePreview(person.customer, person.identifiers, person.shared, shown)

    def request(self, kind: RequestKind, asked: str, by: str = "", note: str = "") -> PrivacyRequest:
        """Take a request; the work is done in the background.

        Raises
        ------
        NotFound
            If nothing is kept of such a customer.
        BadParameter
            If the same was asked for already, and is not through.
        """
        if len(note) > 1000:
            raise BadParameter(f"the note has {len(note)} characters; it may have 1000")
        customer = self.preview(asked).customer
        for one in self._ledger.within(lambda tx: tx.requests.waiting()):
            if one.kind == kind and self._open(one.customer, one.id) == customer:
                raise BadParameter(f"this was asked for already, and is under way: request {one.id}")
        id = uuid.uuid4().hex  # noqa: A001
        new = StoredRequest(
            id=id,
            kind=kind,
            state="open",
            customer=self._seal(customer, id),
            asked_by=by,
            note=self._seal(note, id) if note else "",
            created_at=datetime.now(UTC),
        )
        self._ledger.within(lambda tx: tx.requests.add(new))
        self.asked()
        return self._shown(new)

    def requests(self) -> Sequence[PrivacyRequest]:
        """Give the requests, the newest first."""
        return [self._shown(one) for one in self._ledger.within(lambda tx: tx.requests.list())]

    def get(self, id: str) -> PrivacyRequest:  # noqa: A002
        """Give a request; raises NotFound."""
        return self._shown(self._ledger.within(lambda tx: tx.requests.get(id)))

    def retry(self, id: str) -> PrivacyRequest:  # noqa: A002
        """Have a request that failed done again; raises NotFound, and BadParameter where it did not fail."""
        if self.get(id).state not in {"failed", "running"}:
            raise BadParameter(f"request {id} has not failed; there is nothing to do again")
        self._ledger.within(lambda tx: tx.requests.change(id, state="open", error=""))
        self.asked()
        return self.get(id)

    def file(self, id: str, format: Format) -> Path:  # noqa: A002
        """Give what was given out on a request for access; raises NotFound where that is over."""
        path = self._file(id, format)
        if self.get(id).files_until is None or not path.is_file():
            raise NotFound(f"there is nothing to fetch for request {id}; ask for access again")
        return path

    # Who is kept out

    def kept_out(self) -> int:
        """Count the digests of those who are kept out."""
        return self._ledger.within(lambda tx: tx.suppressions.count())

    def let_in_again(self, identifier: str, by: Principal | None = None, note: str = "") -> int:
        """Let somebody in again who comes back by their own wish; give how many digests went.

        Parameters
        ----------
        identifier
            Any they were known by.
        by, note
            Who lets them in, and how the wish is known; it is kept without the identifier.

        Raises
        ------
        NotFound
            If nobody of this identifier is kept out.
        """
        gone = self._ledger.within(lambda tx: let_in_again(tx, self._vault, self._writing, identifier))
        if not gone:
            raise NotFound("nobody of this identifier is kept out")
        self.told("customer_let_in", "", by, note.replace(identifier, "…").replace("\0", "")[:300])
        return gone

    # Work

    def run(self, tell: Progress | None = None) -> dict[str, Any]:
        """Do what waits, and remove what was given out long enough ago; give figures."""
        from giljabi.bootstrap.forgetting_steps import Steps

        told = tell or _untold
        with self._ledger.lock("forget", wait=False) as free:
            if not free:
                return {}
            removed = self._remove_old()
            waiting = self._ledger.within(lambda tx: tx.requests.waiting())
            given = [self._give(one, told) for one in waiting if one.kind == "access"]
            steps = Steps(self._ledger, self._places, self._vault, self._writing, self._find, self.purge)
            forgotten = steps.run([one for one in waiting if one.kind == "erasure"], told, self._open)
            self._forget_given(steps.people)
        for id in forgotten:  # noqa: A001
            self.told("customer_forgotten", id, None, "")
        return {"given": sum(given), "forgotten": len(forgotten), "removed": removed}

    def write(self, asked: str, path: Path, format: Format) -> Mapping[str, int]:  # noqa: A002
        """Write a customer's whole record to a file; give how much each section holds."""
        sections = self._sections(self._person(asked))
        if format == "zip":
            write_tables(path, sections)
            return {name: sum(1 for _ in records()) for name, records in sections}
        return write_json(path, self._workspace, sections)

    def _give(self, one: StoredRequest, tell: Progress) -> int:
        tell("give", 0.0)
        try:
            person = self._person(self._open(one.customer, one.id))
        except NotFound as error:
            message = str(error)
            self._ledger.within(lambda tx: tx.requests.change(one.id, state="failed", error=message))
            return 0
        self._ledger.within(lambda tx: tx.requests.change(one.id, state="running"))
        sections = self._sections(person)
        figures = write_json(self._file(one.id, "json"), self._workspace, sections)
        tell("give", 0.5)
        write_tables(self._file(one.id, "zip"), sections)
        kept = {"done": ["give"], "figures": {"record": {name: n for name, n in figures.items() if n}}}
        done = {"state": "done", "steps": kept, "error": "", "done_at": datetime.now(UTC)}
        self._ledger.within(lambda tx: tx.requests.change(one.id, **done))
        self.told("record_given", one.id, None, "")
        return 1

    def _sections(self, person: Person) -> Any:
        return sections_of(
            person,
            self._ledger,
            self._places.lake,
            self._places.refused(person),
            self._places.waiting(person),
        )

    def _remove_old(self) -> int:
        """Remove what nobody is to fetch any more."""
        removed = 0
        known = {one.id: self._shown(one) for one in self._ledger.within(lambda tx: tx.requests.list(10_000))}
        for path in self._exports.glob("*.*"):
            request = known.get(path.stem)
            if request is None or (request.state == "done" and request.files_until is None):
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _forget_given(self, people: Sequence[Person]) -> None:
        """Remove what was given out to somebody who is forgotten, and whose it was."""
        ids = {part for person in people for part in person.parts}
        if not ids:
            return
        for one in self._ledger.within(lambda tx: tx.requests.list(10_000)):
            if one.kind == "access" and one.customer and self._open(one.customer, one.id) in ids:
                self._blank(one.id)

    def _blank(self, id: str) -> None:  # noqa: A002
        for format in ("json", "zip"):  # noqa: A001
            self._file(id, format).unlink(missing_ok=True)
        self._ledger.within(lambda tx: tx.requests.change(id, customer="", note="", error=""))

    def _person(self, asked: str) -> Person:
        return self._ledger.within(lambda tx: self._find(tx, asked))

    async def _find(self, tx: Transaction, asked: str) -> Person:
        return await person_of(tx, asked, self._writing.spellings(asked))

    def _file(self, id: str, format: Format) -> Path:  # noqa: A002
        return self._exports / f"{id}.{format}"

    def _seal(self, text: str, id: str) -> str:  # noqa: A002
        return base64.b64encode(self._vault.encrypt(text, f"request/{id}")).decode()

    def _open(self, sealed: str, id: str) -> str:  # noqa: A002
        return self._vault.decrypt(base64.b64decode(sealed), f"request/{id}") if sealed else ""

    def _shown(self, one: StoredRequest) -> PrivacyRequest:
        until = None
        if one.kind == "access" and one.done_at is not None and one.customer:
            end = one.done_at + timedelta(days=KEPT_DAYS)
            until = end if end > datetime.now(UTC) else None
        steps = ["give"] if one.kind == "access" else self._places.steps
        return PrivacyRequest(
            id=one.id,
            kind=one.kind,
            state=one.state,
            customer=self._open(one.customer, one.id),
            asked_by=one.asked_by,
            note=self._open(one.note, one.id),
            done=one.steps.get("done", []),
            steps=steps,
            figures=one.steps.get("figures", {}),
            left=one.steps.get("left", []),
            error=one.error,
            created_at=one.created_at,
            due_at=one.created_at + timedelta(days=DUE_DAYS),
            done_at=one.done_at,
            files_until=until,
        )


def _nothing() -> None:
    """Do nothing: nobody asked to be told."""


def _nothing_of(_: str, __: str, ___: Principal | None, ____: str) -> None:
    """Do nothing: nobody asked to be told."""


def _nothing_left(_: Callable[[float], None]) -> Sequence[str]:
    return ()


def _untold(_: str, __: float) -> None:
    """Tell nobody."""
