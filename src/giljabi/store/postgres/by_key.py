"""Many rows looked up by their keys, however large the table."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_SETTINGS = ("enable_hashjoin", "enable_mergejoin", "jit")
_BY_KEY = text("SELECT " + ", ".join(f"set_config('{name}', 'off', true)" for name in _SETTINGS))


class ByKey:
    """A repository that looks up lists of keys.

    Row security hides from the planner how few rows of a table a list of keys will find, so it would read all
    of it each time; without hashes and merges, it goes through the key.
    """

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace = workspace_id
        self._goes_by_key = False

    async def _by_key(self) -> None:
        """Let lists of keys be looked up by key until the transaction ends."""
        if not self._goes_by_key:
            await self._connection.execute(_BY_KEY)
            self._goes_by_key = True
