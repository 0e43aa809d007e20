"""The sources of a workspace: added, tried, looked into, pulled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from giljabi.bootstrap.collection import Collection
from giljabi.store import Ledger


class SourceBook:
    """The sources of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    collection
        Takes the calls that sources bring.
    import_file
        Brings in a whole file.
    """

    def __init__(self, ledger: Ledger, collection: Collection, import_file: Callable[..., Any]) -> None:
        self._ledger = ledger
        self._collection = collection
        self._import_file = import_file
