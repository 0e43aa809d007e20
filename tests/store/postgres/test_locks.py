"""Named locks: one holder at a time, and none that has fallen silent."""

from __future__ import annotations

import threading
import time

import pytest

from giljabi.store.postgres import BlockingDatabase, Database, EmbeddedServer, database_url, workspace_id
from giljabi.store.postgres import database as locks


def opened(server: EmbeddedServer, database: str) -> BlockingDatabase:
    return BlockingDatabase(Database(database_url(server.url("giljabi_app", database))), workspace_id("ours"))


def test_a_lock_is_taken_from_a_process_that_is_paused(
    postgres_server: EmbeddedServer, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_SILENCE", 1)
    ours, theirs = opened(postgres_server, fresh_database), opened(postgres_server, fresh_database)
    awake = threading.Event()
    with ours.lock("seal"):
        with theirs.lock("seal", wait=False) as held:
            assert not held
        # A paused process: nothing that it does goes on, and its connection stays.
        ours._loop.call_soon_threadsafe(awake.wait)
        while True:
            with theirs.lock("seal", wait=False) as held:
                if held:
                    break
            time.sleep(0.05)
        awake.set()
    ours.close()
    theirs.close()


def test_a_lock_is_kept_as_long_as_its_holder_lives(
    postgres_server: EmbeddedServer, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_SILENCE", 1)
    ours, theirs = opened(postgres_server, fresh_database), opened(postgres_server, fresh_database)
    end = time.monotonic() + 2.5
    with ours.lock("seal"):
        while time.monotonic() < end:
            with theirs.lock("seal", wait=False) as held:
                assert not held
            time.sleep(0.1)
    ours.close()
    theirs.close()
