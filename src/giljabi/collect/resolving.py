"""What sealing asks of whoever knows the customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import pyarrow as pa

from giljabi.collect.packed import Calls
from giljabi.store import Transaction

Customers: TypeAlias = "Sequence[str | None] | pa.Array[Any]"
"""Whose calls are, one for each; None or null: nobody's."""


class Resolver(Protocol):
    """Says whose each call is, and learns from it who is who."""

    async def resolve(self, tx: Transaction, calls: Calls) -> Customers:
        """Give the customer of each call, in the order of the calls; None where none of its identifiers says.

        What was learned is kept by the transaction. Calls may be resolved again after a crash: the customers
        given then may be those known meanwhile, and nothing is learned twice.
        """
