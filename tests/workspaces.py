"""Workspaces for tests of the server and the pages: a filled one to read, an empty one to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.outside import SETTINGS

from giljabi.bootstrap.settings import Settings

if TYPE_CHECKING:
    from giljabi.bootstrap import Workspace
    from giljabi.store.postgres import EmbeddedServer

OPEN = Settings(accounts="none")
"""The settings of a server that is used without accounts, on this machine."""


@pytest.fixture(scope="session")
def shop_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the events, feedback and truth of a small simulated shop."""
    from giljabi.simulate import simulate_shop

    folder = tmp_path_factory.mktemp("shop")
    simulate_shop(folder, customers=2_000, seed=5)
    return folder


@pytest.fixture(scope="session")
def shop_workspace(
    postgres_server: EmbeddedServer, shop_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """Give a workspace that holds the simulated shop and its map; tests must leave it as it is."""
    from giljabi.bootstrap import open_workspace
    from giljabi.mapping import template

    home = tmp_path_factory.mktemp("shop-home")
    with open_workspace(
        home, own_database(postgres_server, "giljabi_shop"), "shop", settings=SETTINGS
    ) as workspace:
        workspace.import_events(shop_files / "events.parquet")
        workspace.import_feedback(shop_files / "feedback.parquet")
        workspace.add_map(template("shop"))
        yield workspace


@pytest.fixture
def empty_workspace(database_address: str, tmp_path: Path) -> Iterator[Workspace]:
    """Give a new workspace of the test's own."""
    from giljabi.bootstrap import open_workspace

    with open_workspace(tmp_path / "home", database_address, "empty", settings=SETTINGS) as workspace:
        yield workspace


def own_database(server: EmbeddedServer, name: str) -> str:
    """Make a database for workspaces that live longer than a test; give its address."""
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.url(database=name)
