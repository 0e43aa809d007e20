"""Who is who in a workspace: resolving, merges and splits, groups, the customer's page."""

from __future__ import annotations

from giljabi.store import EventLake, Ledger


class Identity:
    """The customers of one workspace, out of their identifiers.

    Parameters
    ----------
    ledger
        The workspace's database.
    lake
        Its events.
    """

    def __init__(self, ledger: Ledger, lake: EventLake) -> None:
        self._ledger = ledger
        self._lake = lake
