"""A new password by mail: the same answer for everybody, a link that works once, and no way round."""

from __future__ import annotations

import psycopg
import pyotp
import pytest
from tests.access.conftest import ANOTHER, COMMAND_LINE, HOME, PASSWORD, House
from tests.access.mailbox import Mailbox

from giljabi.access import Visit
from giljabi.bootstrap import Workspace
from giljabi.model.errors import BadParameter, NotFound, SignInFailed, SourceUnavailable, TooMany


def ask(house: House, box: Mailbox, email: str = "mina@example.com") -> None:
    """Ask for a new password, and do the job that was made of it."""
    asked: list[str] = []
    house.accounts._jobs = _Asking(asked)  # type: ignore[assignment]
    house.accounts.ask_reset(email, "ko", HOME)
    for letter in asked:
        house.accounts.send_reset(letter)


class _Asking:
    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def ask(self, name: str, letter: str) -> None:
        self._asked.append(letter)


def test_the_link_in_the_mail_gives_a_new_password_once(mailed: House, box: Mailbox) -> None:
    old = mailed.owner()
    ask(mailed, box)
    assert box.recipients == ["mina@example.com"]
    assert "https://maps.example.com/reset#" in box.text
    with pytest.raises(BadParameter, match="too short"):
        mailed.accounts.reset(box.token, "short", HOME)
    done = mailed.accounts.reset(box.token, ANOTHER, HOME)
    assert done.complete
    assert mailed.accounts.principal(old.token) is None
    assert mailed.accounts.sign_in("mina@example.com", ANOTHER, HOME).complete
    with pytest.raises(SignInFailed):
        mailed.accounts.sign_in("mina@example.com", PASSWORD, HOME)
    with pytest.raises(NotFound, match="no longer good"):
        mailed.accounts.reset(box.token, PASSWORD, HOME)


def test_nobody_learns_who_has_an_account(mailed: House, box: Mailbox) -> None:
    mailed.owner()
    for email in ("nobody@example.com", "no address", "", "\0"):
        ask(mailed, box, email)
    assert box.mails == []


def test_a_link_is_good_for_an_hour_and_ends_with_the_next(mailed: House, box: Mailbox) -> None:
    mailed.owner()
    ask(mailed, box)
    first = box.token
    ask(mailed, box)
    with pytest.raises(NotFound):
        mailed.accounts.reset(first, ANOTHER, HOME)
    mailed.clock.forward(hours=1)
    with pytest.raises(NotFound):
        mailed.accounts.reset(box.token, ANOTHER, HOME)


def test_nobody_is_flooded_with_mail(mailed: House, box: Mailbox) -> None:
    mailed.owner()
    for _ in range(6):
        ask(mailed, box)
    assert len(box.mails) == 3
    for number in range(20):
        mailed.accounts.ask_reset(f"p{number}@example.com", "en", Visit("203.0.113.1"))
    with pytest.raises(TooMany):
        mailed.accounts.ask_reset("mina@example.com", "en", Visit("203.0.113.1"))


def test_the_second_factor_is_asked_for_all_the_same(mailed: House, box: Mailbox) -> None:
    done = mailed.owner()
    assert done.principal is not None
    authenticator = pyotp.TOTP(mailed.accounts.set_up_totp(done.principal.account, PASSWORD).secret)
    mailed.accounts.confirm_totp(done.principal.account, authenticator.at(mailed.clock.now))
    ask(mailed, box)
    half = mailed.accounts.reset(box.token, ANOTHER, HOME)
    assert not half.complete
    assert mailed.accounts.principal(half.token) is None


def test_a_reset_lets_in_who_was_locked_out_by_others(mailed: House, box: Mailbox) -> None:
    mailed.owner()
    for number in range(5):
        with pytest.raises(SignInFailed):
            mailed.accounts.sign_in("mina@example.com", "wrong", Visit(f"203.0.113.{number}"))
    ask(mailed, box)
    assert mailed.accounts.reset(box.token, ANOTHER, HOME).complete
    assert mailed.accounts.sign_in("mina@example.com", ANOTHER, HOME).complete


def test_who_is_disabled_gets_no_link_and_one_of_before_ends(mailed: House, box: Mailbox) -> None:
    mailed.owner()
    invitation = mailed.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {}, "en")
    assert (invitation.mailed, invitation.token) == (True, None)
    done = mailed.accounts.join(box.token, "Jun", PASSWORD, "en", HOME)
    assert done.principal is not None
    ask(mailed, box, "jun@example.com")
    token, many = box.token, len(box.mails)
    mailed.accounts.disable(COMMAND_LINE, done.principal.account)
    with pytest.raises(NotFound):
        mailed.accounts.reset(token, ANOTHER, HOME)
    ask(mailed, box, "jun@example.com")
    assert len(box.mails) == many


def test_a_server_that_is_away_is_tried_again_and_one_that_refuses_is_not(
    mailed: House, box: Mailbox
) -> None:
    mailed.owner()
    box.answer = "451 later"
    with pytest.raises(SourceUnavailable):
        ask(mailed, box)
    box.answer = "550 never"
    ask(mailed, box)
    box.answer = "250 OK"
    ask(mailed, box)
    assert len(box.mails) == 1


def test_an_invitation_that_does_not_go_out_is_handed_to_who_made_it(mailed: House, box: Mailbox) -> None:
    mailed.owner()
    box.answer = "550 never"
    invitation = mailed.accounts.invite(COMMAND_LINE, "jun@example.com", "viewer", {}, "en")
    assert not invitation.mailed
    assert invitation.token is not None
    assert "refused the mail" in invitation.problem


def test_a_changed_address_is_confirmed_by_who_has_it(mailed: House, box: Mailbox) -> None:
    done = mailed.owner()
    assert done.principal is not None
    account = done.principal.account
    with pytest.raises(SignInFailed):
        mailed.accounts.change_email(account, "wrong", "new@example.com")
    change = mailed.accounts.change_email(account, PASSWORD, "New@Example.com")
    assert (change.token, change.mailed) == (None, True)
    assert box.recipients == ["New@example.com"]
    assert mailed.accounts.me(account).email == "mina@example.com"
    assert mailed.accounts.confirm_email(box.token).email == "New@example.com"
    with pytest.raises(NotFound):
        mailed.accounts.confirm_email("nothing")
    assert mailed.accounts.sign_in("new@example.com", PASSWORD, HOME).complete


def test_a_worker_sends_the_mail_and_the_job_says_not_to_whom(
    empty_workspace: Workspace, database_address: str
) -> None:
    token = empty_workspace.accounts.owner_link()
    empty_workspace.accounts.begin(token or "", "mina@example.com", "", PASSWORD, "ko", HOME)
    empty_workspace.accounts.ask_reset("mina@example.com", "ko", HOME)
    empty_workspace.jobs.work_off()
    with psycopg.connect(database_address) as connection:
        asked = str(connection.execute("SELECT * FROM procrastinate.procrastinate_jobs").fetchall())
    assert "mina" not in asked
