"""Write keys: what senders show, and whose source each is."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Awaitable, Sequence

from giljabi.model.errors import StorageUnavailable
from giljabi.store import Ledger, StoredSource, Transaction

FRESH = 3.0
"""Seconds for which the sources are taken as they were last seen."""

SOON = 0.5
"""Seconds between two looks that an unknown key may cause."""


class WriteKeys:
    """The sources events are sent to, by write key, for callers on event loops.

    Parameters
    ----------
    ledger
        The workspace's database.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._sources: list[tuple[bytes, StoredSource]] = []
        self._seen = float("-inf")
        self._looking: dict[asyncio.AbstractEventLoop, asyncio.Task[None]] = {}

    async def source(self, key: str) -> StoredSource | None:
        """Give the source of kind ``http`` with this key; None where there is none, or it is switched off.

        Raises
        ------
        StorageUnavailable
            If the sources were never seen and the database does not answer.
        """
        if time.monotonic() - self._seen > FRESH:
            await self._look()
        found = self._find(key)
        if found is None and time.monotonic() - self._seen > SOON:
            await self._look()
            found = self._find(key)
        return found

    def _find(self, key: str) -> StoredSource | None:
        # Every key is compared, in constant time: how long it takes says nothing about any of them.
        given, found = key.encode("utf-8", "replace"), None
        for known, source in self._sources:
            if hmac.compare_digest(known, given):
                found = source
        return found

    async def _look(self) -> None:
        """Read the sources; those who ask meanwhile wait for the same answer."""
        loop = asyncio.get_running_loop()
        if loop not in self._looking:
            self._looking[loop] = loop.create_task(self._read())
            self._looking[loop].add_done_callback(lambda _: self._looking.pop(loop))
        await asyncio.shield(self._looking[loop])

    async def _read(self) -> None:
        try:
            sources = await self._ledger.within_async(_all)
        except StorageUnavailable:
            if self._seen == float("-inf"):
                raise
            # The keys known before are still the best answer: what was sent is refused by the inbox anyway.
            self._seen = time.monotonic()
            return
        self._sources = [
            (one.write_key.encode(), one)
            for one in sources
            if one.kind == "http" and one.write_key and one.enabled
        ]
        self._seen = time.monotonic()


def _all(tx: Transaction) -> Awaitable[Sequence[StoredSource]]:
    return tx.sources.list()
