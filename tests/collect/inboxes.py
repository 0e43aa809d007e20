"""An inbox, a lake and a sealer, with a resolver that takes the strongest identifier for the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from giljabi.collect.calls import Call, pack
from giljabi.collect.sealing import Sealer
from giljabi.store import InboxRow, Transaction
from giljabi.store.lake import IcebergLake
from giljabi.store.postgres import BlockingDatabase

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class StrongestIdentifier:
    """Resolves to the value of the first of these kinds; values ``nobody`` say nothing."""

    async def resolve(self, tx: Transaction, calls: Sequence[Call]) -> list[str | None]:
        """Give the customer of each call."""
        return [self._customer(call) for call in calls]

    def _customer(self, call: Call) -> str | None:
        for kind in ("user_id", "anonymous_id", "email"):
            value = call.identifiers.get(kind)
            if value and value != "nobody":
                return value
        return None


def track(message: str, customer: str = "c", **more: Any) -> Call:
    """Make a call, with unimportant values where none are given."""
    values: dict[str, Any] = {
        "type": "track",
        "time": int(NOON.timestamp() * 1000),
        "event": "e",
        "identifiers": {"user_id": customer},
        **more,
    }
    return Call(message_id=message, **values)


@dataclass
class Inbox:
    """One workspace's inbox and lake."""

    ledger: BlockingDatabase
    lake: IcebergLake
    open_lake: Callable[[], IcebergLake]
    put_at: datetime = field(default=NOON)
    close: Callable[[], None] = lambda: None

    def put(self, *calls: Call, source: str = "web", at: datetime | None = None) -> None:
        """Acknowledge calls as one row."""
        row = InboxRow(source, at or self.put_at, len(calls), pack(calls))
        self.put_at += timedelta(seconds=1)
        self.ledger.within(lambda tx: tx.inbox.put([row]))

    def sealer(self, **more: Any) -> Sealer:
        """Make a sealer, as another process would."""
        return Sealer(self.ledger, self.open_lake(), StrongestIdentifier(), **more)

    def messages(self) -> list[str]:
        """Name the messages in the lake, in the order of arrival."""
        return [row["giljabi_message"] for row in self.rows()]

    def rows(self) -> list[dict[str, Any]]:
        """Give all rows of the lake as they are stored."""
        table = self.lake._table()
        return [] if table is None else table.scan().to_arrow().sort_by("giljabi_sequence").to_pylist()

    def waiting(self) -> int:
        """Count the calls that wait."""
        return self.ledger.within(lambda tx: tx.inbox.lag()).calls
