"""A directly-follows graph as a layered drawing, for notebooks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import TypeAlias

from giljabi.store import pictures

_BOX, _HIGH, _THIN, _ACROSS, _DOWN, _MARGIN = 132, 38, 12, 64, 20, 26
_SWEEPS, _PAGE = 8, 1200

Arc: TypeAlias = tuple[str, str, int]
Spot: TypeAlias = tuple[str, ...]
"""An event, as ``(name,)``, or a bend of a way over a layer, as ``(source, target, layer)``."""


def draw_graph(nodes: Sequence[tuple[str, int, int, int]], arcs: Sequence[Arc], title: str) -> str:
    """Draw events as boxes in layers from left to right, and ways between them as arrows.

    Parameters
    ----------
    nodes
        Event, count, starts and ends; the most frequent first.
    arcs
        Source, target and count.
    title
        Told to screen readers.

    References
    ----------
    Sugiyama, Tagawa, Toda, *Methods for visual understanding of hierarchical system structures*, 1981: turn
    cycles, choose layers by longest way, let long ways bend in the layers they pass, order each layer by the
    middle of its neighbours.
    """
    if not nodes:
        return ""
    counts = {event: count for event, count, _, _ in nodes}
    drawn = [arc for arc in arcs if arc[0] in counts and arc[1] in counts]
    loops, ways = (
        [arc for arc in drawn if arc[0] == arc[1]],
        [arc for arc in drawn if arc[0] != arc[1]],
    )
    layer = _layers([event for event, _, starts, _ in sorted(nodes, key=lambda n: -n[2])], ways)
    bends = {arc: _bends(arc, layer) for arc in ways}
    place = _places(layer, bends)
    width = _MARGIN + (1 + max(layer.values())) * (_BOX + _ACROSS)
    height = max(y + (_HIGH if len(spot) == 1 else _THIN) for spot, (_, y) in place.items()) + _MARGIN
    most, busiest = max((count for *_, count in drawn), default=1), max(counts.values())
    parts = [
        '<defs><marker id="giljabi-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L8 4L0 7z" '
        f'fill="{pictures.ACCENT}"/></marker></defs>'
    ]
    parts += [_arrow(arc, bends[arc], place, most) for arc in sorted(ways, key=lambda arc: arc[2])]
    parts += [_again(place[(event,)], count) for event, _, count in loops]
    parts += [_box(event, place[(event,)], count / busiest, count) for event, count in counts.items()]
    picture = pictures.svg(width, height, parts, title)
    # A long way is scrolled along: shrunk to the page, its words could not be read.
    wide = picture.replace("max-width:100%;", "", 1)
    return f'<div style="overflow-x:auto">{wide}</div>' if width > _PAGE else picture


def _layers(order: Iterable[str], arcs: Sequence[Arc]) -> dict[str, int]:
    """Give each event a layer, so that ways point right where they can; frequent ways come first."""
    onward: dict[str, list[str]] = defaultdict(list)
    for source, target, _ in sorted(arcs, key=lambda arc: -arc[2]):
        onward[source].append(target)
    done: list[str] = []
    state: dict[str, int] = {}
    back: set[tuple[str, str]] = set()
    for root in order:
        if root in state:
            continue
        stack = [(root, iter(onward[root]))]
        state[root] = 1
        while stack:
            event, ahead = stack[-1]
            following = next(ahead, None)
            if following is None:
                state[event] = 2
                done.append(event)
                stack.pop()
            elif state.get(following) == 1:
                # Closes a cycle: drawn, but it moves no layer.
                back.add((event, following))
            elif following not in state:
                state[following] = 1
                stack.append((following, iter(onward[following])))
    layer = dict.fromkeys(reversed(done), 0)
    for event in reversed(done):
        for following in onward[event]:
            if (event, following) not in back:
                layer[following] = max(layer[following], layer[event] + 1)
    return layer


def _bends(arc: Arc, layer: Mapping[str, int]) -> list[Spot]:
    """Give the bends of a way in the layers between its ends, in the order of the way."""
    source, target, _ = arc
    here, there = layer[source], layer[target]
    step = 1 if there > here else -1
    return [(source, target, str(between)) for between in range(here + step, there, step)]


def _places(layer: Mapping[str, int], bends: Mapping[Arc, Sequence[Spot]]) -> dict[Spot, tuple[float, float]]:
    """Place events and bends: the left upper corner of each."""
    rows: dict[int, list[Spot]] = defaultdict(list)
    near: dict[Spot, list[tuple[Spot, int]]] = defaultdict(list)
    for event, number in layer.items():
        rows[number].append((event,))
    for (source, target, count), passed in bends.items():
        way = [(source,), *passed, (target,)]
        for bend in passed:
            rows[int(bend[2])].append(bend)
        for one, other in pairwise(way):
            near[one].append((other, count))
            near[other].append((one, count))
    at = {spot: float(i) for row in rows.values() for i, spot in enumerate(row)}
    for sweep in range(_SWEEPS):
        for number in sorted(rows, reverse=bool(sweep % 2)):
            row = rows[number]
            row.sort(key=lambda spot: _middle(spot, near, at))
            at.update((spot, i - (len(row) - 1) / 2) for i, spot in enumerate(row))
    tall = {
        number: sum((_HIGH if len(spot) == 1 else _THIN) + _DOWN for spot in row) - _DOWN
        for number, row in rows.items()
    }
    place: dict[Spot, tuple[float, float]] = {}
    for number, row in rows.items():
        y = _MARGIN + (max(tall.values()) - tall[number]) / 2
        for spot in row:
            place[spot] = (_MARGIN + number * (_BOX + _ACROSS), y)
            y += (_HIGH if len(spot) == 1 else _THIN) + _DOWN
    return place


def _middle(spot: Spot, near: Mapping[Spot, Sequence[tuple[Spot, int]]], at: Mapping[Spot, float]) -> float:
    weight = sum(count for _, count in near.get(spot, ()))
    if not weight:
        return at[spot]
    return sum(at[other] * count for other, count in near[spot]) / weight


def _arrow(arc: Arc, bends: Sequence[Spot], place: Mapping[Spot, tuple[float, float]], most: int) -> str:
    source, target, count = arc
    (x1, y1), (x2, y2) = place[(source,)], place[(target,)]
    ahead = x2 > x1
    # Ways back leave and arrive lower, so that they do not lie on the way there.
    level = _HIGH * (0.38 if ahead else 0.76)
    begin = (x1 + (_BOX if ahead else 0), y1 + level)
    end = (x2 + (0 if ahead else _BOX), y2 + level)
    across = _BOX if ahead else -_BOX
    points = [begin]
    for bend in bends:
        x, y = place[bend]
        near = x if ahead else x + _BOX
        points += [(near, y + _THIN / 2), (near + across, y + _THIN / 2)]
    points.append(end)
    path = f"M{begin[0]:.0f} {begin[1]:.0f}"
    for i, (one, other) in enumerate(pairwise(points)):
        if i % 2:
            path += f"L{other[0]:.0f} {other[1]:.0f}"
        else:
            half = (one[0] + other[0]) / 2
            path += f"C{half:.0f} {one[1]:.0f} {half:.0f} {other[1]:.0f} {other[0]:.0f} {other[1]:.0f}"
    told = f"<title>{escape(source)} → {escape(target)}: {count:,}</title>"
    x, y = (points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2
    return (
        f'<path d="{path}" fill="none" stroke="{pictures.ACCENT}" '
        f'stroke-width="{1 + 5 * (count / most) ** 0.5:.1f}" opacity="{0.42 if ahead else 0.26}" '
        f'marker-end="url(#giljabi-arrow)">{told}</path>'
        + pictures.text(x, y - 4, f"{count:,}", anchor="middle", faint=True)
    )


def _again(place: tuple[float, float], count: int) -> str:
    x, y = place[0] + _BOX - 26, place[1]
    return (
        f'<path d="M{x:.0f} {y:.0f}c-4 -20 24 -20 18 0" fill="none" stroke="{pictures.ACCENT}" '
        f'stroke-width="1.5" opacity="0.5"><title>{count:,}</title></path>'
    )


def _box(event: str, place: tuple[float, float], share: float, count: int) -> str:
    x, y = place
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{_BOX}" height="{_HIGH}" rx="7" fill="{pictures.ACCENT}" '
        f'fill-opacity="{0.08 + 0.22 * share:.2f}" stroke="{pictures.ACCENT}" stroke-opacity="0.5"/>'
        + pictures.text(x + _BOX / 2, y + 16, event, anchor="middle", room=18)
        + pictures.text(x + _BOX / 2, y + 31, f"{count:,}", anchor="middle", faint=True)
    )
