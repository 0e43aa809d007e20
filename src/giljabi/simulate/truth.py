"""The truth file: what was planted, whom it met, which claims it makes false, what the shop is like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from giljabi.simulate.clock import DAYS, Clock
from giljabi.simulate.shop import PERSONAS
from giljabi.simulate.troubles import TROUBLES, Trouble, effects_of


def truth(
    *,
    seed: int,
    clock: Clock,
    planted: Sequence[Trouble],
    customers: int,
    events: int,
    feedback: int,
    affected: Mapping[str, int],
    reached: Mapping[str, int],
    personas: Sequence[int],
) -> dict[str, Any]:
    """Give the content of ``truth.json``.

    Parameters
    ----------
    seed, clock, planted
        What was asked for.
    customers, events, feedback
        How many there are.
    affected
        For each trouble the number of customers who met it.
    reached
        For each stage of the shop's map the number of customers with an event of it.
    personas
        Number of customers of each persona, in the order of `PERSONAS`.
    """
    return {
        "seed": seed,
        "first_day": clock.first_day.isoformat(),
        "last_day": clock.end.isoformat(),
        "days": DAYS,
        "timezone": "Asia/Seoul",
        "customers": customers,
        "events": events,
        "feedback": feedback,
        "troubles": [
            {
                "id": trouble.id,
                "title": trouble.title,
                "stage": trouble.stage,
                "planted": trouble in planted,
                "parameters": dict(trouble.changes) if trouble in planted else {},
                "contradicts": [asdict(claim) for claim in trouble.contradicts],
                "customers": affected[trouble.id],
            }
            for trouble in TROUBLES.values()
        ],
        "contradicted": [asdict(claim) for trouble in planted for claim in trouble.contradicts],
        "parameters": asdict(effects_of(planted)),
        "reached": {
            stage: {"customers": count, "share": count / customers} for stage, count in reached.items()
        },
        "personas": [
            {**asdict(persona), "customers": count} for persona, count in zip(PERSONAS, personas, strict=True)
        ],
    }
