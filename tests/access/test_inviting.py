"""Invitations: who may give what, links that work once, and guests of single maps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import get_args

import pytest
from tests.access.conftest import COMMAND_LINE, HOME, PASSWORD, House

from giljabi.access import Principal, Role, at_least
from giljabi.bootstrap.accounts import Guest, Invitation
from giljabi.model.errors import BadParameter, NotAllowed, NotFound

ROLES = get_args(Role)


def as_role(role: Role) -> Principal:
    return Principal(account="", name=role, role=role)


def a_map(house: House, title: str = "First purchase") -> str:
    return house.ledger.within(lambda tx: tx.maps.add(f"title: {title}", title)).id


def test_an_invitation_becomes_an_account_once(house: House) -> None:
    house.owner()
    invitation = house.accounts.invite(COMMAND_LINE, "Jun@Example.com", "editor", {}, "ko")
    assert (invitation.mailed, invitation.problem, invitation.email) == (False, "", "Jun@example.com")
    assert invitation.token is not None
    link = house.accounts.look_at_link(invitation.token)
    assert (link.purpose, link.email, link.role) == ("invitation", "Jun@example.com", "editor")
    assert [one.token for one in house.accounts.invitations()] == [None]
    done = house.accounts.join(invitation.token, "Jun", PASSWORD, "ko", HOME)
    assert done.principal is not None
    assert done.principal.role == "editor"
    assert house.accounts.principal(done.token) == done.principal
    assert house.accounts.invitations() == []
    for again in (
        house.accounts.look_at_link,
        lambda token: house.accounts.join(token, "", PASSWORD, "", HOME),
    ):
        with pytest.raises(NotFound, match="no longer good"):
            again(invitation.token)


def test_of_many_who_join_by_one_link_at_once_one_comes_in(house: House) -> None:
    house.owner()
    invitation = house.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {}, "en")

    def join(number: int) -> bool:
        try:
            return house.accounts.join(invitation.token or "", f"Jun {number}", PASSWORD, "", HOME).complete
        except (NotFound, BadParameter):
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(join, range(4))) == 1
    assert len(house.accounts.people()) == 2


def test_a_password_that_will_not_do_leaves_the_link_good(house: House) -> None:
    house.owner()
    token = house.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {}, "en").token or ""
    with pytest.raises(BadParameter, match="too short"):
        house.accounts.join(token, "Jun", "short", "en", HOME)
    assert house.accounts.join(token, "Jun", PASSWORD, "en", HOME).complete


def test_an_invitation_is_good_for_seven_days_and_ends_when_renewed_or_withdrawn(house: House) -> None:
    house.owner()
    first = house.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {}, "en")
    house.clock.forward(days=7)
    with pytest.raises(NotFound):
        house.accounts.look_at_link(first.token or "")
    second = house.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {}, "en")
    third = house.accounts.renew(COMMAND_LINE, second.id)
    assert third.token != second.token
    with pytest.raises(NotFound):
        house.accounts.look_at_link(second.token or "")
    with pytest.raises(NotFound):
        house.accounts.renew(COMMAND_LINE, second.id)
    fourth = house.accounts.invite(COMMAND_LINE, "JUN@example.com", "editor", {}, "en")
    assert [one.id for one in house.accounts.invitations()] == [fourth.id]
    house.accounts.withdraw(COMMAND_LINE, fourth.id)
    with pytest.raises(NotFound):
        house.accounts.look_at_link(fourth.token or "")
    with pytest.raises(NotFound):
        house.accounts.withdraw(COMMAND_LINE, fourth.id)


def test_nobody_gives_more_than_they_have(house: House) -> None:
    house.owner()
    maps: dict[str, Role] = {a_map(house): "viewer"}
    for number, (by, role) in enumerate(product(ROLES, ROLES)):
        email, of_guest = f"jun{number}@example.com", maps if role == "guest" else {}
        if by in {"owner", "admin"} and at_least(by, role):
            assert house.accounts.invite(as_role(by), email, role, of_guest, "en").role == role
        else:
            with pytest.raises(NotAllowed):
                house.accounts.invite(as_role(by), email, role, of_guest, "en")


def test_an_invitation_is_worth_what_who_made_it_may_still_give(house: House) -> None:
    house.owner()
    admin = house.member("admin", "ada@example.com").principal
    assert admin is not None
    token = house.accounts.invite(admin, "jun@example.com", "editor", {}, "en").token or ""
    house.accounts.change_role(COMMAND_LINE, admin.account, "viewer")
    with pytest.raises(NotFound, match="no longer good"):
        house.accounts.join(token, "Jun", PASSWORD, "en", HOME)
    house.accounts.change_role(COMMAND_LINE, admin.account, "admin")
    assert house.accounts.join(token, "Jun", PASSWORD, "en", HOME).complete


def test_what_is_wrong_with_an_invitation_is_said(house: House) -> None:
    with pytest.raises(NotAllowed, match="make the owner's account first"):
        house.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {}, "en")
    house.owner()
    with pytest.raises(BadParameter, match="already an account"):
        house.accounts.invite(COMMAND_LINE, "MINA@example.com", "viewer", {}, "en")
    with pytest.raises(BadParameter, match="no e-mail address"):
        house.accounts.invite(COMMAND_LINE, "jun@example.com\nBcc: all@example.com", "viewer", {}, "en")
    with pytest.raises(BadParameter, match="at least one map"):
        house.accounts.invite(COMMAND_LINE, "jun@example.com", "guest", {}, "en")
    with pytest.raises(BadParameter, match="only guests"):
        house.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {a_map(house): "viewer"}, "en")
    with pytest.raises(BadParameter, match="no role of a guest"):
        house.accounts.invite(COMMAND_LINE, "jun@example.com", "guest", {a_map(house): "owner"}, "en")
    with pytest.raises(NotFound, match="no map"):
        house.accounts.invite(COMMAND_LINE, "jun@example.com", "guest", {"nowhere": "viewer"}, "en")
    with pytest.raises(BadParameter, match="no role"):
        house.accounts.invite(COMMAND_LINE, "jun@example.com", "king", {}, "en")  # type: ignore[arg-type]
    assert house.accounts.invitations() == []


def test_a_guest_sees_the_maps_it_was_let_in_by(house: House) -> None:
    house.owner()
    mine, other = a_map(house), a_map(house, "Returns")
    invited = house.accounts.let_guest(COMMAND_LINE, mine, "gil@example.com", "viewer", "en")
    assert isinstance(invited, Invitation)
    invited = house.accounts.let_guest(COMMAND_LINE, other, "gil@example.com", "editor", "en")
    assert isinstance(invited, Invitation)
    assert invited.maps == {mine: "viewer", other: "editor"}
    assert sorted(house.accounts.look_at_link(invited.token or "").titles) == ["First purchase", "Returns"]
    done = house.accounts.join(invited.token or "", "Gil", PASSWORD, "en", HOME)
    assert done.principal is not None
    account = done.principal.account
    assert done.principal.maps == {mine: "viewer", other: "editor"}
    assert done.principal.may("edit", other)
    assert not done.principal.may("edit", mine)
    assert not done.principal.may("view")
    assert house.accounts.guests_of(mine) == [Guest(account, "gil@example.com", "Gil", "viewer")]
    changed = house.accounts.let_guest(COMMAND_LINE, mine, "GIL@example.com", "commenter", "en")
    assert isinstance(changed, Guest)
    assert house.accounts.guest_maps() == {account: {mine: "commenter", other: "editor"}}
    house.accounts.leave_guest(COMMAND_LINE, other, account)
    with pytest.raises(NotFound, match="no guest"):
        house.accounts.leave_guest(COMMAND_LINE, other, account)
    now = house.accounts.principal(done.token)
    assert now is not None
    assert now.maps == {mine: "commenter"}
    house.accounts.change_role(COMMAND_LINE, account, "viewer")
    assert house.accounts.guest_maps() == {}


def test_who_sees_every_map_is_no_guest(house: House) -> None:
    house.owner()
    with pytest.raises(BadParameter, match="every map already"):
        house.accounts.let_guest(COMMAND_LINE, a_map(house), "mina@example.com", "viewer", "en")
    with pytest.raises(NotAllowed):
        house.accounts.let_guest(as_role("editor"), a_map(house), "gil@example.com", "viewer", "en")


def test_a_guest_of_a_map_that_is_gone_sees_nothing(house: House) -> None:
    house.owner()
    gone = a_map(house)
    done = house.member("guest", "gil@example.com", {gone: "viewer"})
    house.ledger.within(lambda tx: tx.maps.remove(gone))
    now = house.accounts.principal(done.token)
    assert now is not None
    assert now.maps == {}
