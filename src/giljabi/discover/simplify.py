"""Which edges of a graph must stay for it to hang together."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Arc: TypeAlias = tuple[str, str, int]
"""Source, target, and how often."""


def connected_edges(
    arcs: Sequence[Arc], first: int, starts: Mapping[str, int], ends: Mapping[str, int]
) -> tuple[set[int], set[str]]:
    """Choose edges so that each event on them lies on a way from a start to an end.

    Parameters
    ----------
    arcs
        All edges, the most frequent first.
    first
        How many of them stay in any case.
    starts, ends
        How many customers start and end with each event that begins or closes a journey.

    Returns
    -------
    edges, events
        The places of the edges to keep, and the events on them; where none stays in any case, those of the
        widest way through the most frequent start.

    References
    ----------
    Widest ways by Dijkstra's method with the rarest edge as the measure: Pollack, *The maximum capacity
    through a network*, Operations Research 8 (1960).
    """
    kept = set(range(first))
    events = {event for place in kept for event in (arcs[place][0], arcs[place][1])}
    if not events and starts:
        events = {min(starts, key=lambda event: (-starts[event], event))}
    into, out_of = _widest(arcs, starts, ahead=True), _widest(arcs, ends, ahead=False)
    # Only these need ways of their own: what lies on a way of theirs is connected by it.
    for event in tuple(events):
        source = target = event
        while source in into:
            kept.add(into[source])
            source = arcs[into[source]][0]
            events.add(source)
        while target in out_of:
            kept.add(out_of[target])
            target = arcs[out_of[target]][1]
            events.add(target)
    return kept, events


def _widest(arcs: Sequence[Arc], begin: Mapping[str, int], ahead: bool) -> dict[str, int]:
    """Give, for each event reached from ``begin``, the last edge of its widest way, if it has one."""
    onward: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for place, (source, target, count) in enumerate(arcs):
        here, there = (source, target) if ahead else (target, source)
        onward[here].append((there, count, place))
    heap: list[tuple[int, int, str, int]] = [(-width, 0, event, -1) for event, width in begin.items()]
    heapq.heapify(heap)
    ways: dict[str, int] = {}
    done: set[str] = set()
    while heap:
        width, length, event, place = heapq.heappop(heap)
        if event in done:
            continue
        done.add(event)
        if place >= 0:
            ways[event] = place
        for neighbour, count, through in onward[event]:
            if neighbour not in done:
                # Widths are negative on the heap; the narrower of two is the greater.
                heapq.heappush(heap, (max(width, -count), length + 1, neighbour, through))
    return ways
