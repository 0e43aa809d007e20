"""What comes in live: acknowledged into the inbox, sealed into the lake, refused with a reason."""

from __future__ import annotations

from giljabi.bootstrap.identity import Identity
from giljabi.store import EventLake, KeptLog, Ledger


class Collection:
    """The live collection of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    lake
        Its events.
    log
        The event log, kept in step with the lake.
    identity
        Says whose each call is.
    """

    def __init__(self, ledger: Ledger, lake: EventLake, log: KeptLog, identity: Identity) -> None:
        self._ledger = ledger
        self._lake = lake
        self._log = log
        self._identity = identity
