"""When things happen in Seoul: weekdays, hours of the day, delivery hours.

Within a simulation time is counted in seconds (float64) since midnight in Seoul of the period's first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.float64]

DAYS = 90
DAY = 86_400.0
HOUR = 3_600.0
SEOUL_AHEAD = timedelta(hours=9)

# Monday to Sunday: people shop more on Sunday and Monday evenings than on Friday and Saturday.
_WEEKDAY = np.array([1.10, 1.03, 1.00, 0.98, 0.90, 0.92, 1.12])
_HOUR = np.array(
    [
        *(3.4, 2.0, 1.1, 0.7, 0.5, 0.6, 1.2, 2.6, 4.0, 4.6, 5.0, 5.2),
        *(6.2, 5.6, 4.9, 4.7, 4.6, 4.7, 4.9, 5.6, 6.9, 7.9, 7.4, 5.7),
    ]
)
_GROWTH = 0.25


@dataclass(frozen=True, slots=True)
class Clock:
    """A period of 90 days in Seoul whose last whole day is ``end``."""

    end: date

    @property
    def first_day(self) -> date:
        """The period's first day in Seoul."""
        return self.end - timedelta(days=DAYS - 1)

    @property
    def epoch_ms(self) -> int:
        """Milliseconds from 1970 UTC to the period's start."""
        midnight = datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=UTC)
        return round((midnight - SEOUL_AHEAD).timestamp() * 1000)

    @property
    def length(self) -> float:
        """Seconds from the period's start to its end."""
        return DAYS * DAY

    def anytime(self, rng: np.random.Generator, count: int) -> Seconds:
        """Draw moments of the whole period, more of them as the shop grows."""
        weekday = (self.first_day.weekday() + np.arange(DAYS)) % 7
        weights = np.cumsum(_WEEKDAY[weekday] * (1 + _GROWTH * np.arange(DAYS) / DAYS))
        day = np.searchsorted(weights, rng.random(count) * weights[-1], side="right")
        result: Seconds = day * DAY + hour_of_day(rng, count)
        return result


def hour_of_day(rng: np.random.Generator, count: int) -> Seconds:
    """Draw times of day at which people shop, in seconds since midnight."""
    weights = np.cumsum(_HOUR)
    hour = np.searchsorted(weights, rng.random(count) * weights[-1], side="right")
    result: Seconds = (hour + rng.random(count)) * HOUR
    return result


def days_later(rng: np.random.Generator, at: Seconds, days: Seconds | float) -> Seconds:
    """Draw a shopping hour on the day that lies ``days`` (one or more) after ``at``."""
    result: Seconds = (np.floor(at / DAY) + np.floor(days)) * DAY + hour_of_day(rng, len(at))
    return result


def delivery_hour(rng: np.random.Generator, at: Seconds) -> Seconds:
    """Move moments to an hour of their day at which parcels are brought (9 to 21 o'clock)."""
    result: Seconds = np.floor(at / DAY) * DAY + rng.triangular(9.0, 14.0, 21.0, len(at)) * HOUR
    return result
