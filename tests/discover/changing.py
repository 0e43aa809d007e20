"""Logs of a small shop, of which something may change halfway."""

from __future__ import annotations

import numpy as np
from tests.logs import log_of

from giljabi.store import Log

DAY = 86_400_000
HALF = 14 * DAY


def shop(seed: int, customers: int = 600, planted: str = "", buckets: int = 3) -> Log:
    """Draw customers who come over four weeks; planted is "slow", "lost" or "new", from the third week on."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(customers):
        at = int(rng.uniform(0, 2 * HALF))
        trouble = planted if at >= HALF else ""
        journey = [("home", at)]

        def go(event: str, pace: float, journey: list[tuple[str, int]] = journey) -> None:
            journey.append((event, journey[-1][1] + int(rng.lognormal(pace, 1))))

        go("list", 11)
        while rng.random() < 0.3:
            go("list", 10)
        if rng.random() < 0.6:
            go("cart", 12.7 if trouble == "slow" else 12)
            if trouble == "new" and rng.random() < 0.4:
                go("popup", 10)
            if rng.random() < (0.4 if trouble == "lost" else 0.7):
                go("pay", 13)
        drawn.append(journey)
    return log_of(drawn, buckets)


def regulars(seed: int, customers: int = 60) -> Log:
    """Draw customers who stay for all four weeks, each with habits and a pace of their own."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(customers):
        habits, pace = rng.dirichlet([0.5] * 4), rng.normal(16, 1)
        at, journey = rng.uniform(0, HALF / 14), []
        while at < 2 * HALF:
            journey.append((f"e{rng.choice(4, p=habits)}", int(at)))
            at += rng.lognormal(pace, 0.5)
        drawn.append(journey)
    return log_of(drawn, 2)
