"""The steps by which customers are forgotten, and the places that take part.

1. ``suppression``: who they are is written down, encrypted, and they are kept out from now on: in one
   transaction, and while nothing comes in.
2. Each place removes what it has. Requests that wait together are done together, so that the lake
   is written anew once.
3. Who they were is struck out of the request.
4. ``traces``: what deleted rows leave behind in the database's files is removed.

After each step the request says so. A process that dies goes on with the step it was in.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from giljabi.bootstrap.collection import Collection
from giljabi.bootstrap.identity import Identity
from giljabi.collect import FileEraser, InboxEraser, RefusalEraser
from giljabi.model.errors import NotFound, StorageUnavailable
from giljabi.privacy import (
    ConsentEraser,
    Eraser,
    LakeEraser,
    LogEraser,
    MentionEraser,
    Person,
    TableEraser,
    fitting,
    suppress,
    together,
)
from giljabi.store import EventLake, KeptLog, Ledger, StoredRequest, Transaction

if TYPE_CHECKING:
    from giljabi.access import Vault
    from giljabi.privacy import Writing

Progress: TypeAlias = Callable[[str, float], None]
Purge: TypeAlias = Callable[[Callable[[float], None]], Sequence[str]]
Opened: TypeAlias = Callable[[str, str], str]

_TRIES = 20
_UNSEALED = ("inbox", "events")
"""The places for which nothing may be taken out of the inbox meanwhile."""


class Places:
    """Everything of one workspace that keeps something about customers.

    Parameters
    ----------
    ledger, lake, log
        Where everything lies.
    collection, identity
        Seal what waits, and let events follow their customers, before anything is removed.
    vault, writing
        Digest; and say how identifiers are written.
    directory
        The workspace's folder.
    settle
        Completes imports that a crash cut short.
    """

    def __init__(
        self,
        ledger: Ledger,
        lake: EventLake,
        log: KeptLog,
        collection: Collection,
        identity: Identity,
        vault: Vault,
        writing: Writing,
        directory: Path,
        settle: Callable[[], None],
    ) -> None:
        naming = fitting(writing)
        self.lake = lake
        self._ledger = ledger
        self._collection = collection
        self._identity = identity
        self._inbox = InboxEraser(ledger, naming)
        self._refusals = RefusalEraser(ledger, naming)
        self.erasers: Sequence[Eraser] = (
            self._inbox,
            LakeEraser(ledger, lake, log, naming, settle),
            LogEraser(log),
            self._refusals,
            FileEraser(ledger, directory / "uploads", directory / "rejects", naming),
            TableEraser(ledger),
            ConsentEraser(ledger, vault, writing),
            MentionEraser(ledger, naming),
        )

    @property
    def steps(self) -> Sequence[str]:
        """The names of all steps of an erasure."""
        return ("suppression", *(one.name for one in self.erasers), "traces")

    def refused(self, person: Person) -> Callable[[], Iterator[Mapping[str, Any]]]:
        """Give what gives the refusals that name somebody."""
        return lambda: (
            {"refusal": id, "body": body.decode("utf-8", "replace")}
            for id, body in self._refusals.naming(person)  # noqa: A001
        )

    def waiting(self, person: Person) -> Callable[[], Iterator[Mapping[str, Any]]]:
        """Give what gives the calls that wait to come in, and are theirs."""
        return lambda: (msgspec.structs.asdict(call) for call in self._inbox.waiting(person))

    def catch_up(self) -> None:
        """Let events follow their customers."""
        self._identity.replay_now()

    def hold_sealing(self, held: ExitStack) -> None:
        """Keep what waits from being sealed, at a moment when nothing is half done.

        Raises
        ------
        StorageUnavailable
            If there was no such moment; it is tried again.
        """
        for _ in range(_TRIES):
            self._collection.seal()
            stack = ExitStack()
            stack.enter_context(self._ledger.lock("seal"))
            landed = self.lake.inbox_position
            if not landed or not self._ledger.within(lambda tx: tx.inbox.read(landed, 1)):  # noqa: B023
                held.push(stack.pop_all())
                return
            stack.close()
        raise StorageUnavailable("the inbox is being sealed without an end; this will be tried again")


class Steps:
    """Does requests for erasure, step by step.

    Parameters
    ----------
    ledger
        The workspace's database.
    places
        What is to be gone through.
    vault, writing
        Encrypt and digest; and say how identifiers are written.
    person
        Finds a customer.
    purge
        Removes what deleted rows leave behind.
    """

    def __init__(
        self,
        ledger: Ledger,
        places: Places,
        vault: Vault,
        writing: Writing,
        person: Callable[[Transaction, str], Any],
        purge: Purge,
    ) -> None:
        self._ledger = ledger
        self._places = places
        self._vault = vault
        self._writing = writing
        self._find = person
        self._purge = purge
        self.people: list[Person] = []
        """Who was forgotten."""

    def run(self, requests: Sequence[StoredRequest], tell: Progress, opened: Opened) -> Sequence[str]:
        """Do requests; give the ids of those that are through. What fails is noted with them, and raised."""
        if not requests:
            return []
        try:
            return self._run(requests, tell, opened)
        except Exception as error:
            message = str(error) or type(error).__name__
            for one in requests:
                self._ledger.within(_failing(one.id, message))
            raise

    def _run(self, requests: Sequence[StoredRequest], tell: Progress, opened: Opened) -> Sequence[str]:
        tell("suppression", 0.0)
        self._places.catch_up()
        with ExitStack() as unsealed:
            self._places.hold_sealing(unsealed)
            ongoing = {one.id: found for one in requests if (found := self._begun(one, opened)) is not None}
            self.people = [one.person for one in ongoing.values() if one.person is not None]
            for eraser in self._places.erasers:
                if eraser.name not in _UNSEALED:
                    unsealed.close()
                self._erase(eraser, list(ongoing.values()), tell)
        for one in ongoing.values():
            one.person = None
            self._ledger.within(_noting(one, customer="", note=""))
        left = self._purge(lambda share: tell("traces", share))
        for one in ongoing.values():
            one.done.append("traces")
            one.left = list(left)
            done = {"state": "done", "error": "", "done_at": datetime.now(UTC)}
            self._ledger.within(_noting(one, **done))
        return list(ongoing)

    def _begun(self, request: StoredRequest, opened: Opened) -> _Ongoing | None:
        """Keep a customer out, and write down who they are; None where nobody is meant any more."""
        steps = request.steps
        if "done" in steps:
            sealed = steps.get("person")
            person = None
            if sealed:
                plain = self._vault.decrypt(base64.b64decode(sealed), f"person/{request.id}")
                person = msgspec.json.decode(plain, type=Person)
            return _Ongoing(request.id, person, sealed, list(steps["done"]), dict(steps.get("figures", {})))
        asked = opened(request.customer, request.id)

        async def keep_out(tx: Transaction) -> _Ongoing:
            await tx.identities.hold()
            person: Person = await self._find(tx, asked)
            plain = msgspec.json.encode(person).decode()
            sealed = base64.b64encode(self._vault.encrypt(plain, f"person/{request.id}")).decode()
            digests = await suppress(tx, self._vault, self._writing, person, request.id)
            figures = {"suppression": {"identifiers": len(person.identifiers), "digests": digests}}
            one = _Ongoing(request.id, person, sealed, ["suppression"], figures)
            await _noting(one, state="running", error="")(tx)
            return one

        try:
            with ExitStack() as held:
                # What is being brought in from a file comes to its end first.
                for lock in ("events", "feedback"):
                    held.enter_context(self._ledger.lock(lock))
                return self._ledger.within(keep_out)
        except NotFound as error:
            message = str(error)
            self._ledger.within(lambda tx: tx.requests.change(request.id, state="failed", error=message))
            return None

    def _erase(self, eraser: Eraser, ongoing: Sequence[_Ongoing], tell: Progress) -> None:
        todo = [one for one in ongoing if one.person is not None and eraser.name not in one.done]
        if not todo:
            return
        tell(eraser.name, 0.0)
        people = [one.person for one in todo if one.person is not None]
        figures = eraser.erase(together(people), lambda share: tell(eraser.name, share))
        for one in todo:
            one.done.append(eraser.name)
            if len(todo) == 1 and any(figures.values()):
                # Done a second time after a crash, it has little left to count.
                one.figures.setdefault(eraser.name, {name: n for name, n in figures.items() if n})
            self._ledger.within(_noting(one))


class _Ongoing:
    """A request under way."""

    def __init__(
        self,
        id: str,  # noqa: A002
        person: Person | None,
        sealed: str | None,
        done: list[str],
        figures: dict[str, Any],
    ) -> None:
        self.id = id
        self.person = person
        self.sealed = sealed
        self.done = done
        self.figures = figures
        self.left: list[str] = []

    @property
    def steps(self) -> dict[str, Any]:
        """What is kept of it."""
        kept: dict[str, Any] = {"done": self.done, "figures": self.figures}
        if self.person is not None:
            kept["person"] = self.sealed
        if self.left:
            kept["left"] = self.left
        return kept


def _noting(one: _Ongoing, **fields: Any) -> Callable[[Transaction], Any]:
    return lambda tx: tx.requests.change(one.id, steps=one.steps, **fields)


def _failing(id: str, message: str) -> Callable[[Transaction], Any]:  # noqa: A002
    return lambda tx: tx.requests.change(id, error=message)
