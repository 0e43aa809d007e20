"""The audit log: who did what, when and from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from giljabi.model.errors import BadParameter
from giljabi.store import Ledger, StoredEntry

if TYPE_CHECKING:
    from giljabi.access import Principal

MOST_AT_ONCE = 1000
"""Entries that may be listed at once."""

_LONGEST = 300


class AuditLog:
    """The audit log of one workspace; the database refuses to change or remove an entry.

    Parameters
    ----------
    ledger
        The workspace's database.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note(
        self,
        who: Principal | None,
        action: str,
        object: str = "",  # noqa: A002
        *,
        address: str = "",
        **detail: Any,
    ) -> None:
        """Note what was done. Nothing in it may name a customer, or open a door.

        Parameters
        ----------
        who
            Who did it; None where nobody was signed in, or the machine did.
        action
            ``area.what``, as `docs/api-access.md` lists them.
        object
            The id of what it was done to.
        address
            From where.
        detail
            What else is worth knowing, in plain values.
        """

        self._ledger.within(
            lambda tx: tx.audit.add(
                action,
                account=who.account if who is not None else "",
                actor=who.name if who is not None else "",
                token=who.token if who is not None else "",
                object=object[:_LONGEST],
                detail=detail,
                address=address,
            )
        )

    def entries(
        self,
        before: int | None = None,
        limit: int = 50,
        action: str | None = None,
        account: str | None = None,
    ) -> Sequence[StoredEntry]:
        """Give entries from below an id, the newest first; raises BadParameter for a wrong limit."""
        if not 1 <= limit <= MOST_AT_ONCE:
            raise BadParameter(f"limit is {limit}; it lies in 1..{MOST_AT_ONCE}")
        return self._ledger.within(
            lambda tx: tx.audit.list(before=before, limit=limit, action=action, account=account)
        )

    def actions(self) -> Sequence[str]:
        """Give every action that occurs, by name."""
        return self._ledger.within(lambda tx: tx.audit.actions())
