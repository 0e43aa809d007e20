"""The accounts of one workspace."""

from __future__ import annotations

from giljabi.access import FORGOTTEN
from giljabi.bootstrap.accounts.desk import LINKS_LAST
from giljabi.bootstrap.accounts.providers import ByProvider
from giljabi.store import Transaction


class Accounts(ByProvider):
    """The accounts of one workspace: who may come in, who is in, and as what.

    Calls wait for their answer; any thread may make them.
    """

    def keep_house(self) -> dict[str, int]:
        """Remove sessions, links and counted tries whose time is over; give how many."""
        now = self._clock()

        async def forget(tx: Transaction) -> dict[str, int]:
            return {
                "sessions": await tx.sessions.forget(now, now - self._idle),
                "links": await tx.links.forget(now - max(LINKS_LAST.values())),
                "tries": await tx.throttle.forget(now - FORGOTTEN),
            }

        return self._ledger.within(forget)
