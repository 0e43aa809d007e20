"""What can be planted in the shop, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from giljabi.model.errors import BadParameter


@dataclass(frozen=True, slots=True)
class Effects:
    """How well the shop works; the defaults are the shop without troubles.

    Shares are 0..1, times in seconds, ``slow_order_days`` is the median extra time of a late order.
    """

    signup_errors: float = 0.25
    signup_fill_seconds: float = 70.0
    signup_completed: float = 0.92
    search_hit: float = 0.94
    coupon_missed: float = 0.0
    order_late: float = 0.0
    slow_order_days: float = 0.0


@dataclass(frozen=True, slots=True)
class Contradicts:
    """A claim of the shop's map that a trouble makes false.

    ``target`` is the stage, channel or score the claim is about, ``kind`` one of ``reach``, ``takes``,
    ``share``, ``score``, ``follows``.
    """

    stage: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble that can be planted: its effects and the claims it makes false."""

    id: str
    title: str
    stage: str
    changes: Mapping[str, float] = field(default_factory=dict)
    contradicts: tuple[Contradicts, ...] = ()


TROUBLES: dict[str, Trouble] = {
    trouble.id: trouble
    for trouble in (
        Trouble(
            "signup_form",
            "가입 양식이 너무 많은 것을 물어요",
            "signup",
            {"signup_errors": 1.9, "signup_fill_seconds": 270.0, "signup_completed": 0.42},
            (Contradicts("signup", "takes", "search"), Contradicts("signup", "reach", "search")),
        ),
        Trouble(
            "search_miss",
            "검색이 엉뚱하거나 빈 결과를 내요",
            "search",
            {"search_hit": 0.34},
            (Contradicts("search", "reach", "product"),),
        ),
        Trouble(
            "missed_discount",
            "쓸 수 있던 할인을 결제할 때 놓쳐요",
            "payment",
            {"coupon_missed": 0.92},
            (Contradicts("payment", "score", "ces"),),
        ),
        Trouble(
            "late_delivery",
            "배송이 알림 없이 늦어요",
            "delivery",
            {"order_late": 0.75, "slow_order_days": 1.9},
            (
                Contradicts("payment", "takes", "delivery"),
                Contradicts("delivery", "score", "csat"),
                Contradicts("delivery", "score", "nps"),
            ),
        ),
    )
}


def chosen_troubles(names: Iterable[str] | None) -> tuple[Trouble, ...]:
    """Give the troubles of these names in the order of `TROUBLES`; None means all.

    Raises
    ------
    BadParameter
        If a name is unknown, or ``names`` is one text instead of several.
    """
    if names is None:
        return tuple(TROUBLES.values())
    if isinstance(names, str):
        raise BadParameter(f"troubles={names!r} is one text; give a list such as [{names!r}]")
    wanted = set(names)
    unknown = sorted(wanted - TROUBLES.keys())
    if unknown:
        raise BadParameter(
            f"no trouble is named {', '.join(map(repr, unknown))}; there are {', '.join(TROUBLES)}"
        )
    return tuple(trouble for trouble in TROUBLES.values() if trouble.id in wanted)


def effects_of(troubles: Iterable[Trouble]) -> Effects:
    """Give the shop's working with these troubles planted."""
    effects = Effects()
    for trouble in troubles:
        effects = replace(effects, **trouble.changes)
    return effects
