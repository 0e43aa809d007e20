"""Roles are changed, accounts closed and removed; the last owner stays, whoever tries what at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.access.conftest import COMMAND_LINE, House

from giljabi.access import Principal, Role
from giljabi.model.errors import GiljabiError, NotAllowed, NotFound

TAKES_AWAY: dict[str, Callable[[House, Principal, str], object]] = {
    "demoted": lambda house, by, account: house.accounts.change_role(by, account, "admin"),
    "disabled": lambda house, by, account: house.accounts.disable(by, account),
    "removed": lambda house, by, account: house.accounts.remove(by, account),
}


def someone(house: House, role: Role, email: str) -> Principal:
    done = house.member(role, email)
    assert done.principal is not None
    return done.principal


def owners(house: House) -> int:
    return sum(one.role == "owner" and one.enabled for one in house.accounts.people())


@pytest.mark.parametrize("way", TAKES_AWAY)
def test_the_last_owner_stays(house: House, way: str) -> None:
    mina = house.owner().principal
    assert mina is not None
    with pytest.raises(NotAllowed, match="last owner"):
        TAKES_AWAY[way](house, COMMAND_LINE, mina.account)
    jun = someone(house, "owner", "jun@example.com")
    TAKES_AWAY[way](house, mina, mina.account)
    assert owners(house) == 1
    with pytest.raises(NotAllowed, match="last owner"):
        TAKES_AWAY[way](house, jun, jun.account)


def test_an_owner_who_cannot_sign_in_does_not_count(house: House) -> None:
    mina = house.owner().principal
    assert mina is not None
    jun = someone(house, "owner", "jun@example.com")
    house.accounts.disable(mina, jun.account)
    with pytest.raises(NotAllowed, match="last owner"):
        house.accounts.remove(mina, mina.account)
    house.accounts.remove(mina, jun.account)
    assert owners(house) == 1


@pytest.mark.parametrize("way", TAKES_AWAY)
def test_of_two_owners_who_turn_on_each_other_at_once_one_stays(house: House, way: str) -> None:
    mina = house.owner().principal
    assert mina is not None
    for round_ in range(3):
        jun = someone(house, "owner", f"jun{round_}@example.com")

        def turn(pair: tuple[Principal, Principal]) -> bool:
            try:
                TAKES_AWAY[way](house, pair[0], pair[1].account)
            except GiljabiError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(turn, [(mina, jun), (jun, mina)])) == 1
        assert owners(house) == 1
        mina = jun if mina.account not in {one.id for one in house.accounts.people() if _owns(one)} else mina


def _owns(account: object) -> bool:
    return bool(getattr(account, "role") == "owner" and getattr(account, "enabled"))  # noqa: B009


def test_only_owners_touch_owners_and_only_admins_anybody(house: House) -> None:
    mina = house.owner().principal
    assert mina is not None
    someone(house, "owner", "jun@example.com")
    admin, editor = someone(house, "admin", "ada@example.com"), someone(house, "editor", "eun@example.com")
    for way in TAKES_AWAY.values():
        with pytest.raises(NotAllowed, match="another owner"):
            way(house, admin, mina.account)
        with pytest.raises(NotAllowed, match="only owners and admins"):
            way(house, editor, admin.account)
    with pytest.raises(NotAllowed, match="more than they have"):
        house.accounts.change_role(admin, editor.account, "owner")
    assert house.accounts.change_role(admin, editor.account, "admin").role == "admin"
    assert house.accounts.change_role(admin, admin.account, "viewer").role == "viewer"
    with pytest.raises(NotAllowed):
        # What somebody was when they asked does not count, but what they are.
        house.accounts.disable(admin, mina.account)
    assert house.accounts.change_role(mina, editor.account, "owner").role == "owner"


def test_what_an_admin_has_lost_meanwhile_does_not_count(house: House) -> None:
    house.owner()
    admin = someone(house, "admin", "ada@example.com")
    other = someone(house, "admin", "bea@example.com")
    house.accounts.change_role(COMMAND_LINE, admin.account, "viewer")
    with pytest.raises(NotAllowed):
        house.accounts.remove(admin, other.account)
    house.accounts.remove(COMMAND_LINE, admin.account)
    with pytest.raises((NotAllowed, NotFound)):
        house.accounts.change_role(admin, other.account, "viewer")


def test_a_token_for_less_does_not_change_who_comes_in(house: House) -> None:
    house.owner()
    jun = someone(house, "viewer", "jun@example.com")
    by = Principal(account="", name="token", role="owner", scopes=frozenset({"view", "edit"}))
    with pytest.raises(NotAllowed):
        house.accounts.change_role(by, jun.account, "admin")
    with pytest.raises(NotAllowed):
        house.accounts.invite(by, "eve@example.com", "viewer", {}, "en")


def test_there_is_always_an_owner_whatever_is_done(house: House) -> None:
    mina = house.owner().principal
    assert mina is not None
    ids = [mina.account, *(someone(house, "admin", f"p{n}@example.com").account for n in range(3))]
    done = st.tuples(
        st.sampled_from(["owner", "admin", "viewer", "disable", "enable"]),
        st.sampled_from(ids),
        st.sampled_from(ids),
    )

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=st.lists(done, max_size=12))
    def anything(steps: list[tuple[str, str, str]]) -> None:
        for what, by, whom in steps:
            account = house.accounts.me(by)
            who = Principal(account=by, name="", role=account.role)  # type: ignore[arg-type]
            try:
                if what in {"disable", "enable"}:
                    getattr(house.accounts, what)(who, whom)
                else:
                    house.accounts.change_role(who, whom, what)  # type: ignore[arg-type]
            except NotAllowed:
                pass
            assert owners(house) >= 1

    anything()


@pytest.mark.parametrize("account", ["", "nobody", "\0", "\ud800"])
def test_an_account_there_is_not_cannot_be_changed(house: House, account: str) -> None:
    house.owner()
    for way in TAKES_AWAY.values():
        with pytest.raises(NotFound):
            way(house, COMMAND_LINE, account)
