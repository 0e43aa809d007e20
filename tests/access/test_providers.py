"""Coming in by a provider: by who somebody is there, and by a verified address to who is expected here."""

from __future__ import annotations

import pyotp
import pytest
from tests.access.conftest import COMMAND_LINE, HOME, PASSWORD, House

from giljabi.access import Role, SignedIn
from giljabi.model.errors import NotAllowed, SignInFailed

ISSUER = "https://login.example.com"


def come_in(
    house: House, email: str, subject: str = "s1", *, verified: bool = True, role: Role | None = None
) -> SignedIn:
    return house.accounts.login_by_provider(ISSUER, subject, email, verified, "Jun Lee", HOME, role)


def test_a_verified_address_ties_to_the_account_there_is_for_good(house: House) -> None:
    owner = house.owner()
    done = come_in(house, "MINA@example.com")
    assert done.complete
    assert done.principal is not None
    assert owner.principal is not None
    assert done.principal.account == owner.principal.account
    assert house.accounts.principal(done.token) == done.principal
    # Whatever becomes of the address there, the provider's own name for the person stays.
    again = come_in(house, "other@elsewhere.example", verified=False)
    assert again.principal is not None
    assert again.principal.account == owner.principal.account


def test_an_address_that_is_not_verified_ties_to_nobody(house: House) -> None:
    house.owner()
    house.accounts.invite(COMMAND_LINE, "jun@example.com", "admin", {}, "en")
    for email in ("mina@example.com", "jun@example.com"):
        with pytest.raises(NotAllowed, match="no account here"):
            come_in(house, email, verified=False, role="viewer")
    assert len(house.accounts.people()) == 1
    assert len(house.accounts.invitations()) == 1


def test_who_was_invited_comes_in_as_what_they_were_invited_as(house: House) -> None:
    house.owner()
    token = house.accounts.invite(COMMAND_LINE, "jun@example.com", "editor", {}, "en").token or ""
    done = come_in(house, "jun@example.com", role="viewer")
    assert done.principal is not None
    assert (done.principal.role, done.principal.name) == ("editor", "Jun Lee")
    account = house.accounts.me(done.principal.account)
    assert not account.has_password
    assert house.accounts.invitations() == []
    with pytest.raises(LookupError):
        house.accounts.look_at_link(token)
    with pytest.raises(SignInFailed):
        house.accounts.sign_in("jun@example.com", "", HOME)


def test_who_was_not_invited_comes_in_only_where_a_role_is_set_for_them(house: House) -> None:
    house.owner()
    with pytest.raises(NotAllowed):
        come_in(house, "new@example.com")
    done = come_in(house, "new@example.com", role="viewer")
    assert done.principal is not None
    assert done.principal.role == "viewer"
    other = come_in(house, "new2@example.com", "s2", role="viewer")
    assert other.principal is not None
    assert other.principal.account != done.principal.account


def test_nobody_becomes_the_first_owner_by_a_provider(house: House) -> None:
    with pytest.raises(NotAllowed):
        come_in(house, "new@example.com", role="admin")
    assert not house.accounts.exist()


def test_the_same_name_at_another_provider_is_somebody_else(house: House) -> None:
    house.owner()
    come_in(house, "mina@example.com")
    with pytest.raises(NotAllowed):
        house.accounts.login_by_provider("https://evil.example", "s1", "eve@example.com", True, "", HOME)


def test_a_disabled_account_and_a_second_factor_hold_there_too(house: House) -> None:
    house.owner()
    done = house.member("viewer", "jun@example.com")
    assert done.principal is not None
    account = done.principal.account
    authenticator = pyotp.TOTP(house.accounts.set_up_totp(account, PASSWORD).secret)
    house.accounts.confirm_totp(account, authenticator.at(house.clock.now))
    half = come_in(house, "jun@example.com")
    assert not half.complete
    house.clock.forward(seconds=30)
    assert house.accounts.second_factor(half.token, authenticator.at(house.clock.now), HOME).complete
    house.accounts.disable(COMMAND_LINE, account)
    with pytest.raises(NotAllowed):
        come_in(house, "jun@example.com")
