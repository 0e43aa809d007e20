"""Calls on their way through inbox, seal and replay, on a real database and a real lake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from giljabi.collect.calls import Call, pack
from giljabi.collect.sealing import Sealer
from giljabi.resolve import LiveResolver, Replay, Replayed
from giljabi.store import InboxRow, Transaction
from giljabi.store.lake import IcebergLake
from giljabi.store.postgres import BlockingDatabase

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_MOMENT: pa.DataType = pa.timestamp("ms", "UTC")
_FILE = pa.schema({"customer": pa.string(), "time": _MOMENT, "event": pa.string()})


class Collected:
    """One workspace's inbox, lake and customers."""

    def __init__(self, ledger: BlockingDatabase, lake: IcebergLake) -> None:
        self.ledger = ledger
        self.lake = lake

    def seal(self, calls: Sequence[Call]) -> None:
        """Take calls through the inbox into the lake."""
        row = InboxRow("web", NOON, len(calls), pack(calls))
        self.ledger.within(lambda tx: tx.inbox.put([row]))
        # A lock that was let go of is free once the server has noticed.
        while self.ledger.within(lambda tx: tx.inbox.lag()).calls:
            Sealer(self.ledger, self.lake, LiveResolver()).run()

    def append(self, customers: Sequence[str]) -> None:
        """Bring in a file of events that names customers."""
        rows = [{"customer": name, "time": NOON, "event": "bought"} for name in customers]
        batch = pa.RecordBatch.from_pylist(rows, _FILE)
        self.lake.append([batch], import_id="0" * 32, digest="file", counts=lambda: (0, {}))

    def replay(self) -> Replayed:
        """Let events follow their customers, whenever that was done last."""
        return Replay(self.ledger, self.lake).run()

    def customers(self) -> list[str]:
        """Give the customer of each row of the lake, in the order of arrival."""
        table = self.lake._table()
        rows: list[dict[str, Any]] = (
            [] if table is None else table.scan().to_arrow().sort_by("giljabi_sequence").to_pylist()
        )
        return [row["customer"] for row in rows]

    def close(self) -> None:
        """Let go of lake and database."""
        self.lake.close()
        self.ledger.close()

    def decide(self, decision: Callable[[Transaction], Any]) -> Any:
        """Let a person decide."""
        return self.ledger.within(decision)
