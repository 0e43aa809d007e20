"""Clients of the server, over a filled and over an empty workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.workspaces import OPEN

from giljabi.bootstrap import Workspace
from giljabi.server.app import create_app


@pytest.fixture(scope="session")
def shop(shop_workspace: Workspace) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(shop_workspace, OPEN), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def empty(empty_workspace: Workspace) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(empty_workspace, OPEN), base_url="http://127.0.0.1") as client:
        yield client
