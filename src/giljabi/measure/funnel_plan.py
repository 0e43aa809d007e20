"""What a funnel asks, read and checked against a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias, get_args

import numpy as np

from giljabi.kernels import MAX_FUNNEL_STEPS, NO_WINDOW, FunnelRules, Order
from giljabi.measure.steps import Step, read_steps, step_text
from giljabi.model import FunnelStage, Matcher, milliseconds, step
from giljabi.model.errors import BadParameter
from giljabi.store import Array, Log

Exclude: TypeAlias = Step | Mapping[int | Literal["anywhere"], Step]
"""What must not occur: anywhere on the way, or by the number of the step that it must not follow."""

_FAR = int(NO_WINDOW)


@dataclass(frozen=True, slots=True)
class Plan:
    """A funnel as kernels take it.

    ``stages`` and ``texts`` are in the order given; ``required`` and ``optional`` their places there.
    ``matchers``: of the required steps, the optional ones, then of the exclusions; ``banned``: bool,
    exclusions × gaps, or None.
    """

    stages: tuple[FunnelStage, ...]
    texts: tuple[str, ...]
    required: tuple[int, ...]
    optional: tuple[int, ...]
    matchers: tuple[Matcher, ...]
    banned: Array | None
    rules: FunnelRules
    order: Order

    def before(self, place: int) -> int:
        """Give the place of the required step before a step; −1 for the first."""
        return max((one for one in self.required if one < place), default=-1)


def read_plan(
    log: Log,
    steps: Sequence[Step | FunnelStage],
    within: str | timedelta | None,
    step_within: Sequence[str | timedelta | None] | None,
    optional: Sequence[int],
    exclude: Exclude | None,
    order: str,
) -> Plan:
    """Read what `giljabi.measure.funnel` is asked; raises what it says."""
    if not 1 <= len(steps) <= MAX_FUNNEL_STEPS:
        raise BadParameter(f"a funnel has 1 to {MAX_FUNNEL_STEPS} steps, not {len(steps)}")
    kept: Order | None = next((known for known in get_args(Order) if known == order), None)
    if kept is None:
        raise BadParameter(f"no order is named {order!r}; there are {', '.join(get_args(Order))}")
    stages = _stages(steps, step_within, optional)
    window = _FAR if within is None else milliseconds(within)
    matchers = read_steps(log, [stage.what for stage in stages], "the funnel")
    banned = _exclusions(exclude, len(stages))
    extra = read_steps(log, list(banned), "the exclusions")
    limits = np.array([_FAR if one.within is None else milliseconds(one.within) for one in stages])
    if kept != "ordered" and (extra or (limits < _FAR).any() or any(one.optional for one in stages)):
        raise BadParameter(
            f"limits per step, optional steps and exclusions need the order 'ordered', not {order!r}"
        )
    required = [place for place, stage in enumerate(stages) if not stage.optional]
    skipped = [place for place, stage in enumerate(stages) if stage.optional]
    gap_of = np.searchsorted(required, np.arange(len(stages)), side="right") - 1
    gaps = len(required) - 1
    told = np.zeros((len(extra), gaps), np.bool_)
    for row, numbers in enumerate(banned.values()):
        for number in numbers:
            told[row, :] |= (np.arange(gaps) == gap_of[number - 1]) if number else True
    rules = FunnelRules(
        len(required),
        window,
        limits[required] if (limits[required] < _FAR).any() else None,
        gap_of[skipped] if skipped else None,
        limits[skipped] if skipped else None,
        bool(extra) and gaps > 0,
    )
    ordered = tuple(matchers[place] for place in (*required, *skipped))
    return Plan(
        stages,
        tuple(map(step_text, matchers)),
        tuple(required),
        tuple(skipped),
        (*ordered, *extra),
        told if rules.gaps else None,
        rules,
        kept,
    )


def _stages(
    steps: Sequence[Step | FunnelStage],
    step_within: Sequence[str | timedelta | None] | None,
    optional: Sequence[int],
) -> tuple[FunnelStage, ...]:
    stages = [one if isinstance(one, FunnelStage) else FunnelStage(one) for one in steps]
    if step_within is not None:
        if len(step_within) != len(stages):
            raise BadParameter(
                f"step_within has {len(step_within)} limits for {len(stages)} steps; "
                "give one per step, None where there is none"
            )
        stages = [
            one if limit is None else step(one.what, within=limit, optional=one.optional)
            for one, limit in zip(stages, step_within, strict=True)
        ]
    for number in optional:
        if not 1 <= number <= len(stages):
            raise BadParameter(f"there is no step {number} to be optional; steps are 1 to {len(stages)}")
        stages[number - 1] = FunnelStage(stages[number - 1].what, stages[number - 1].within, True)
    if stages[0].optional or stages[0].within is not None:
        raise BadParameter("step 1 begins the funnel: it has no limit of its own and cannot be optional")
    return tuple(stages)


def _exclusions(exclude: Exclude | None, steps: int) -> dict[Matcher | str | tuple[str, ...], list[int]]:
    """Give per exclusion the numbers of the steps that it must not follow; 0 stands for anywhere."""
    if exclude is None or (not isinstance(exclude, str | Matcher | Mapping) and not len(exclude)):
        return {}
    told = exclude if isinstance(exclude, Mapping) else {"anywhere": exclude}
    found: dict[Matcher | str | tuple[str, ...], list[int]] = {}
    for after, what in told.items():
        if after != "anywhere" and not (isinstance(after, int) and 1 <= after < steps):
            raise BadParameter(
                f"an exclusion after step {after!r} lies in no gap; give 1 to {steps - 1} or 'anywhere'"
            )
        key = what if isinstance(what, str | Matcher) else tuple(what)
        found.setdefault(key, []).append(0 if after == "anywhere" else int(after))
    return found
