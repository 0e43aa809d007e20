"""What is dumped out of a database, and kept in a backup as it was."""

from __future__ import annotations

import msgspec


class DumpedTable(msgspec.Struct, frozen=True):
    """A table of a dump: its name and columns, in the order in which each row has them."""

    name: str
    columns: tuple[str, ...]
