"""Whose account was changed is told so, in their language, by a mail that leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import get_args

import pyotp
import pytest
from tests.access.conftest import ANOTHER, HOME, PASSWORD, House
from tests.access.mailbox import Mailbox

from giljabi.access import Change, write_news
from giljabi.bootstrap.jobs import BackgroundWork
from giljabi.model.errors import BadParameter, NotFound, SignInFailed, SourceUnavailable

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def work(house: House) -> None:
    """Do the jobs that were asked for."""
    BackgroundWork({"accounts": house.accounts}, house.ledger, house.jobs).work_off()


def own(house: House) -> str:
    done = house.owner()
    assert done.principal is not None
    return done.principal.account


def with_second_factor(house: House, account: str) -> None:
    secret = house.accounts.set_up_totp(account, PASSWORD).secret
    house.accounts.confirm_totp(account, pyotp.TOTP(secret).at(house.clock.now))


def change_password(house: House, account: str) -> None:
    house.accounts.change_password(account, PASSWORD, ANOTHER, HOME)


def choose_another(house: House, account: str) -> None:
    house.accounts.reset(house.accounts.reset_link("mina@example.com"), ANOTHER, HOME)


def turn_off(house: House, account: str) -> None:
    with_second_factor(house, account)
    house.accounts.turn_off_totp(account, PASSWORD)


def have_turned_off(house: House, account: str) -> None:
    with_second_factor(house, account)
    house.accounts.turn_off_totp_of("mina@example.com")


def make_codes(house: House, account: str) -> None:
    with_second_factor(house, account)
    house.accounts.new_recovery_codes(account, PASSWORD)


CHANGES: list[tuple[Callable[[House, str], None], str]] = [
    (change_password, "The password of your account"),
    (choose_another, "was chosen by a link"),
    (with_second_factor, "asks for a code of an authenticator app"),
    (turn_off, "asks for the password alone"),
    (have_turned_off, "Who runs the server turned off"),
    (make_codes, "New recovery codes were made"),
]


@pytest.mark.parametrize(("change", "said"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
def test_each_change_of_password_and_second_factor_is_told(
    mailed: House, box: Mailbox, change: Callable[[House, str], None], said: str
) -> None:
    account = own(mailed)
    change(mailed, account)
    work(mailed)
    assert set(box.recipients) == {"mina@example.com"}
    assert said in box.text
    assert "When: 2026-03-02 09:00 UTC" in box.text


def test_a_changed_address_is_told_at_the_one_of_before(mailed: House, box: Mailbox) -> None:
    mailed.accounts.change_email(own(mailed), PASSWORD, "new@example.com")
    mailed.accounts.confirm_email(box.token)
    work(mailed)
    assert box.recipients == ["new@example.com", "mina@example.com"]
    assert "The new one: new@example.com" in box.text


def test_what_was_not_changed_is_not_told(mailed: House, box: Mailbox) -> None:
    account = own(mailed)
    with pytest.raises(SignInFailed):
        mailed.accounts.change_password(account, "wrong", ANOTHER, HOME)
    mailed.accounts.set_up_totp(account, PASSWORD)
    with pytest.raises(BadParameter):
        mailed.accounts.confirm_totp(account, "000000")
    with pytest.raises(BadParameter):
        mailed.accounts.new_recovery_codes(account, PASSWORD)
    mailed.accounts.turn_off_totp(account, PASSWORD)
    mailed.accounts.turn_off_totp_of("mina@example.com")
    with pytest.raises(NotFound):
        mailed.accounts.confirm_email("nothing")
    work(mailed)
    assert box.mails == []


def test_it_is_told_in_the_language_of_the_person(mailed: House, box: Mailbox) -> None:
    account = own(mailed)
    mailed.accounts.change_profile(account, "민아", "ko")
    change_password(mailed, account)
    work(mailed)
    assert box.mails[-1]["subject"] == "길잡이 비밀번호가 바뀌었어요"
    assert "언제: 2026년 3월 2일 09:00(UTC)" in box.text


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("change", get_args(Change))
def test_news_have_no_link(change: Change, language: str) -> None:
    letter = write_news(change, "mina@example.com", AT, language, '"<b>"@example.com')
    for text in (letter.text, letter.html):
        assert "http" not in text
        assert "href" not in text
    assert "<b>" not in letter.html
    assert any("가" <= one <= "힣" for one in letter.text) == (language == "ko")


def test_without_a_mail_server_everything_else_works(house: House) -> None:
    account = own(house)
    with_second_factor(house, account)
    house.accounts.new_recovery_codes(account, PASSWORD)
    house.accounts.turn_off_totp(account, PASSWORD)
    change_password(house, account)
    work(house)
    assert house.accounts.sign_in("mina@example.com", ANOTHER, HOME).complete


def test_a_change_holds_though_the_server_is_away_and_is_told_once_it_is_back(
    mailed: House, box: Mailbox
) -> None:
    account = own(mailed)
    asked: list[str] = []
    mailed.accounts._jobs = _Asked(asked)  # type: ignore[assignment]
    change_password(mailed, account)
    box.answer = "451 later"
    with pytest.raises(SourceUnavailable):
        mailed.accounts.send_news(asked[0])
    assert mailed.accounts.sign_in("mina@example.com", ANOTHER, HOME).complete
    box.answer = "250 OK"
    mailed.clock.forward(hours=23)
    mailed.accounts.send_news(asked[0])
    assert "2026-03-02 09:00 UTC" in box.text
    mailed.clock.forward(hours=1)
    mailed.accounts.send_news(asked[0])
    assert len(box.mails) == 1


def test_a_job_does_not_say_whom_it_tells_what(mailed: House) -> None:
    account = own(mailed)
    asked: list[str] = []
    mailed.accounts._jobs = _Asked(asked)  # type: ignore[assignment]
    change_password(mailed, account)
    assert "mina" not in asked[0]


class _Asked:
    """Keeps what would have been asked for, so that it can be done at a moment of the test's own."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def ask(self, name: str, letter: str) -> None:
        assert name == "news"
        self._asked.append(letter)
