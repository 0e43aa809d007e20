"""The customers of a workspace one by one: found by any identifier, with all that is known of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from giljabi.bootstrap.timeline import Kind, Timeline, TimelineEntry, cut, entries_of_events, read_cursor
from giljabi.model.errors import BadParameter, LogMissing, NotFound
from giljabi.store import (
    IdentityEdge,
    KeptLog,
    Ledger,
    StoredCustomer,
    StoredGroup,
    StoredIdentifier,
    Transaction,
)

if TYPE_CHECKING:
    from giljabi.store import Log, Run

_LATEST = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FoundCustomer(msgspec.Struct, frozen=True):
    """A customer who answers to a text: by which identifier, and how much is known.

    ``kind`` is that of the identifier; empty where it is the customer's own id.
    """

    id: str
    kind: str
    value: str
    traits: Mapping[str, Any]
    events: int
    last_at: datetime | None


class CustomerHead(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a customer besides the timeline.

    ``merged`` are the ids that became part of this customer, ``edges`` how that came about; ``sources`` has
    the number of events that each source brought.
    """

    id: str
    traits: Mapping[str, Any]
    identifiers: Sequence[StoredIdentifier]
    merged: Sequence[str]
    edges: Sequence[IdentityEdge]
    groups: Sequence[StoredGroup]
    events: int
    feedback: int
    first_at: datetime | None
    last_at: datetime | None
    sources: Mapping[str, int]


class Customers:
    """Finds the customers of one workspace and tells what is known of them.

    Parameters
    ----------
    ledger
        The workspace's database: identifiers, merges, feedback.
    log
        Its events; customers of imported files are nowhere else.
    """

    def __init__(self, ledger: Ledger, log: KeptLog) -> None:
        self._ledger = ledger
        self._kept = log
        self._guard = threading.Lock()
        self._latest: tuple[Log, list[tuple[str, int]]] | None = None

    def find(self, text: str, limit: int = 20) -> Sequence[FoundCustomer]:
        """Give the customers with an identifier that is this text or begins with it, the equal ones first."""
        _check_limit(limit, 100)
        wanted = text.replace("\0", "").strip()
        if not wanted:
            return []
        log = self._log()
        found = self._ledger.within(lambda tx: _find(tx, log, wanted, limit))
        return [self._told(log, *one) for one in found]

    def latest(self, limit: int = 10) -> Sequence[FoundCustomer]:
        """Give the customers who did something last, the latest first."""
        from giljabi.store import latest_customers

        _check_limit(limit, _LATEST)
        log = self._log()
        if log is None:
            return []
        with self._guard:
            if self._latest is None or self._latest[0] is not log:
                self._latest = (log, latest_customers(log, _LATEST))
            ids = [id for id, _ in self._latest[1]][:limit]  # noqa: A001
        hits = [_Hit(id, "", id) for id in ids]  # noqa: A001
        named = self._ledger.within(lambda tx: _named(tx, hits))
        return [self._told(log, *one) for one in named]

    def head(self, id: str) -> CustomerHead:  # noqa: A002
        """Tell what is known of a customer; who was merged is told as the one they became.

        Raises
        ------
        NotFound
            If nobody was ever known by this id.
        """
        log = self._log()
        return self._ledger.within(lambda tx: _head(tx, log, id))

    def timeline(
        self,
        id: str,  # noqa: A002
        before: str | None = None,
        limit: int = 50,
        kinds: frozenset[Kind] | None = None,
    ) -> Timeline:
        """Give the last things that happened to a customer, the newest first.

        Parameters
        ----------
        id
            The customer's; one who was merged is told as the one they became.
        before
            Where the page before this one ended, as it said itself; None: from the newest on.
        limit
            1..500.
        kinds
            Give only these; None: all.

        Raises
        ------
        NotFound
            If nobody was ever known by this id.
        BadParameter
            If ``before`` is not what a page said.
        """
        _check_limit(limit, 500)
        until, skip = read_cursor(before)
        wanted = frozenset[Kind](("event", "feedback", "identity")) if kinds is None else kinds
        more = limit + skip + 1
        log = self._log()

        async def gathered(tx: Transaction) -> list[TimelineEntry]:
            known = await _known(tx, log, id)
            entries: list[TimelineEntry] = []
            if "event" in wanted and log is not None:
                entries += entries_of_events(log, known.runs, until, more)
            if "feedback" in wanted:
                moment = None if until is None else _moment(until + 1)
                said = await tx.feedback.said_by(known.parts, before=moment, limit=more)
                entries += [
                    TimelineEntry("feedback", _milliseconds(one.time), -one.id, feedback=one) for one in said
                ]
            if "identity" in wanted:
                held = await tx.identities.identifiers_of(known.id)
                entries += [
                    TimelineEntry("identity", _milliseconds(one.first_at), n, identifier=one)
                    for n, one in enumerate(held)
                ]
                entries += [
                    TimelineEntry("identity", _milliseconds(one.at), -one.id, edge=one) for one in known.edges
                ]
            return entries

        return cut(self._ledger.within(gathered), until, skip, limit)

    def _told(self, log: Log | None, hit: _Hit, traits: Mapping[str, Any]) -> FoundCustomer:
        from giljabi.store import find_customer, span_of

        run = find_customer(log, hit.customer) if log is not None else None
        if log is None or run is None:
            return FoundCustomer(hit.customer, hit.kind, hit.value, traits, 0, None)
        last_at = _moment(span_of(log, run)[1])
        return FoundCustomer(hit.customer, hit.kind, hit.value, traits, run.end - run.start, last_at)

    def _log(self) -> Log | None:
        try:
            return self._kept.log()
        except LogMissing:
            return None


