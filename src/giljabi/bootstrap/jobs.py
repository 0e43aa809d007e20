"""Background work: what is done, how often, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from giljabi.store import Jobs, Ledger


class BackgroundWork:
    """The background work of one workspace.

    Parameters
    ----------
    facades
        What does the work, by name: ``collection``, ``identity``, ``sources``.
    ledger
        The workspace's database.
    jobs
        Keeps what was asked for.
    """

    def __init__(self, facades: Mapping[str, object], ledger: Ledger, jobs: Jobs) -> None:
        self._facades = facades
        self._ledger = ledger
        self._jobs = jobs

    def ask(self, name: str, **arguments: Any) -> None:
        """Have a job done soon, by whichever worker is free.

        It returns at once, on an event loop too, and does not fail with the database; the same again within
        a second is asked once.
        """
        self._jobs.ask(name, **arguments)
