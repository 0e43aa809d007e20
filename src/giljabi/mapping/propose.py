"""A first map from what customers did: a place to start from, and what it is worth.

1. Events that few customers have (under 5 %) are left out, at most the forty most widespread are kept.
2. They are put in order and cut into stages (`giljabi.discover.stage_facts`), for each number of stages up to
   the most allowed.
3. A stage is *required* when half of the customers have it, and four in five of those who come to it or to
   a later one, and four in five of the steps to it or over it go to it. It *repeats* when it holds several
   events, or one in ten of its customers has its event twice in a row. It *returns to* an earlier stage when
   one in twenty of the steps out of it go there. The map must be followed to the *last* stage when nine in
   ten customers come there.
4. Each candidate is aligned. Its fitness says how much of what customers do the map explains, its precision
   how much of what the map allows customers do: after each event, the number of events customers truly
   choose between (the perplexity of the next event) over the number the map allows (in the spirit of the
   escaping edges of Muñoz-Gama & Carmona, *A fresh look at precision in process conformance*, 2010). Of
   the candidates within 5 % of the greatest harmonic mean of both the one with the most stages is proposed:
   a stage is easier struck out than found.

The proposed claims state, rounded to the careful side, what the log shows: they are there to be
contradicted by later data, and to be replaced by what the team believes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from giljabi.discover import StageFacts, stage_facts
from giljabi.kernels import Precedence, extent_bucket
from giljabi.mapping.align import Alignment, align
from giljabi.mapping.baseline import with_baseline
from giljabi.model import JourneyMap, Stage, Touchpoint, event
from giljabi.model.errors import BadParameter
from giljabi.store import Array, Bucket, Log, Progress, ask

MOST_STAGES = 9
_MOST_EVENTS = 40
_MOST_COME, _REQUIRED, _AGAIN, _RETURN, _TO_THE_LAST, _NEARLY = 0.5, 0.8, 0.1, 0.05, 0.9, 0.95
_TRIED_ON = 100_000
"""Candidates are compared on the first buckets that hold this many customers."""


@dataclass(frozen=True)
class Proposal:
    """A proposed map, and what it is worth on the log it was made from.

    ``fitness`` and ``exact`` are those of ``alignment``; ``precision`` (0..1) is the share of what the map
    allows next that customers do.
    """

    map: JourneyMap
    alignment: Alignment
    precision: float

    @property
    def fitness(self) -> float:
        """Mean fitness of the customers."""
        return self.alignment.fitness

    @property
    def exact(self) -> float:
        """Share of customers who follow the map exactly."""
        return self.alignment.exact


class _Shape(NamedTuple):
    """Groups of events as stages, with the rules read from frequencies."""

    groups: list[list[int]]
    required: list[bool]
    repeats: list[bool]
    returns: list[list[int]]
    to_the_last: bool


def propose_map(
    log: Log, *, stages: int | None = None, title: str | None = None, progress: Progress | None = None
) -> Proposal:
    """Propose a first map.

    Parameters
    ----------
    log
        The event log, with at least one event.
    stages
        The most stages the map may have, 1..40; 9 when not given.
    title
        The map's title.
    progress
        Called with "propose" and the share done, 0..1.

    Returns
    -------
    Proposal

    Raises
    ------
    BadParameter
        If ``stages`` is out of range or the log is empty.
    """
    most = MOST_STAGES if stages is None else stages
    if not 1 <= most <= _MOST_EVENTS:
        raise BadParameter(f"stages is {most}; a map has 1 to {_MOST_EVENTS} stages")
    if not log.events:
        raise BadParameter("the log has no event; a map needs some to be proposed from")
    report = progress or (lambda step, done: None)
    facts = stage_facts(log)
    codes = facts.codes
    tried = _some(log)
    candidates = []
    numbers = range(min(2, len(codes), most), min(most, len(codes)) + 1)
    for done, number in enumerate(numbers, start=1):
        shape = _shape(log, facts, facts.cut(number))
        drawn = _drawn(log, codes, shape, title or "Proposed journey")
        precision = _precision(shape, facts.precedence)
        fitness = align(drawn, tried).fitness
        worth_it = 2 * fitness * precision / max(1e-9, fitness + precision)
        candidates.append((worth_it, drawn, precision))
        report("propose", done / (len(numbers) + 1))
    enough = _NEARLY * max(one[0] for one in candidates)
    _, best, precision = next(one for one in reversed(candidates) if one[0] >= enough)
    found = align(best, log)
    report("propose", 1.0)
    return Proposal(with_baseline(best, log), found, precision)


def _some(log: Log) -> Log:
    """Give the first buckets that hold enough customers."""
    chosen: list[Bucket] = []
    for bucket in log.buckets:
        if sum(one.customers for one in chosen) >= _TRIED_ON:
            break
        chosen.append(bucket)
    events, customers = (sum(getattr(one, what) for one in chosen) for what in ("events", "customers"))
    return Log(log.names, log.columns, tuple(chosen), events, customers)


def _shape(log: Log, found: StageFacts, groups: list[list[int]]) -> _Shape:
    """Read the rules of the stages from how often customers do what."""
    codes, facts, count = found.codes, found.precedence, len(groups)
    stage = np.zeros(len(log.names), np.uint8)
    for number, group in enumerate(groups, start=1):
        stage[[codes[one] for one in group]] = number
    extent: Array = np.zeros((2, count + 1), np.int64)
    for one in ask(log, lambda bucket: extent_bucket(bucket.offsets, bucket.event, stage, count)):
        extent += one
    have, furthest = extent
    here_or_later = np.cumsum(furthest[::-1])[::-1]
    steps = _between_stages(groups, facts)
    out = steps.sum(axis=1) - np.diag(steps)
    entered = steps.sum(axis=0) - np.diag(steps)
    return _Shape(
        groups=groups,
        required=[
            bool(have[i] >= max(_MOST_COME * here_or_later[1], _REQUIRED * here_or_later[i]))
            and bool(entered[i] >= _REQUIRED * (entered[i] + _passed_over(steps, i)))
            for i in range(1, count + 1)
        ],
        repeats=[
            len(group) > 1 or bool(facts.again[group[0]] >= _AGAIN * facts.customers[group[0]])
            for group in groups
        ],
        returns=[
            [j for j in range(1, i) if steps[i, j] >= _RETURN * max(1, out[i])] for i in range(1, count + 1)
        ],
        to_the_last=bool(have[count] >= _TO_THE_LAST * furthest[1:].sum()),
    )


def _between_stages(groups: list[list[int]], facts: Precedence) -> Array:
    """Sum direct successions of events up to stages; 0 is start and end."""
    stage_of = np.zeros(len(facts.follows), np.int64)
    for number, group in enumerate(groups, start=1):
        stage_of[[one + 1 for one in group]] = number
    steps = np.zeros((len(groups) + 1, len(groups) + 1), np.int64)
    np.add.at(steps, (stage_of[:, None], stage_of[None, :]), facts.follows)
    return steps


def _passed_over(steps: Array, stage: int) -> int:
    """Count the steps forward from before a stage to behind it."""
    return int(steps[:stage, stage + 1 :].sum())


def _precision(shape: _Shape, facts: Precedence) -> float:
    """Average over all events the share of the events allowed next that customers truly choose between."""
    used, weights = [], []
    for here in range(len(shape.groups) + 1):
        allowed = [one + 1 for stage in _allowed(shape, here) for one in shape.groups[stage - 1]]
        for one in [0] if here == 0 else [one + 1 for one in shape.groups[here - 1]]:
            chosen = facts.follows[one, allowed]
            if chosen.sum():
                shares = chosen[chosen > 0] / chosen.sum()
                used.append(float(np.exp(-(shares * np.log(shares)).sum())) / len(allowed))
                weights.append(int(chosen.sum()))
    return float(np.average(used, weights=weights)) if weights else 0.0


def _allowed(shape: _Shape, here: int) -> list[int]:
    """List the stages that may come next without a deviation, 0 standing for the start."""
    found = []
    if here:
        found += shape.returns[here - 1] + ([here] if shape.repeats[here - 1] else [])
    for ahead in range(here + 1, len(shape.groups) + 1):
        found.append(ahead)
        if shape.required[ahead - 1]:
            break
    return found


def _drawn(log: Log, codes: tuple[int, ...], shape: _Shape, title: str) -> JourneyMap:
    ids: set[str] = set()
    names = [[log.names[codes[one]] for one in _widest_first(group)] for group in shape.groups]
    keys = [_id(group[0], ids) for group in names]
    touched: set[str] = set()
    stages = tuple(
        Stage(
            id=keys[number],
            title=" · ".join(group[:2]) + (f" +{len(group) - 2}" if len(group) > 2 else ""),
            required=shape.required[number],
            repeats=shape.repeats[number],
            returns_to=tuple(keys[other - 1] for other in shape.returns[number]),
            touchpoints=tuple(
                Touchpoint(id=_id(name, touched), title=name, match=event(name)) for name in group
            ),
        )
        for number, group in enumerate(names)
    )
    return JourneyMap(
        title=title,
        stages=stages,
        perspective="outside-in",
        ends="last" if shape.to_the_last else "anywhere",
    )


def _widest_first(group: list[int]) -> list[int]:
    """Put the events of a group in the order of how many customers have them (their numbers already are)."""
    return sorted(group)


def _id(name: str, taken: set[str]) -> str:
    """Make an id of a name that no other has: no space and none of ``/ ? # %``, at most 80 characters."""
    plain = re.sub(r"[\s/?#%\x00-\x1f\x7f]+", "-", name.lower()).strip("-")[:72] or "stage"
    unique, number = plain, 2
    while unique in taken:
        unique, number = f"{plain}-{number}", number + 1
    taken.add(unique)
    return unique
