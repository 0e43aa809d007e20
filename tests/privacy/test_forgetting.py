"""A customer who asked to be forgotten is found nowhere, and comes back by no way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.privacy import presence

from giljabi.bootstrap import Workspace, open_workspace
from giljabi.model.errors import NotFound
from giljabi.privacy import Eraser, Person


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
    presence.write_out(home)
    before = presence.found_in(home)
    for place in ("rejects", "uploads", "exports", "log"):
        assert any(name.startswith(f"workspaces/shop/{place}") for name in before), place
    for place in ("postgres/data/base", "postgres/data/pg_wal", "lake/"):
        assert any(name.startswith(place) for name in before), place

    asked = filled.forgetting.request("erasure", presence.EMAIL, note=f"{presence.NAME} wrote to us")
    filled.forgetting.run()

    done = filled.forgetting.get(asked.id)
    assert (done.state, done.left, done.customer, done.note) == ("done", [], "", "")
    assert presence.found_in(home) == {}
    presence.resend(filled, tmp_path)
    presence.write_out(home)
    assert presence.found_in(home) == {}
    for name in presence.NEEDLES:
        assert filled.customers.find(name) == []
        with pytest.raises(NotFound):
            filled.customers.head(name)
    # What others did is still there, and what others hold too.
    assert filled.log().customers == 3
    assert [one.id for one in filled.customers.find(presence.TABLET)] == ["u-2"]


class _Killed(BaseException):
    """The process died here."""


class _Dying:
    """Does what an eraser does, and dies before anybody is told; the next time it lives."""

    def __init__(self, eraser: Eraser) -> None:
        self._eraser = eraser
        self._lives = False
        self.name = eraser.name

    def preview(self, person: Person) -> Mapping[str, int]:
        return self._eraser.preview(person)

    def erase(self, person: Person, tell: Callable[[float], None]) -> Mapping[str, int]:
        done = self._eraser.erase(person, tell)
        if not self._lives:
            self._lives = True
            raise _Killed
        return done


def test_an_erasure_that_dies_in_every_step_goes_on_where_it_was(filled: Workspace, home: Path) -> None:
    places = filled.forgetting._places
    places.erasers = [_Dying(one) for one in places.erasers]
    asked = filled.forgetting.request("erasure", presence.USER)
    purge = filled.forgetting.purge

    def dying_purge(tell: Callable[[float], None]) -> Sequence[str]:
        filled.forgetting.purge = purge
        raise _Killed

    filled.forgetting.purge = dying_purge
    deaths = 0
    while filled.forgetting.get(asked.id).state != "done":
        try:
            filled.forgetting.run()
        except _Killed:
            deaths += 1
            told = filled.forgetting.get(asked.id)
            assert told.customer in {presence.USER, ""}
            assert len(told.done) == deaths

    assert deaths == len(places.erasers) + 1
    presence.write_out(home)
    assert presence.found_in(home) == {}
