"""Two sides compared, as the explore page draws them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

from giljabi.measure import CompareAnswer


class ContrastView(msgspec.Struct, frozen=True):
    """One thing on both sides.

    Shares 0..1, or milliseconds where the unit says so; ``difference`` is ``a`` − ``b``, with its 95 %
    interval. ``n_a`` and ``n_b`` are the customers asked, ``count_a`` and ``count_b`` those who did it.
    """

    event: str
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    q: float | None
    n_a: int
    n_b: int
    count_a: int
    count_b: int


class CompareView(msgspec.Struct, frozen=True):
    """How two sides differ.

    ``total`` rows were compared, of which the first are given; ``both`` customers are on both sides.
    """

    rows: list[ContrastView]
    total: int
    unit: Literal["share", "ms"]
    customers_a: int
    customers_b: int
    both: int


def compare_view(answer: CompareAnswer, top: int) -> CompareView:
    """Draw a comparison; at most ``top`` events, but every step."""
    shown = answer.contrasts[:top] if answer.question == "events" else answer.contrasts
    return CompareView(
        rows=[
            ContrastView(
                event=one.event,
                a=_plain(one.a),
                b=_plain(one.b),
                difference=_plain(one.difference),
                low=_plain(one.low),
                high=_plain(one.high),
                p=one.p,
                q=one.q,
                n_a=one.n_a,
                n_b=one.n_b,
                count_a=one.count_a,
                count_b=one.count_b,
            )
            for one in shown
        ],
        total=len(answer.contrasts),
        unit="ms" if answer.question == "durations" else "share",
        customers_a=answer.customers_a,
        customers_b=answer.customers_b,
        both=answer.both,
    )


def _plain(value: float | timedelta | None) -> float | None:
    return value / timedelta(milliseconds=1) if isinstance(value, timedelta) else value
