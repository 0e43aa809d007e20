"""What is known of a customer, from every place, as sections of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from giljabi.privacy.erasing import Person
from giljabi.privacy.export import Section
from giljabi.store import EventLake, Ledger, Transaction

_HIDDEN = {
    "giljabi_call": "call",
    "giljabi_message": "message",
    "giljabi_identity": "identity",
    "giljabi_detail": "detail",
    "giljabi_received": "received_at",
    "giljabi_import": "import",
    "giljabi_sequence": "arrived",
}
"""What the lake's own columns are called in a record."""

_TABLES = {
    "customer": "customer",
    "identifiers": "identifier",
    "holders": "identifier_holder",
    "identity": "identity_edge",
    "groups": "group_member",
    "matches": "match_proposal",
    "feedback": "feedback",
}
"""The sections that are rows of tables."""

Records = Callable[[], Iterator[Mapping[str, Any]]]


def sections_of(
    person: Person, ledger: Ledger, lake: EventLake, refusals: Records, waiting: Records
) -> list[Section]:
    """Give the sections of a customer's record.

    Parameters
    ----------
    person
        The customer.
    ledger, lake
        Where everything lies.
    refusals, waiting
        Give what was refused, and what waits to come in, that names them.
    """

    def table(name: str) -> Records:
        return lambda: iter(ledger.within(lambda tx: tx.forgetting.rows(person.parts))[name])

    def consent() -> Iterator[Mapping[str, Any]]:
        for one in ledger.within(lambda tx: tx.consents.of(person.identifiers)):
            said: dict[str, Any] = msgspec.structs.asdict(one)
            del said["subject"]
            yield said

    def events() -> Iterator[Mapping[str, Any]]:
        for rows in lake.rows_of(person.parts):
            for batch in rows.to_batches(max_chunksize=10_000):
                yield from map(_event, batch.to_pylist())

    def imports() -> Iterator[Mapping[str, Any]]:
        brought = {one["import_id"] for one in table("feedback")()}
        for rows in lake.rows_of(person.parts):
            brought |= set(rows["giljabi_import"].unique().to_pylist())

        async def known(tx: Transaction) -> list[Mapping[str, Any]]:
            return [
                {"import": one.id, "file": one.file, "kind": one.kind, "created_at": one.created_at}
                for one in await tx.imports.list()
                if one.id in brought
            ]

        return iter(ledger.within(known))

    tables: list[Section] = [(section, table(name)) for section, name in _TABLES.items()]
    return [
        *tables,
        ("consent", consent),
        ("events", events),
        ("refusals", refusals),
        ("waiting", waiting),
        ("imports", imports),
    ]


def _event(row: Mapping[str, Any]) -> Mapping[str, Any]:
    event: dict[str, Any] = {name: row[name] for name in ("time", "event", "customer")}
    properties = {}
    for name, value in row.items():
        if value is None or name in event:
            continue
        if name in _HIDDEN:
            event[_HIDDEN[name]] = _decoded(value) if name in _JSON else value
        else:
            properties[name] = value
    return {**event, "properties": properties}


_JSON = frozenset({"giljabi_identity", "giljabi_detail"})


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
