"""Sessions end: when their time is over, when nothing is done, and when somebody ends them."""

from __future__ import annotations

import psycopg
import pytest
from tests.access.conftest import COMMAND_LINE, HOME, PASSWORD, House

from giljabi.access import Visit
from giljabi.model.errors import BadParameter, NotFound, SignInFailed


def test_a_session_ends_when_nothing_was_done_for_a_while(house: House) -> None:
    done = house.owner()
    for _ in range(5):
        house.clock.forward(minutes=59)
        assert house.accounts.principal(done.token) is not None
    house.clock.forward(minutes=60)
    assert house.accounts.principal(done.token) is None
    assert done.principal is not None
    assert house.accounts.sessions(done.principal.account) == []


def test_a_session_ends_after_its_longest_time_however_busy_it_is(house: House) -> None:
    done = house.owner()
    for _ in range(47):
        house.clock.forward(minutes=30)
        assert house.accounts.principal(done.token) is not None
    house.clock.forward(minutes=30)
    assert house.accounts.principal(done.token) is None


def test_it_is_noted_once_a_minute_that_a_session_is_used(house: House) -> None:
    done = house.owner()
    assert done.principal is not None
    began = house.clock.now
    house.clock.forward(seconds=59)
    house.accounts.principal(done.token)
    assert house.accounts.sessions(done.principal.account)[0].seen_at == began
    house.clock.forward(seconds=1)
    house.accounts.principal(done.token)
    assert house.accounts.sessions(done.principal.account)[0].seen_at == house.clock.now
    assert house.accounts.me(done.principal.account).last_seen_at == house.clock.now


@pytest.mark.parametrize("token", ["", "nothing", "\ud800", "x" * 100_000])
def test_what_is_no_session_is_nobody(house: House, token: str) -> None:
    house.owner()
    assert house.accounts.principal(token) is None
    house.accounts.sign_out(token)


def test_one_session_all_others_and_everybodys_can_be_ended(house: House) -> None:
    kept = house.owner()
    assert kept.principal is not None
    account = kept.principal.account
    tokens = [house.accounts.sign_in("mina@example.com", PASSWORD, HOME).token for _ in range(3)]
    others = [one.id for one in house.accounts.sessions(account) if one.id != kept.principal.session]
    house.accounts.end_session(account, others[0])
    with pytest.raises(NotFound):
        house.accounts.end_session(account, others[0])
    with pytest.raises(NotFound):
        house.accounts.end_session(account, "no digits")
    assert house.accounts.end_other_sessions(account, kept.principal.session) == 2
    assert [house.accounts.principal(one) for one in tokens] == [None] * 3
    assert house.accounts.principal(kept.token) == kept.principal
    assert house.accounts.end_everyones_sessions() == 1
    assert house.accounts.principal(kept.token) is None


def test_nobody_ends_the_session_of_another(house: House) -> None:
    owner, viewer = house.owner(), house.member("viewer", "jun@example.com")
    assert owner.principal is not None
    assert viewer.principal is not None
    with pytest.raises(NotFound):
        house.accounts.end_session(viewer.principal.account, owner.principal.session)
    assert house.accounts.principal(owner.token) is not None


def test_a_new_password_ends_all_sessions_and_begins_another(house: House) -> None:
    first = house.owner()
    other = house.accounts.sign_in("mina@example.com", PASSWORD, HOME)
    assert first.principal is not None
    account = first.principal.account
    with pytest.raises(SignInFailed, match="password is not right"):
        house.accounts.change_password(account, "wrong", "a quiet glacier at noon", HOME)
    with pytest.raises(BadParameter, match="of before"):
        house.accounts.change_password(account, PASSWORD, PASSWORD, HOME)
    house.clock.forward(minutes=1)
    done = house.accounts.change_password(account, PASSWORD, "a quiet glacier at noon", HOME)
    assert house.accounts.principal(first.token) is None
    assert house.accounts.principal(other.token) is None
    assert house.accounts.principal(done.token) is not None
    assert house.accounts.me(account).password_changed_at == house.clock.now
    with pytest.raises(SignInFailed):
        house.accounts.sign_in("mina@example.com", PASSWORD, HOME)


def test_a_role_that_changes_and_an_account_that_is_disabled_hold_at_once(house: House) -> None:
    house.owner()
    done = house.member("editor", "jun@example.com")
    assert done.principal is not None
    assert done.principal.may("edit")
    house.accounts.change_role(COMMAND_LINE, done.principal.account, "viewer")
    now = house.accounts.principal(done.token)
    assert now is not None
    assert not now.may("edit")
    house.accounts.disable(COMMAND_LINE, done.principal.account)
    assert house.accounts.principal(done.token) is None
    with pytest.raises(SignInFailed):
        house.accounts.sign_in("jun@example.com", PASSWORD, HOME)
    house.accounts.enable(COMMAND_LINE, done.principal.account)
    assert house.accounts.principal(done.token) is None
    assert house.accounts.sign_in("jun@example.com", PASSWORD, HOME).complete


def test_what_a_browser_calls_itself_is_kept_as_far_as_it_is_sensible(house: House) -> None:
    house.owner()
    done = house.accounts.sign_in("mina@example.com", PASSWORD, Visit("::1", "x\0\ud800" * 1000))
    assert done.principal is not None
    agents = [one.agent for one in house.accounts.sessions(done.principal.account) if one.address == "::1"]
    assert [len(one) for one in agents] == [300]


def test_no_secret_is_kept_in_the_clear(house: House, database_address: str) -> None:
    done = house.owner()
    assert done.principal is not None
    offer = house.accounts.set_up_totp(done.principal.account, PASSWORD)
    invitation = house.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {}, "en")
    assert invitation.token is not None
    secrets = [PASSWORD, done.token, offer.secret, invitation.token]
    with psycopg.connect(database_address) as connection:
        found = "".join(
            str(connection.execute(f"SELECT t::text FROM {table} t").fetchall())
            for table in ("account", "session", "one_time_link", "throttle", "recovery_code", "audit_entry")
        )
    assert "mina@example.com" in found
    assert [one for one in secrets if one in found or one.encode().hex() in found] == []
