"""How fast somebody may ask: so many requests a minute, counted in the memory of this process."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

_MINUTE = 60.0
_MANY = 10_000


class Pace:
    """Counts the requests of each asker by the generic cell rate algorithm (ITU-T I.371).

    Whoever asks evenly is never refused; whoever was still for a minute may ask a minute's worth at once.
    What is refused does not count. Of each asker one moment is kept, and for a minute at most.

    Parameters
    ----------
    a_minute
        How many requests; 0 for as many as they like.
    clock
        Gives seconds that only grow.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = _MINUTE / a_minute if a_minute else 0.0
        self._clock = clock
        self._even: dict[str, float] = {}

    def wait(self, who: str) -> int:
        """Count a request; give the seconds to wait where it is one too many, else 0."""
        if not self._each:
            return 0
        now = self._clock()
        even = max(self._even.get(who, now), now)
        early = even + self._each - now - _MINUTE
        # A rounding error must not make anybody wait.
        if early > 1e-6:
            return math.ceil(early)
        if len(self._even) >= _MANY:
            self._even = {one: until for one, until in self._even.items() if until > now}
        self._even[who] = even + self._each
        return 0
