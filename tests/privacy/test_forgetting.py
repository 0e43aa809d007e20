"""A customer who asked to be forgotten is found nowhere, and comes back by no way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.privacy import presence

from giljabi.bootstrap import Workspace, open_workspace
from giljabi.model.errors import NotFound


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def filled(home: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Give a workspace on a server of its own, with the customer everywhere."""
    with open_workspace(home, workspace="shop") as workspace:
        presence.fill(workspace, tmp_path)
        yield workspace


def test_a_forgotten_customer_is_in_no_file_and_comes_back_by_no_way(
    filled: Workspace, home: Path, tmp_path: Path
) -> None:
    filled.forgetting.request("access", presence.USER)
    filled.forgetting.run()
    before = presence.found_in(home)
    places = {
        "postgres/data",
        "workspaces/shop/rejects",
        "workspaces/shop/uploads",
        "workspaces/shop/exports",
    }
    for place in (*places, "lake/", "workspaces/shop/log"):
        assert any(name.startswith(place) for name in before), place

    asked = filled.forgetting.request("erasure", presence.EMAIL, note=f"{presence.NAME} wrote to us")
    filled.forgetting.run()

    done = filled.forgetting.get(asked.id)
    assert (done.state, done.left, done.customer, done.note) == ("done", [], "", "")
    assert presence.found_in(home) == {}
    presence.resend(filled, tmp_path)
    assert presence.found_in(home / "workspaces") == {}
    assert presence.found_in(home / "lake") == {}
    for name in presence.NEEDLES:
        assert filled.customers.find(name) == []
        with pytest.raises(NotFound):
            filled.customers.head(name)
    log = filled.log()
    assert log.customers == 4
