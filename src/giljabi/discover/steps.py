"""Steps: where customers are so many events from an anchor, and how they get from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from giljabi.discover.asking import Progress, ask_telling
from giljabi.kernels import count_links, count_steps
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Log, event_codes, pictures

Name = str | Sequence[str]
_MOST_STEPS, _MOST_SHOWN = 100, 200


@dataclass(frozen=True, slots=True)
class StepCell:
    """The customers at an event at a step; ``event`` is None for all events not told apart.

    ``share`` is of all customers with an anchor. ``over`` are those of them whose journey goes no further, or
    was closed here.
    """

    step: int
    event: str | None
    customers: int
    share: float
    over: int


@dataclass(frozen=True, slots=True)
class StepLink:
    """The customers who go from an event at ``step`` to another at the step after it."""

    step: int
    source: str | None
    target: str | None
    customers: int


@dataclass(frozen=True)
class StepsAnswer(Answer):
    """Where customers are at each step; one row per step and event, steps in order, the largest first.

    ``customers`` have an anchor; ``steps`` are the steps' numbers, with 1 for the anchor and no 0; ``events``
    are those told apart, the most frequent first.
    """

    columns: ClassVar[tuple[str, ...]] = ("step", "event", "customers", "share", "over")
    picture: ClassVar[str] = "share"

    cells: tuple[StepCell, ...]
    links: tuple[StepLink, ...]
    steps: tuple[int, ...]
    events: tuple[str, ...]
    customers: int

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per step and event; events not told apart have none."""
        return [{name: getattr(cell, name) for name in self.columns} for cell in self.cells]

    def drawing(self) -> str:
        """Draw the step matrix: a row per event, a column per step, the darker the larger the share."""
        rows: list[str | None] = [*self.events]
        if any(cell.event is None for cell in self.cells):
            rows.append(None)
        known = {(cell.event, cell.step): cell.share for cell in self.cells}
        values = [[known.get((event, step)) for step in self.steps] for event in rows]
        return pictures.heat(
            f"Where {self.customers:,} customers are at each step",
            ["…" if event is None else event for event in rows],
            [str(step) for step in self.steps],
            values,
            [["" if value is None else f"{value:.0%}" for value in line] for line in values],
        )


def steps(
    log: Log,
    depth: int = 8,
    *,
    start: Name | None = None,
    end: Name | None = None,
    before: int = 0,
    top: int = 12,
    progress: Progress | None = None,
) -> StepsAnswer:
    """Tell where customers are at each step from an anchor, and how they get from step to step.

    Parameters
    ----------
    log
        The event log.
    depth
        How many steps from the anchor on, itself included, 1 to 100.
    start
        The anchor: each customer's first event of this name (or of any of these); None: their first event.
    end
        A journey is closed by its first such event after the anchor; None: by its last event.
    before
        How many steps before the anchor, 0 to 100, so that the anchor stands in the middle.
    top
        How many events to tell apart, 1 to 200: those with the most customers over all steps. The rest are
        told together, as the event None.
    progress
        Told ``("steps", share done)`` as it goes.

    Raises
    ------
    UnknownEvent
        If the log does not have an event.
    BadParameter
        If a number is out of range.

    Notes
    -----
    Definition and source: `giljabi.kernels.journey_steps`. All customers with an anchor count; none are
    sampled.
    """
    for name, value, low, high in (
        ("depth", depth, 1, _MOST_STEPS),
        ("before", before, 0, _MOST_STEPS),
        ("top", top, 1, _MOST_SHOWN),
    ):
        if not low <= value <= high:
            raise BadParameter(f"{name} is a number from {low} to {high}, not {value}")
    names, role = len(log.names), _roles(log, start, end)
    counts, customers = np.zeros((before + depth, names), np.int64), 0
    for found, anchored in ask_telling(
        log,
        lambda b: count_steps(b.offsets, b.time, b.event, role, before, depth, names),
        progress,
        "steps",
        (0.0, 0.5),
    ):
        counts += found
        customers += anchored
    shown = _most_met(log, counts, top)
    fold = np.full(names, len(shown), np.int64)
    fold[shown] = np.arange(len(shown))
    width = len(shown) + 1
    links = np.zeros((before + depth - 1, width, width), np.int64)
    for part in ask_telling(
        log,
        lambda b: count_links(b.offsets, b.time, b.event, role, before, depth, fold, width),
        progress,
        "steps",
        (0.5, 1.0),
    ):
        links += part
    folded = np.zeros((before + depth, width), np.int64)
    np.add.at(folded.T, fold, counts.T)
    numbers = tuple(place - before + (place >= before) for place in range(before + depth))
    events = tuple(log.names[code] for code in shown)
    return StepsAnswer(
        _cells(folded, links, numbers, (*events, None), customers),
        _links(links, numbers, (*events, None)),
        numbers,
        events,
        customers,
    )


def _roles(log: Log, start: Name | None, end: Name | None) -> Array:
    role = np.full(len(log.names), int(start is None), np.uint8)
    for bit, names in ((1, start), (2, end)):
        if names is not None:
            codes = event_codes(log, [names] if isinstance(names, str) else names)
            role[np.asarray(codes, np.int64)] |= np.uint8(bit)
    return role


def _most_met(log: Log, counts: Array, top: int) -> list[int]:
    total = counts.sum(axis=0)
    met = np.flatnonzero(total).tolist()
    return sorted(met, key=lambda code: (-total[code], log.names[code]))[:top]


def _cells(
    counts: Array, links: Array, numbers: Sequence[int], events: Sequence[str | None], customers: int
) -> tuple[StepCell, ...]:
    # At the last step nothing further is known: who goes on is not told from who stops.
    going = np.concatenate([links.sum(axis=2), counts[-1:]])
    cells = [
        StepCell(
            step,
            events[code],
            int(counts[place, code]),
            int(counts[place, code]) / customers,
            int(counts[place, code] - going[place, code]),
        )
        for place, step in enumerate(numbers)
        for code in np.argsort(-counts[place], kind="stable").tolist()
        if counts[place, code]
    ]
    return tuple(cells)


def _links(links: Array, numbers: Sequence[int], events: Sequence[str | None]) -> tuple[StepLink, ...]:
    place, source, target = links.nonzero()
    customers = links[place, source, target]
    order = np.lexsort((target, source, -customers, place))
    return tuple(
        StepLink(numbers[place[i]], events[source[i]], events[target[i]], int(customers[i])) for i in order
    )
