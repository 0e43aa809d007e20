"""Drivers by looking at one customer after the other."""

from __future__ import annotations

from collections.abc import Sequence


def judge(
    journey: Sequence[tuple[int, int]], anchor: int | None, goal: int, horizon: int, follow: int, last: int
) -> tuple[str, set[int]]:
    """Say what became of a customer, and which codes they saw before the landmark."""
    entries = [i for i, (code, _) in enumerate(journey) if anchor is None or code == anchor]
    if not entries:
        return "never", set()
    later = journey[entries[0] :]
    landmark = later[0][1] + horizon
    seen = {code for code, time in later if time < landmark}
    if goal in seen:
        return "early", seen
    if landmark + follow > last:
        return "short", seen
    hits = [time for code, time in later if code == goal and time >= landmark]
    return ("converted" if any(not follow or t < landmark + follow for t in hits) else "stayed"), seen
