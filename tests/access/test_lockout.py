"""What is tried too often has to wait: longer each time, never for long, however many try at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.access.conftest import HOME, PASSWORD, House

from giljabi.access import FORGOTTEN, LIMITS, Tries, Visit
from giljabi.model.errors import SignInFailed, TooMany

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LIMIT = LIMITS["password"]


@given(pauses=st.lists(st.integers(0, 1800), max_size=60))
def test_no_more_gets_through_than_the_limit_and_one_for_each_wait(pauses: list[int]) -> None:
    tries, now, through, waited = Tries(0, NOW), NOW, 0, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        if tries.waits(now):
            continue
        waited += tries.locked_until is not None
        tries = tries.and_one(LIMIT, now)
        through += 1
        assert tries.waits(now) <= LIMIT.longest.total_seconds()
    assert through <= LIMIT.tries + waited


def test_each_lock_is_longer_than_the_one_before_up_to_the_longest() -> None:
    tries, now, waits = Tries(0, NOW), NOW, []
    for _ in range(14):
        tries = tries.and_one(LIMIT, now)
        waits.append(tries.waits(now))
        now += timedelta(seconds=waits[-1])
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900]


def test_a_day_without_a_try_forgets_all() -> None:
    tries = Tries(40, NOW, NOW + LIMIT.longest)
    assert tries.and_one(LIMIT, NOW + FORGOTTEN).count == 1
    assert tries.and_one(LIMIT, NOW + FORGOTTEN - timedelta(seconds=1)).count == 41


def test_a_million_tries_lock_no_longer_than_the_longest() -> None:
    assert Tries(1_000_000, NOW).and_one(LIMIT, NOW).waits(NOW) == LIMIT.longest.total_seconds()


def test_an_account_is_locked_after_five_wrong_passwords_for_the_right_one_too(house: House) -> None:
    house.owner()
    for address in range(5):
        with pytest.raises(SignInFailed):
            house.accounts.sign_in("mina@example.com", "wrong", Visit(f"203.0.113.{address}"))
    with pytest.raises(TooMany) as caught:
        house.accounts.sign_in("MINA@example.com", PASSWORD, Visit("203.0.113.9"))
    assert caught.value.seconds == 30
    assert [one.detail["locked"] for one in house.noted if one.action == "session.sign_in_failed"] == [
        False,
        False,
        False,
        False,
        True,
    ]
    house.clock.forward(seconds=30)
    assert house.accounts.sign_in("mina@example.com", PASSWORD, HOME).complete
    with pytest.raises(SignInFailed):
        house.accounts.sign_in("mina@example.com", "wrong", HOME)
    assert house.accounts.sign_in("mina@example.com", PASSWORD, HOME).complete


def test_an_address_of_nobody_is_locked_in_the_same_way(house: House) -> None:
    house.owner()
    for _ in range(5):
        with pytest.raises(SignInFailed):
            house.accounts.sign_in("nobody@example.com", "wrong", HOME)
    with pytest.raises(TooMany):
        house.accounts.sign_in("nobody@example.com", "wrong", HOME)


def test_one_place_that_tries_many_accounts_is_locked_and_others_are_not(house: House) -> None:
    house.owner()
    for number in range(LIMITS["address"].tries):
        with pytest.raises(SignInFailed):
            house.accounts.sign_in(f"someone{number}@example.com", "wrong", Visit("203.0.113.5"))
    with pytest.raises(TooMany):
        house.accounts.sign_in("mina@example.com", PASSWORD, Visit("203.0.113.5"))
    assert house.accounts.sign_in("mina@example.com", PASSWORD, HOME).complete


def test_who_signs_in_rightly_all_day_is_not_locked_out(house: House) -> None:
    house.owner()
    for _ in range(LIMITS["address"].tries + 5):
        assert house.accounts.sign_in("mina@example.com", PASSWORD, HOME).complete


def test_of_many_tries_at_once_no_more_are_looked_at_than_of_many_in_a_row(house: House) -> None:
    house.owner()

    def attempt(number: int) -> str:
        try:
            house.accounts.sign_in("mina@example.com", f"wrong {number}", Visit(f"203.0.113.{number % 3}"))
        except TooMany:
            return "refused"
        except SignInFailed:
            return "looked at"
        return "in"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(attempt, range(24)))
    assert answers.count("looked at") == 5
    assert answers.count("refused") == 19
