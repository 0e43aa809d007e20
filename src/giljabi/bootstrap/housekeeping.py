"""What is forgotten in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from giljabi.access import FORGOTTEN
from giljabi.store import Ledger, Transaction

REFUSALS_KEPT = timedelta(days=30)

MESSAGES_KEPT = timedelta(days=8)
"""Messages are known again for 7 days; a day more, as clocks and housekeeping are not to the minute."""


def keep_house(ledger: Ledger, now: datetime | None = None) -> dict[str, Any]:
    """Forget refusals, seen messages, sessions, links and counted tries whose time is over; give how many."""
    moment = now or datetime.now(UTC)

    async def forget(tx: Transaction) -> dict[str, Any]:
        return {
            "refusals": await tx.refusals.forget(moment - REFUSALS_KEPT),
            "messages": await tx.seen.forget(moment - MESSAGES_KEPT),
            "sessions": await tx.sessions.forget(moment),
            "links": await tx.links.forget(moment),
            "tries": await tx.throttle.forget(moment - FORGOTTEN),
        }

    return ledger.within(forget)
