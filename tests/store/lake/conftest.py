"""A lake on a real catalogue, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from giljabi.store.lake import IcebergLake
from giljabi.store.postgres import Database, EmbeddedServer, database_url, outages_named, workspace_id


@pytest.fixture
def opened(
    postgres_server: EmbeddedServer, fresh_database: str, tmp_path: Path
) -> Iterator[Callable[..., IcebergLake]]:
    """Give what opens the same lake again and again, as other processes would."""
    database = Database(database_url(postgres_server.url("giljabi_app", fresh_database)))
    lakes = []

    def open_lake(workspace: str = "ours") -> IcebergLake:
        id = workspace_id(workspace)  # noqa: A001
        lakes.append(IcebergLake(database.catalogue_url(id), id, str(tmp_path / "lake"), outages_named))
        return lakes[-1]

    yield open_lake
    for lake in lakes:
        lake.close()


@pytest.fixture
def sealed_lake(opened: Callable[..., IcebergLake]) -> IcebergLake:
    """Give an empty lake."""
    return opened()
