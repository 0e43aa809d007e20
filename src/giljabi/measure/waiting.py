"""Waiting heat: between which stages customers wait, how long, and how much time is lost there in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from giljabi.kernels import MAX_WAITING, Waits, count_waits, histogram_quantile
from giljabi.measure.ladder import COARSE
from giljabi.measure.marks import mark_events
from giljabi.measure.steps import Step, read_steps, step_text
from giljabi.model import AnyOf, JourneyMap, Matcher, format_duration
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Bucket, Log, ask, pictures

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wait:
    """The waits from the last event in one stage to the first in the next other stage.

    ``count`` waits of ``customers`` distinct customers, a ``share`` of all time waited; ``total`` is their
    sum. ``median`` and ``p90`` are read off bins an eighth of an octave wide. ``shares``: the share of the
    waits in each bin of the answer.
    """

    stage: str
    next: str
    count: int
    customers: int
    median: timedelta
    p90: timedelta
    total: timedelta
    share: float
    shares: tuple[float, ...]


@dataclass(frozen=True)
class WaitingAnswer(Answer):
    """Where time goes between stages; one row per transition, the one with most time lost first.

    ``bounds``: bin ``i`` of `Wait.shares` holds waits from ``bounds[i]`` to below ``bounds[i + 1]``; the last
    has no end.
    """

    columns: ClassVar[tuple[str, ...]] = (
        *("stage", "next", "count", "customers", "median", "p90", "total", "share"),
    )
    picture: ClassVar[str] = "share"

    stages: tuple[str, ...]
    bounds: tuple[timedelta, ...]
    waits: tuple[Wait, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per transition."""
        return [{name: getattr(wait, name) for name in self.columns} for wait in self.waits]

    def drawing(self) -> str:
        """Draw the heat table of the transitions with most time lost."""
        shown = self.waits[:_SHOWN]
        return pictures.heat(
            "Share of waits by length",
            [f"{wait.stage} → {wait.next}" for wait in shown],
            [f"≥ {format_duration(bound)}" if bound else "< 1s" for bound in self.bounds],
            [wait.shares for wait in shown],
            [[f"{share:.0%}" if share else "" for share in wait.shares] for wait in shown],
        )


def waiting(log: Log, stages: Sequence[Step] | Mapping[str, Step] | JourneyMap) -> WaitingAnswer:
    """Measure the waits between stages.

    Parameters
    ----------
    log
        The event log.
    stages
        2 to 64 stages, each an event name, a list of names of which any will do, or a matcher; or such by
        name; or a journey map, whose stages are bound to events by their touchpoints. An event that several
        stages match belongs to the first of them; other events are passed over. The exact definition, with
        ties, stands in `giljabi.kernels.waiting`.

    Raises
    ------
    UnknownEvent, UnknownColumn
        If the log does not have an event or column.
    BadParameter
        If there are too few or too many stages, or one names no event.
    """
    if isinstance(stages, JourneyMap):
        stages = _bound(stages)
    if not 2 <= len(stages) <= MAX_WAITING:
        raise BadParameter(f"waiting lies between 2 to {MAX_WAITING} stages, not {len(stages)}")
    steps = list(stages.values()) if isinstance(stages, Mapping) else list(stages)
    matchers = read_steps(log, steps, "the stages")
    names = tuple(stages) if isinstance(stages, Mapping) else tuple(map(step_text, matchers))
    partials = list(ask(log, lambda bucket: _ask(log, bucket, matchers)))
    counts, fine, total, customers = (np.sum(parts, axis=0) for parts in zip(*partials, strict=True))
    whole = int(total.sum())
    found = []
    for a, b in np.argwhere(counts.sum(axis=2)):
        count = int(counts[a, b].sum())
        median, p90 = (float(histogram_quantile(fine[a, b][None], share)[0]) for share in (0.5, 0.9))
        found.append(
            Wait(
                names[a],
                names[b],
                count,
                int(customers[a, b]),
                timedelta(milliseconds=median),
                timedelta(milliseconds=p90),
                timedelta(milliseconds=int(total[a, b])),
                int(total[a, b]) / whole if whole else 0.0,
                tuple((counts[a, b] / count).tolist()),
            )
        )
    found.sort(key=lambda wait: (-wait.total, -wait.count))
    bounds = tuple(timedelta(milliseconds=bound) for bound in COARSE[:-1])
    return WaitingAnswer(names, bounds, tuple(found))


def _bound(journey_map: JourneyMap) -> dict[str, Step]:
    found: dict[str, Step] = {}
    for stage in journey_map.stages:
        bound = tuple(point.match for point in stage.touchpoints if point.match is not None)
        if bound:
            found[stage.title or stage.id] = AnyOf(bound) if len(bound) > 1 else bound[0]
    return found


def _ask(log: Log, bucket: Bucket, matchers: tuple[Matcher, ...]) -> Waits:
    symbol, marks = mark_events(log, bucket, matchers)
    # The first stage that a symbol matches, counted from 1.
    stage = np.where(marks.any(axis=1), marks.argmax(axis=1) + 1, 0)
    bounds = np.array(COARSE[:-1])
    return count_waits(bucket.offsets, bucket.time, symbol, stage, len(matchers), bounds)