class _Hit(NamedTuple):
    customer: str
    kind: str
    value: str


class _Known(NamedTuple):
    """Who an id stands for: the customer, the ids that are part of them (the own first), and their runs."""

    id: str
    customer: StoredCustomer | None
    parts: list[str]
    edges: Sequence[IdentityEdge]
    runs: list[Run]


async def _head(tx: Transaction, log: Log | None, id: str) -> CustomerHead:  # noqa: A002
    from giljabi.store import count_texts, span_of

    known = await _known(tx, log, id)
    sources: Counter[str] = Counter()
    spans: list[tuple[int, int]] = []
    if log is not None:
        for run in known.runs:
            sources.update(count_texts(log, run, "source"))
            spans.append(span_of(log, run))
    return CustomerHead(
        id=known.id,
        traits=known.customer.traits if known.customer else {},
        identifiers=await tx.identities.identifiers_of(known.id),
        merged=known.parts[1:],
        edges=known.edges,
        groups=await tx.identities.groups_of(known.id),
        events=sum(run.end - run.start for run in known.runs),
        feedback=await tx.feedback.count_of(known.parts),
        first_at=_moment(min(first for first, _ in spans)) if spans else None,
        last_at=_moment(max(last for _, last in spans)) if spans else None,
        sources=dict(sources.most_common()),
    )


async def _find(
    tx: Transaction, log: Log | None, text: str, limit: int
) -> list[tuple[_Hit, Mapping[str, Any]]]:
    hits: dict[str, _Hit] = {}

    def add(hit: _Hit) -> None:
        hits.setdefault(hit.customer, hit)

    # E-mail addresses are kept in small letters.
    held = await tx.identities.find(text.lower() if "@" in text else text, limit)
    for one in held:
        if one.value == text:
            add(_Hit(one.customer, one.kind, one.value))
    ids = _ids_of_log(log, text, limit)
    owners = {one.value: one.customer for one in held}
    merged = await tx.identities.taken([id for id in ids if id not in owners])  # noqa: A001
    for id in ids:  # noqa: A001
        # Whoever was merged is found as the one they became.
        stored = await tx.identities.customer(id) if id in merged else None
        add(_Hit((stored and stored.merged_into) or owners.get(id, id), "", id))
    for one in held:
        add(_Hit(one.customer, one.kind, one.value))
    whole = text.casefold()
    best = sorted(hits.values(), key=lambda hit: (hit.value.casefold() != whole, hit.value))[:limit]
    return await _named(tx, best)


def _ids_of_log(log: Log | None, text: str, limit: int) -> list[str]:
    from giljabi.store import customers_beginning_with

    return [] if log is None else customers_beginning_with(log, text, limit)


async def _named(tx: Transaction, hits: Sequence[_Hit]) -> list[tuple[_Hit, Mapping[str, Any]]]:
    traits = await tx.identities.traits_of([hit.customer for hit in hits])
    return [(hit, traits.get(hit.customer, {})) for hit in hits]


async def _known(tx: Transaction, log: Log | None, id: str) -> _Known:  # noqa: A002
    from giljabi.store import find_customer

    asked = id.replace("\0", "")
    customer = await tx.identities.customer(asked)
    if customer is not None and customer.merged_into is not None:
        customer = await tx.identities.customer(customer.merged_into)
    own = customer.id if customer is not None else asked
    edges = await tx.identities.edges_of(own)
    parts = list(dict.fromkeys([own, *await tx.identities.parts(own)]))
    runs = [run for part in parts if log is not None and (run := find_customer(log, part)) is not None]
    if customer is None and not runs and await tx.feedback.count_of([own]) == 0:
        raise NotFound(f"there is no customer {asked!r} in this workspace")
    return _Known(own, customer, parts, edges, runs)


def _check_limit(limit: int, most: int) -> None:
    if not 1 <= limit <= most:
        raise BadParameter(f"limit is {limit}; it lies in 1..{most}")


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
