"""Values that no column can hold are told to whoever gave them; a server that is coming up is waited for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from pathlib import Path

import pytest

from giljabi.model.errors import BadParameter, StorageUnavailable
from giljabi.store.postgres import Database, EmbeddedServer, database_url, migrate, start_server


@pytest.mark.parametrize("number", [2**63, -(2**70)])
async def test_a_number_that_is_too_large_is_bad_input(
    number: int, database: Database, our_workspace: str
) -> None:
    with pytest.raises(BadParameter, match="larger than any"):
        async with database.transaction(our_workspace) as tx:
            await tx.identities.edge(number)


async def test_a_null_character_is_bad_input(database: Database, our_workspace: str) -> None:
    with pytest.raises(BadParameter, match="null character"):
        async with database.transaction(our_workspace) as tx:
            await tx.maps.get("a\0b")


@pytest.fixture
def recovering(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """Give a server that is in recovery until it is promoted, and lets nobody in until then."""
    start_server(tmp_path / "postgres", {"fsync": "off"}).release()
    (tmp_path / "postgres" / "data" / "standby.signal").touch()
    server = start_server(tmp_path / "postgres", {"fsync": "off", "hot_standby": "off"})
    yield server
    server.release()


def promote(server: EmbeddedServer) -> None:
    data = server.directory / "data"
    (data / "promote").touch()
    os.kill(int((data / "postmaster.pid").read_text("utf-8").split()[0]), signal.SIGUSR1)


def test_a_server_that_recovers_is_waited_for(recovering: EmbeddedServer) -> None:
    with ThreadPoolExecutor(1) as pool:
        migrating = pool.submit(migrate, database_url(recovering.url()))
        with pytest.raises(StillWaiting):
            migrating.result(1)
        promote(recovering)
        migrating.result(60)


def test_a_server_that_does_not_come_up_is_waited_for_no_longer(recovering: EmbeddedServer) -> None:
    with pytest.raises(StorageUnavailable, match="not accepting connections"):
        migrate(database_url(recovering.url()), patience=0.5)
