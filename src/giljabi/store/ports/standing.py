"""What is known of the database server itself, and of our connections to it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec


class DatabaseFacts(msgspec.Struct, frozen=True):
    """Which server it is.

    Attributes
    ----------
    version, number
        Of PostgreSQL, as text and as it counts them: 18.6 is 180006.
    migration, newest
        The migration the database is at, and that of this version.
    clock
        Its time.
    encrypted
        Whether the connection is; None where it does not leave the machine.
    """

    version: str
    number: int
    migration: str | None
    newest: str
    clock: datetime
    encrypted: bool | None


class PoolFigures(msgspec.Struct, frozen=True):
    """Our connections to the database: how many there are, how many are in use, how many there may be."""

    open: int
    in_use: int
    most: int


class DatabaseServer(Protocol):
    """The database server."""

    async def facts(self) -> DatabaseFacts:
        """Say which server it is."""
