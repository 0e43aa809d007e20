"""The lens of a map: all its matchers together turn events into stages."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np

from giljabi.model import AllOf, AnyOf, Condition, EventIs, JourneyMap, Matcher, Not, Stage, Touchpoint
from giljabi.store import Array, Bucket, Log, event_mask

_COMBINATIONS = 20_000
"""Up to so many combinations of names and properties are judged once each instead of event by event."""


@dataclass(frozen=True)
class Lens:
    """What a map sees of a log.

    An event that matches several touchpoints belongs to the first of them in the map's order; `overlaps`
    tells which touchpoints meet. Stages and touchpoints are numbered from 1 in the map's order; 0 is an event
    of no touchpoint.
    """

    map: JourneyMap
    log: Log

    @cached_property
    def touchpoints(self) -> tuple[tuple[Stage, Touchpoint], ...]:
        """All touchpoints in order, bound to data or not."""
        return tuple((stage, one) for stage in self.map.stages for one in stage.touchpoints)

    @cached_property
    def by_name(self) -> bool:
        """Whether the event's name alone decides, for every touchpoint."""
        return all(_names_only(one.match) for _, one in self.touchpoints if one.match is not None)

    @cached_property
    def stage_of_touchpoint(self) -> Array:
        """uint8, the stage number of each touchpoint number; 0 for none."""
        number = {id(stage): index for index, stage in enumerate(self.map.stages, start=1)}
        return np.array([0, *(number[id(stage)] for stage, _ in self.touchpoints)], np.uint8)

    @cached_property
    def touchpoint_of_name(self) -> Array:
        """uint16, the touchpoint number of each event code; of use where the name alone decides."""
        return np.array(
            [
                next(
                    (
                        number
                        for number, (_, one) in enumerate(self.touchpoints, start=1)
                        if one.match is not None and one.match.accepts(name, {})
                    ),
                    0,
                )
                for name in self.log.names
            ],
            np.uint16,
        )

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the log that matchers look at."""
        used = {
            name for _, one in self.touchpoints if one.match is not None for name in _properties(one.match)
        }
        return tuple(sorted(used & set(self.log.columns)))

    @cached_property
    def touchpoint_table(self) -> Array | None:
        """uint16, the touchpoint number by event code and then by the code of each of `columns` plus one.

        None where a column holds numbers, or where the combinations are too many.
        """
        columns = [self.log.columns[name] for name in self.columns]
        shape = (len(self.log.names), *(len(one.dictionary) + 1 for one in columns))
        if any(one.kind != "code" for one in columns) or math.prod(shape) > _COMBINATIONS:
            return None
        table = np.zeros(shape, np.uint16)
        values = [(None, *one.dictionary) for one in columns]
        for code, name in enumerate(self.log.names):
            candidates = [
                (number, one.match)
                for number, (_, one) in enumerate(self.touchpoints, start=1)
                if one.match is not None and _may_match(one.match, name)
            ]
            for place, combination in zip(np.ndindex(*shape[1:]), product(*values), strict=True):
                properties = dict(zip(self.columns, combination, strict=True))
                found = (number for number, match in candidates if match.accepts(name, properties))
                table[(code, *place)] = next(found, 0)
        return table

    def bound(self, stage: Stage) -> bool:
        """Say whether any touchpoint of the stage is bound to data."""
        return any(one.match is not None for one in stage.touchpoints)

    def number(self, stage_id: str) -> int:
        """Give a stage's number; raises KeyError when there is no such stage."""
        return self.map.stages.index(self.map.stage(stage_id)) + 1

    def names_at(self, stages: Collection[str]) -> list[str]:
        """List the event names that the touchpoints of some stages (ids) may match, and that occur."""
        found = []
        for name in self.log.names:
            for stage, one in self.touchpoints:
                if stage.id in stages and one.match is not None and _may_match(one.match, name):
                    found.append(name)
                    break
        return found

    def absent(self, stage: Stage) -> list[str]:
        """List the event names that the stage's touchpoints look for and that never occur."""
        wanted = [name for one in stage.touchpoints if one.match is not None for name in _names(one.match)]
        return sorted(set(wanted) - set(self.log.names))

    def touchpoint_codes(self, bucket: Bucket) -> Array:
        """Give the touchpoint number of every event of a bucket (uint16)."""
        if self.by_name:
            return self.touchpoint_of_name[bucket.event]
        table = self.touchpoint_table
        if table is not None:
            place = bucket.event.astype(np.int32)
            for name, size in zip(self.columns, table.shape[1:], strict=True):
                place *= size
                place += bucket.column(name)
                place += 1
            return table.ravel()[place]
        codes = np.zeros(bucket.events, np.uint16)
        for number, (_, one) in reversed(list(enumerate(self.touchpoints, start=1))):
            if one.match is not None:
                codes[event_mask(self.log, bucket, one.match)] = number
        return codes

    def symbols(self, bucket: Bucket) -> Array:
        """Give stage numbers (uint8): per event code where the name alone decides, else per event."""
        if self.by_name:
            return self.stage_of_touchpoint[self.touchpoint_of_name]
        return self.stage_of_touchpoint[self.touchpoint_codes(bucket)]

    def stage_codes(self, bucket: Bucket) -> Array:
        """Give the stage number of every event of a bucket (uint8)."""
        symbols = self.symbols(bucket)
        return symbols[bucket.event] if self.by_name else symbols

    def overlaps(self) -> list[tuple[str, str, int]]:
        """Give the pairs of touchpoints that match the same events: ids, the winner first, and how many."""
        bound = [one for _, one in self.touchpoints if one.match is not None]
        shared = dict.fromkeys(combinations(range(len(bound)), 2), 0)
        for bucket in self.log.buckets:
            masks = [event_mask(self.log, bucket, one.match) for one in bound if one.match is not None]
            for first, second in shared:
                shared[first, second] += int(np.count_nonzero(masks[first] & masks[second]))
        return [(bound[a].id, bound[b].id, count) for (a, b), count in shared.items() if count]


def _names_only(matcher: Matcher) -> bool:
    if isinstance(matcher, AllOf | AnyOf):
        return all(_names_only(part) for part in matcher.parts)
    if isinstance(matcher, Not):
        return _names_only(matcher.part)
    return isinstance(matcher, EventIs)


def _may_match(matcher: Matcher, name: str) -> bool:
    """Say whether some event of this name could match, whatever its properties."""
    if isinstance(matcher, EventIs):
        return name in matcher.names
    if isinstance(matcher, AllOf):
        return all(_may_match(part, name) for part in matcher.parts)
    if isinstance(matcher, AnyOf):
        return any(_may_match(part, name) for part in matcher.parts)
    if isinstance(matcher, Not) and _names_only(matcher.part):
        return matcher.accepts(name, {})
    return True


def _properties(matcher: Matcher) -> Iterator[str]:
    if isinstance(matcher, Condition):
        yield matcher.property
    elif isinstance(matcher, AllOf | AnyOf):
        for part in matcher.parts:
            yield from _properties(part)
    elif isinstance(matcher, Not):
        yield from _properties(matcher.part)


def _names(matcher: Matcher) -> Iterator[str]:
    """Give every event name a matcher speaks of."""
    if isinstance(matcher, EventIs):
        yield from matcher.names
    elif isinstance(matcher, AllOf | AnyOf):
        for part in matcher.parts:
            yield from _names(part)
    elif isinstance(matcher, Not):
        yield from _names(matcher.part)
