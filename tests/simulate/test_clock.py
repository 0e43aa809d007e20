"""When simulated things happen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from giljabi.simulate.clock import DAY, HOUR, Clock, days_later, delivery_hour


def test_the_period_starts_at_midnight_in_seoul() -> None:
    clock = Clock(date(2026, 10, 31))
    start = datetime.fromtimestamp(clock.epoch_ms / 1000, UTC)
    assert clock.first_day == date(2026, 8, 3)
    assert start == datetime(2026, 8, 2, 15, tzinfo=UTC)


def test_moments_lie_in_the_period_and_favour_its_later_part() -> None:
    clock = Clock(date(2026, 10, 31))
    at = clock.anytime(np.random.default_rng(1), 20_000)
    assert ((at >= 0) & (at < clock.length)).all()
    assert np.median(at) > clock.length / 2


def test_days_later_is_on_that_day() -> None:
    at = np.array([0.5 * DAY, 3.99 * DAY])
    later = days_later(np.random.default_rng(1), at, np.array([1.0, 2.7]))
    assert np.floor(later / DAY).tolist() == [1, 5]


def test_parcels_come_by_day() -> None:
    at = np.linspace(0, 5 * DAY, 500)
    hour = delivery_hour(np.random.default_rng(1), at) % DAY / HOUR
    assert ((hour >= 9) & (hour <= 21)).all()
