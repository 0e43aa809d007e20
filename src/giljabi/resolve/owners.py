"""Whose each row of the lake is by what is known now: who held its identifiers at its time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
import pyarrow as pa
import pyarrow.compute

from giljabi.resolve.rules import Pair, Rules, normal
from giljabi.store import Ledger, Transaction

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

_identifiers = msgspec.json.Decoder(dict[str, str])

Encoded: TypeAlias = "pa.DictionaryArray[Any, Any]"
Hands: TypeAlias = list[tuple[int, str]]
"""Who holds a shared identifier from a time on, in the order of time."""


class Owners:
    """Says whose events are.

    Parameters
    ----------
    ledger
        Knows who holds which identifier.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def of(self, rows: pa.Table) -> pa.Array[Any]:
        """Give the customer of each row.

        Parameters
        ----------
        rows
            ``customer``, ``time``, and ``giljabi_identity``: the identifiers as JSON. A row without them came
            from a file, and belongs to whoever its customer is part of now.
        """
        customers = _encoded(rows["customer"])
        said = _encoded(rows["giljabi_identity"])
        names: list[Any] = customers.dictionary.to_pylist()
        identities = [_read(one) for one in said.dictionary.to_pylist()]
        of_identity, of_name = self._ledger.within(lambda tx: _look_up(tx, identities, names))
        # One column per way of knowing: each row takes the first that says something.
        by_identity = _constants(of_identity).take(said.indices)
        by_name = pa.array([of_name[name] for name in names], pa.string()).take(customers.indices)
        found = pc.if_else(pc.is_null(said.indices), by_name, by_identity)
        return self._by_time(pc.coalesce(found, _texts(rows["customer"])), rows, said, of_identity)

    def _by_time(
        self,
        found: pa.Array[Any],
        rows: pa.Table,
        said: Encoded,
        of_identity: Sequence[str | Hands | None],
    ) -> pa.Array[Any]:
        """Put in whose the rows of shared identifiers are, by the time of each."""
        shared = {n: one for n, one in enumerate(of_identity) if isinstance(one, list)}
        if not shared:
            return found
        which = pc.fill_null(
            pc.is_in(said.indices, value_set=pa.array(list(shared), said.indices.type)), False
        )
        places: Any = pc.indices_nonzero(which)
        times: Any = (
            rows["time"].combine_chunks().take(places).cast(pa.timestamp("ms", "UTC")).cast(pa.int64())
        )
        identities: list[Any] = said.indices.take(places).to_pylist()
        owners = [
            _at(shared[identity], time) for identity, time in zip(identities, times.to_pylist(), strict=True)
        ]
        result: pa.Array[Any] = pc.replace_with_mask(found, which, pa.array(owners, pa.string()))
        return result


async def owners_of_names(tx: Transaction, names: Sequence[str]) -> dict[str, str]:
    """Give whose the rows are that name a customer and nothing else.

    A name is read as a ``user_id``, unless it is a customer of its own.
    """
    wholes = await tx.identities.wholes(names)
    pairs = {name: ("user_id", normal("user_id", name)) for name in names if wholes.get(name) != name}
    held = {(one.kind, one.value): one.customer for one in await tx.identities.known(list(pairs.values()))}
    return {name: held.get(pairs[name], wholes.get(name, name)) if name in pairs else name for name in names}


async def _look_up(
    tx: Transaction, identities: Sequence[Mapping[str, str]], names: Sequence[str]
) -> tuple[list[str | Hands | None], dict[str, str]]:
    """Give whose each identity and each name is; of a shared identifier, who held it since when."""
    rules = Rules(await tx.identities.rules())
    cleaned = [rules.clean(one) for one in identities]
    pairs = list(dict.fromkeys(pair for one in cleaned for pair in one))
    owners: dict[Pair, str | Hands] = {
        (one.kind, one.value): one.customer for one in await tx.identities.known(pairs)
    }
    hands: dict[Pair, Hands] = {}
    for held in await tx.identities.hands([pair for pair in owners if not rules.of(pair[0]).unique]):
        hands.setdefault((held.kind, held.value), []).append((held.since, held.customer))
    owners.update(hands)
    strongest = [next((owners[pair] for pair in one if pair in owners), None) for one in cleaned]
    return strongest, await owners_of_names(tx, names)


def _at(hands: Hands, time: int) -> str:
    return hands[max(bisect_right(hands, time, key=lambda held: held[0]) - 1, 0)][1]


def _constants(of_identity: Sequence[str | Hands | None]) -> pa.Array[Any]:
    return pa.array([one if isinstance(one, str) else None for one in of_identity], pa.string())


def _encoded(column: Any) -> Encoded:
    encoded: Encoded = pc.dictionary_encode(_texts(column))
    return encoded


def _texts(column: Any) -> Any:
    """Give a column as one array of plain texts, however it was read."""
    return column.cast(pa.string()).combine_chunks()


def _read(identity: str | None) -> dict[str, str]:
    try:
        return _identifiers.decode(identity or "{}")
    except msgspec.DecodeError:
        return {}
