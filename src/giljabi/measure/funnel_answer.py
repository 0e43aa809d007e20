"""What a funnel answers: its steps, its groups, and who fell out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, By, Log, pictures

_COLUMNS = (
    "step",
    "events",
    "customers",
    "share",
    "share_of_previous",
    "low",
    "high",
    "median",
    "p90",
    "optional",
)


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step: who reached it, and how fast.

    ``step`` counts from 1; ``events`` says what it is. ``share`` is that of the customers of step 1, with its
    95 % Wilson interval ``low``, ``high``; ``share_of_previous`` and the times ``median`` and ``p90`` are
    from the required step before (None for step 1 and where nobody came). ``within`` is the longest time from
    there.
    """

    step: int
    events: str
    customers: int
    share: float | None
    share_of_previous: float | None
    low: float | None
    high: float | None
    median: timedelta | None
    p90: timedelta | None
    optional: bool = False
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FunnelGroup:
    """The steps of the customers of one group; ``group`` is None for the customers of no group.

    ``median`` and ``p90`` are times from the first to the last required step.
    """

    group: str | None
    steps: tuple[FunnelStep, ...]
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True)
class CustomersAnswer(Answer):
    """Customers by id, in the order of the log, and the last required step that each reached."""

    columns: ClassVar[tuple[str, ...]] = ("customer", "step")

    ids: pa.StringArray = field(compare=False)
    steps: Array = field(compare=False)

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per customer."""
        pairs = zip(self.ids.to_pylist(), self.steps.tolist(), strict=True)
        return [{"customer": customer, "step": step} for customer, step in pairs]

    def to_arrow(self) -> pa.Table:
        """Give a `pyarrow.Table`."""
        return pa.table({"customer": self.ids, "step": pa.array(self.steps)})


@dataclass(frozen=True)
class Reached:
    """How far each customer got, bucket by bucket.

    ``levels``: required steps reached (uint16, one per customer); ``optional``: of the optional steps
    reached, the customers and the step's number among the optional ones. ``required`` and ``skippable`` are
    the places of the steps in the funnel.
    """

    log: Log
    levels: Sequence[Array]
    optional: Sequence[tuple[Array, Array]]
    required: tuple[int, ...]
    skippable: tuple[int, ...]

    def customers(self, step: int, *, fell_out: bool) -> CustomersAnswer:
        """Give who reached a step; or who reached the required step before it and not the step."""
        steps = len(self.required) + len(self.skippable)
        if not (2 if fell_out else 1) <= step <= steps:
            least = 2 if fell_out else 1
            raise BadParameter(f"there is no step {step} to ask for; give a step from {least} to {steps}")
        before = sum(place < step - 1 for place in self.required)
        optional = step - 1 in self.skippable
        ids, last = [], []
        for bucket, levels, (who, which) in zip(self.log.buckets, self.levels, self.optional, strict=True):
            there = levels > before
            if optional:
                there = np.zeros(len(levels), np.bool_)
                there[who[which == self.skippable.index(step - 1)]] = True
            chosen = np.flatnonzero((levels >= before) & ~there if fell_out else there)
            if len(chosen):
                ids.append(bucket.customer_ids.take(pa.array(chosen)))
                last.append(np.array(self.required)[levels[chosen].astype(np.int64) - 1] + 1)
        joined = pa.concat_arrays(ids) if ids else pa.array([], pa.string())
        return CustomersAnswer(joined, np.concatenate([np.zeros(0, np.int64), *last]))


@dataclass(frozen=True)
class FunnelAnswer(Answer):
    """How many customers came through the steps; one row per step.

    ``median`` and ``p90`` are times from the first to the last required step, of those who reached it.
    """

    columns: ClassVar[tuple[str, ...]] = _COLUMNS
    picture: ClassVar[str] = "share"

    steps: tuple[FunnelStep, ...]
    within: timedelta | None = None
    order: str = "ordered"
    median: timedelta | None = None
    p90: timedelta | None = None
    _reached: Reached | None = field(default=None, repr=False, compare=False, kw_only=True)

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per step."""
        return [_row(step) for step in self.steps]

    def reached(self, step: int) -> CustomersAnswer:
        """List the customers who reached a step, counted from 1.

        Raises
        ------
        BadParameter
            If there is no such step.
        """
        return self._list(step, fell_out=False)

    def fell_out(self, step: int) -> CustomersAnswer:
        """List the customers who did not come to a step, counted from 1, but to the required step before it.

        Together with `reached` they are those who reached the step before. For an optional step they are
        those who skipped it, or went no further.

        Raises
        ------
        BadParameter
            If there is no such step; nobody falls out before step 1.
        """
        return self._list(step, fell_out=True)

    def _list(self, step: int, *, fell_out: bool) -> CustomersAnswer:
        if self._reached is None:
            raise BadParameter("this funnel was not asked of a log, so its customers are not known")
        return self._reached.customers(step, fell_out=fell_out)

    def drawing(self) -> str:
        """Draw the share of every step with its interval."""
        return pictures.bars(
            "Share of the customers of step 1 who reach each step",
            [f"{one.step}. {one.events}" for one in self.steps],
            [one.share for one in self.steps],
            ["" if one.share is None else f"{one.share:.1%} ({one.customers:,})" for one in self.steps],
            [None if one.low is None or one.high is None else (one.low, one.high) for one in self.steps],
        )


@dataclass(frozen=True)
class GroupedFunnelAnswer(FunnelAnswer):
    """The same, broken down; one row per group and step, the largest group first."""

    columns: ClassVar[tuple[str, ...]] = ("group", *_COLUMNS)

    by: By = ""
    groups: tuple[FunnelGroup, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per group and step."""
        return [{"group": part.group} | _row(step) for part in self.groups for step in part.steps]


def _row(step: FunnelStep) -> dict[str, Any]:
    return {name: getattr(step, name) for name in _COLUMNS}
