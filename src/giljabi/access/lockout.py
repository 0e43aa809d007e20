"""Lock-out: what is tried too often has to wait, longer each time, but never for long.

Tries are counted before they are looked at, so that many at once are counted like many in a row. Whoever is
locked out is refused alike, be what they give right or wrong, and what is refused does not count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec

Tried: TypeAlias = Literal["password", "own_password", "second_factor", "address", "reset", "reset_address"]


class Limit(msgspec.Struct, frozen=True):
    """How often something may be tried before it locks, and for how long it does first and at most."""

    tries: int
    first: timedelta
    longest: timedelta


_SHORT, _LONG = timedelta(seconds=30), timedelta(minutes=15)

LIMITS: Mapping[Tried, Limit] = {
    "password": Limit(5, _SHORT, _LONG),
    "own_password": Limit(5, _SHORT, _LONG),
    "second_factor": Limit(5, _SHORT, _LONG),
    "address": Limit(30, _SHORT, _LONG),
    "reset": Limit(3, _LONG, timedelta(hours=1)),
    "reset_address": Limit(20, _SHORT, _LONG),
}
"""What is counted: passwords and codes by account, what fails by network address, asked resets by both."""

FORGOTTEN = timedelta(days=1)
"""When what was tried is forgotten, where nothing was since."""


class Tries(msgspec.Struct, frozen=True):
    """How often something was tried, when last, and until when it may not be."""

    count: int
    last: datetime
    locked_until: datetime | None = None

    def waits(self, now: datetime) -> int:
        """Give the seconds for which it is locked; 0 where it is not."""
        left = 0.0 if self.locked_until is None else (self.locked_until - now).total_seconds()
        return max(0, math.ceil(left))

    def and_one(self, limit: Limit, now: datetime) -> Tries:
        """Count a try; only what is not locked may be tried."""
        count = 1 if now - self.last >= FORGOTTEN else self.count + 1
        return Tries(count, now, _locked_until(count, limit, now))

    def less_one(self) -> Tries:
        """Take back a try that was right, and the lock it may have made."""
        return Tries(max(0, self.count - 1), self.last, None)


def _locked_until(count: int, limit: Limit, now: datetime) -> datetime | None:
    if count < limit.tries:
        return None
    doubled = min(count - limit.tries, 32)
    seconds = min(limit.first.total_seconds() * 2**doubled, limit.longest.total_seconds())
    return now + timedelta(seconds=seconds)
