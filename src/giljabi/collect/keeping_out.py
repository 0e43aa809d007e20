"""Who is kept out while something comes in: asked once for a batch of calls, and for each file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from giljabi.collect.columns import as_text
from giljabi.collect.packed import TYPES, Calls, Ints
from giljabi.collect.raw import RawBatch
from giljabi.privacy import Gate, GateKeeper
from giljabi.store import Transaction

# The published types of pyarrow.compute leave out overloads that are used here.
pc: Any = pyarrow.compute

KEPT_OUT = "kept_out"
"""What rows of a file are counted under whose customer was forgotten or has withdrawn: they are let go."""


async def places_kept_out(
    keeper: GateKeeper | None,
    tx: Transaction,
    calls: Calls,
    places: Ints,
    landed: Collection[str] | None = None,
) -> frozenset[int]:
    """Give the places of the calls that are kept out.

    Parameters
    ----------
    keeper
        Knows who is kept out; None where nobody is.
    tx
        In which the calls are sealed.
    calls, places
        The calls of a batch, and the places of those in question.
    landed
        The messages that lie in the lake already, where the batch has landed: for them it is too late.
    """
    gate = None if keeper is None else await keeper.gate(tx)
    if gate is None:
        return frozenset()
    codes, identities = calls.identity
    out = np.array(gate.which(identities), np.bool_)[codes[places]]
    kept_out = set(places[out].tolist())
    # An alias also names whom the customer was known as before.
    kept_out |= {
        place
        for place in places[calls.types[places] == TYPES.index("alias")].tolist()
        if (before := calls[place].previous_id) is not None and gate.keeps_out_name(before)
    }
    if landed is not None:
        kept_out = {place for place in kept_out if calls[place].message_id not in landed}
    return frozenset(kept_out)


class FileGate:
    """Lets rows of a file go whose customers are kept out, before anything else is done with them.

    Parameters
    ----------
    gate
        Who is kept out.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._known: dict[str, bool] = {}
        self.count = 0

    def __call__(self, raw: RawBatch, customer: str | None) -> RawBatch:
        """Give the rows that may stay, given the column of customers; what is broken loses its text."""
        broken = [replace(one, raw="") for one in raw.broken]
        at = raw.rows.schema.get_field_index(customer) if customer is not None else -1
        if at < 0:
            return RawBatch(raw.rows, raw.lines, raw.originals, broken)
        names = pc.utf8_trim_whitespace(as_text(raw.rows.column(at)))
        out = [name for name in pc.unique(names).to_pylist() if name and self._keeps_out(name)]
        gone = pc.fill_null(pc.is_in(names, value_set=pa.array(out, pa.string())), False)
        stay = np.flatnonzero(~gone.to_numpy(zero_copy_only=False))
        self.count += raw.rows.num_rows - len(stay)
        if len(stay) == raw.rows.num_rows:
            return RawBatch(raw.rows, raw.lines, raw.originals, broken)
        originals = raw.originals
        return RawBatch(
            raw.rows.take(pa.array(stay, pa.int64())),
            raw.lines[stay],
            lambda places: originals(stay[places]),
            broken,
        )

    def _keeps_out(self, name: str) -> bool:
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._gate.keeps_out_name(name)
        return found
