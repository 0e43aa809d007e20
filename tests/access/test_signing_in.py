"""The first owner comes in by a link, everybody by a password; sessions end when their time is over."""

from __future__ import annotations

import pytest
from tests.access.conftest import HOME, PASSWORD, House

from giljabi.access import Visit
from giljabi.model.errors import NotFound, SignInFailed


def test_the_first_owner_comes_in_by_a_link_that_works_once(house: House) -> None:
    assert not house.accounts.exist()
    first, second = house.accounts.owner_link(), house.accounts.owner_link()
    assert first is not None
    assert second is not None
    with pytest.raises(NotFound, match="no longer good"):
        house.accounts.begin(first, "mina@example.com", "Mina", PASSWORD, "ko", HOME)
    assert house.accounts.look_at_link(second).purpose == "owner"
    done = house.accounts.begin(second, "Mina@Example.com", " Mina  Kim ", PASSWORD, "ko", HOME)
    assert done.complete
    assert done.principal is not None
    assert (done.principal.role, done.principal.name) == ("owner", "Mina Kim")
    assert house.accounts.principal(done.token) == done.principal
    assert house.accounts.exist()
    assert house.accounts.owner_link() is None
    with pytest.raises(NotFound):
        house.accounts.begin(second, "eve@example.com", "Eve", PASSWORD, "ko", HOME)


def test_signing_in_makes_another_session_and_signing_out_ends_it(house: House) -> None:
    first = house.owner()
    assert first.principal is not None
    second = house.accounts.sign_in(" MINA@example.com ", PASSWORD, Visit("198.51.100.2", "Safari"))
    assert second.token != first.token
    ids = [(one.address, one.agent) for one in house.accounts.sessions(first.principal.account)]
    assert sorted(ids) == [("192.0.2.7", "Firefox on Linux"), ("198.51.100.2", "Safari")]
    house.accounts.sign_out(second.token)
    assert house.accounts.principal(second.token) is None
    assert house.accounts.principal(first.token) == first.principal
    third = house.accounts.sign_in("mina@example.com", PASSWORD, HOME, replacing=first.token)
    assert house.accounts.principal(first.token) is None
    assert house.accounts.principal(third.token) is not None


@pytest.mark.parametrize(
    ("email", "password"),
    [("mina@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("no address", PASSWORD), ("", "")],
    ids=["password", "email", "no-email", "nothing"],
)
def test_what_is_wrong_is_not_said(house: House, email: str, password: str) -> None:
    house.owner()
    with pytest.raises(SignInFailed, match=r"^e-mail address or password is not right$"):
        house.accounts.sign_in(email, password, HOME)
    assert house.actions()[-1] == "session.sign_in_failed"
