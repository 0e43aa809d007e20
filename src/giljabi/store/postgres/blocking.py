"""The database for callers in threads: commands, jobs and notebooks wait for each answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from giljabi.store.ports import PoolFigures
from giljabi.store.postgres.database import Database, PostgresTransaction

T = TypeVar("T")


class BlockingDatabase:
    """One workspace's `Database`, driven by an event loop in a thread of its own; any thread may call it.

    Parameters
    ----------
    database
        Used by nobody else; closed with this.
    workspace_id
        The workspace to see.
    """

    def __init__(self, database: Database, workspace_id: str) -> None:
        self._database = database
        self._workspace = workspace_id
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="giljabi-database", daemon=True)
        self._thread.start()

    @property
    def pool(self) -> PoolFigures:
        """How many connections there are."""
        return self._database.pool

    def within(self, work: Callable[[PostgresTransaction], Awaitable[T]]) -> T:
        """Do some work in one transaction, and commit it.

        Parameters
        ----------
        work
            Called with the transaction; what it gives is given back.
        """

        return self._wait(self._run(work))

    async def within_async(self, work: Callable[[PostgresTransaction], Awaitable[T]]) -> T:
        """Do some work in one transaction, and commit it; for callers on an event loop of their own."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._run(work), self._loop))

    async def _run(self, work: Callable[[PostgresTransaction], Awaitable[T]]) -> T:
        async with self._database.transaction(self._workspace) as transaction:
            return await work(transaction)

    @contextmanager
    def lock(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """Hold a named lock of the workspace, as `Database.lock` does."""
        lock = self._database.lock(self._workspace, name, wait=wait)
        held = self._wait(lock.__aenter__())
        try:
            yield held
        finally:
            self._wait(lock.__aexit__(None, None, None))

    def close(self) -> None:
        """Close all connections and end the thread."""
        if self._loop.is_closed():
            return
        self._wait(self._database.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("work on a transaction asked for another one and would wait for itself")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
