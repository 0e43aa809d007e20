"""The second factor: codes work once, within half a minute of their own; recovery codes stand in for it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from tests.access.conftest import HOME, PASSWORD, House

from giljabi.access import SignedIn, code_step, new_offer, new_recovery_codes, normal_recovery_code
from giljabi.model.errors import BadParameter, SignInFailed, SignInNeeded, TooMany


def set_up(house: House) -> tuple[str, pyotp.TOTP, list[str]]:
    """Make the owner's account with a second factor; give its id, the authenticator and the codes."""
    done = house.owner()
    assert done.principal is not None
    account = done.principal.account
    authenticator = pyotp.TOTP(house.accounts.set_up_totp(account, PASSWORD).secret)
    codes = list(house.accounts.confirm_totp(account, authenticator.at(house.clock.now)))
    house.clock.forward(seconds=30)
    return account, authenticator, codes


def half_in(house: House) -> SignedIn:
    done = house.accounts.sign_in("mina@example.com", PASSWORD, HOME)
    assert not done.complete
    assert done.principal is None
    return done


def test_the_offer_is_a_secret_a_uri_and_a_picture_of_it() -> None:
    offer = new_offer("mina@example.com")
    read = pyotp.parse_uri(offer.uri)
    assert (read.name, read.issuer) == ("mina@example.com", "Giljabi")
    assert len(offer.secret) == 32
    assert offer.size >= 29
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", offer.path)
    dark = [int(one) for one in re.findall(r"M(\d+) \d+h", offer.path)]
    # The light border is four wide.
    assert min(dark) == 4


def test_codes_of_the_present_step_and_its_neighbours_are_taken() -> None:
    secret = pyotp.random_base32()
    now = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
    present = int(now.timestamp()) // 30
    taken = {
        steps: code_step(secret, pyotp.TOTP(secret).at(now + timedelta(seconds=30 * steps)), now)
        for steps in (-2, -1, 0, 1, 2)
    }
    assert taken == {-2: None, -1: present - 1, 0: present, 1: present + 1, 2: None}


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert code_step(pyotp.random_base32(), code, datetime(2026, 3, 2, tzinfo=UTC)) is None


def test_recovery_codes_are_long_and_forgiving_in_how_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([A-Z2-7]{6}-){3}[A-Z2-7]{6}", one) for one in codes)
    assert normal_recovery_code(f" {codes[0].lower().replace('-', ' ')}\n") == codes[0].replace("-", "")


def test_signing_in_asks_for_the_code_and_gives_another_session(house: House) -> None:
    account, authenticator, _ = set_up(house)
    half = half_in(house)
    assert house.accounts.principal(half.token) is None
    done = house.accounts.second_factor(half.token, f" {authenticator.at(house.clock.now)} ", HOME)
    assert done.complete
    assert done.token != half.token
    assert house.accounts.principal(done.token) == done.principal
    with pytest.raises(SignInNeeded):
        house.accounts.second_factor(half.token, authenticator.at(house.clock.now), HOME)
    assert house.accounts.me(account).second_factor


def test_a_code_works_once(house: House) -> None:
    _, authenticator, _ = set_up(house)
    code = authenticator.at(house.clock.now)
    first, second = half_in(house), half_in(house)
    assert house.accounts.second_factor(first.token, code, HOME).complete
    for seconds in (0, 29):
        house.clock.forward(seconds=seconds)
        with pytest.raises(SignInFailed, match="not right, or was used before"):
            house.accounts.second_factor(second.token, code, HOME)
    assert house.accounts.second_factor(
        second.token, authenticator.at(house.clock.now + timedelta(seconds=30)), HOME
    ).complete


def test_of_many_who_use_one_code_at_once_one_comes_in(house: House) -> None:
    _, authenticator, codes = set_up(house)
    for code in (authenticator.at(house.clock.now), codes[0]):
        halves = [half_in(house) for _ in range(4)]

        def use(half: SignedIn, code: str = code) -> bool:
            try:
                return house.accounts.second_factor(half.token, code, HOME).complete
            except (SignInFailed, TooMany):
                return False

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(use, halves)) == 1


def test_a_recovery_code_stands_in_once(house: House) -> None:
    account, _, codes = set_up(house)
    assert house.accounts.recovery_codes_left(account) == 10
    done = house.accounts.second_factor(half_in(house).token, codes[3].lower(), HOME)
    assert done.complete
    assert house.accounts.recovery_codes_left(account) == 9
    assert "session.recovery_code_used" in house.actions()
    with pytest.raises(SignInFailed):
        house.accounts.second_factor(half_in(house).token, codes[3], HOME)
    anew = house.accounts.new_recovery_codes(account, PASSWORD)
    with pytest.raises(SignInFailed):
        house.accounts.second_factor(half_in(house).token, codes[4], HOME)
    assert house.accounts.second_factor(half_in(house).token, anew[0], HOME).complete


def test_wrong_codes_lock_the_second_factor_however_often_the_password_is_given(house: House) -> None:
    _, authenticator, _ = set_up(house)
    for _ in range(5):
        with pytest.raises(SignInFailed):
            house.accounts.second_factor(half_in(house).token, "000000", HOME)
    with pytest.raises(TooMany):
        house.accounts.second_factor(half_in(house).token, authenticator.at(house.clock.now), HOME)
    house.clock.forward(seconds=30)
    assert house.accounts.second_factor(
        half_in(house).token, authenticator.at(house.clock.now), HOME
    ).complete


def test_the_code_must_come_within_ten_minutes(house: House) -> None:
    _, authenticator, _ = set_up(house)
    half = half_in(house)
    house.clock.forward(minutes=10)
    with pytest.raises(SignInNeeded):
        house.accounts.second_factor(half.token, authenticator.at(house.clock.now), HOME)


def test_a_secret_counts_once_a_code_confirms_it(house: House) -> None:
    done = house.owner()
    assert done.principal is not None
    account = done.principal.account
    with pytest.raises(BadParameter, match="begin with setting up"):
        house.accounts.confirm_totp(account, "123456")
    with pytest.raises(SignInFailed):
        house.accounts.set_up_totp(account, "wrong")
    first = house.accounts.set_up_totp(account, PASSWORD)
    second = house.accounts.set_up_totp(account, PASSWORD)
    assert house.accounts.sign_in("mina@example.com", PASSWORD, HOME).complete
    with pytest.raises(BadParameter, match="not right"):
        house.accounts.confirm_totp(account, pyotp.TOTP(first.secret).at(house.clock.now))
    house.accounts.confirm_totp(account, pyotp.TOTP(second.secret).at(house.clock.now))
    with pytest.raises(BadParameter, match="turn it off first"):
        house.accounts.set_up_totp(account, PASSWORD)
    half = half_in(house)
    with pytest.raises(SignInFailed):
        # The code that confirmed it was used by that.
        house.accounts.second_factor(half.token, pyotp.TOTP(second.secret).at(house.clock.now), HOME)


def test_turning_it_off_needs_the_password_and_forgets_the_codes(house: House) -> None:
    account, _, _ = set_up(house)
    with pytest.raises(SignInFailed):
        house.accounts.turn_off_totp(account, "wrong")
    house.accounts.turn_off_totp(account, PASSWORD)
    assert house.accounts.recovery_codes_left(account) == 0
    assert house.accounts.sign_in("mina@example.com", PASSWORD, HOME).complete
    with pytest.raises(BadParameter):
        house.accounts.new_recovery_codes(account, PASSWORD)
