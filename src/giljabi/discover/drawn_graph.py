"""A directly-follows graph as a layered drawing, for notebooks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from giljabi.store import pictures

_BOX, _HIGH, _ACROSS, _DOWN, _MARGIN = 132, 38, 74, 22, 26
_SWEEPS = 6


def draw_graph(
    nodes: Sequence[tuple[str, int, int, int]], arcs: Sequence[tuple[str, str, int]], title: str
) -> str:
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
    cycles, choose layers by longest way, order each layer by the middle of its neighbours.
    """
    if not nodes:
        return ""
    counts = {event: count for event, count, _, _ in nodes}
    drawn = [arc for arc in arcs if arc[0] in counts and arc[1] in counts]
    layer = _layers([event for event, _, starts, _ in sorted(nodes, key=lambda n: -n[2])], drawn)
    place = _places(layer, drawn)
    height = max(y for _, y in place.values()) + _HIGH + _MARGIN
    width = max(x for x, _ in place.values()) + _BOX + _MARGIN
    most, busiest = max((count for *_, count in drawn), default=1), max(counts.values())
    loops = [arc for arc in drawn if arc[0] == arc[1]]
    parts = [
        '<defs><marker id="giljabi-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L8 4L0 7z" '
        f'fill="{pictures.ACCENT}"/></marker></defs>'
    ]
    parts += [_arrow(place, arc, most) for arc in sorted(drawn, key=lambda arc: arc[2]) if arc not in loops]
    parts += [_again(place[event], count) for event, _, count in loops]
    parts += [_box(event, place[event], count / busiest, count) for event, count in counts.items()]
    return pictures.svg(width, height, parts, title)


def _layers(order: Iterable[str], arcs: Sequence[tuple[str, str, int]]) -> dict[str, int]:
    """Give each event a layer, so that ways point right where they can; frequent ways come first."""
    onward: dict[str, list[str]] = defaultdict(list)
    for source, target, _ in sorted(arcs, key=lambda arc: -arc[2]):
        if source != target:
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


def _places(layer: Mapping[str, int], arcs: Sequence[tuple[str, str, int]]) -> dict[str, tuple[float, float]]:
    rows: dict[int, list[str]] = defaultdict(list)
    for event, number in layer.items():
        rows[number].append(event)
    near: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for source, target, count in arcs:
        if source != target:
            near[source].append((target, count))
            near[target].append((source, count))
    at = {event: float(i) for row in rows.values() for i, event in enumerate(row)}
    for sweep in range(_SWEEPS):
        for number in sorted(rows, reverse=bool(sweep % 2)):
            row = rows[number]
            row.sort(key=lambda event: _middle(event, near, at))
            at.update((event, i - (len(row) - 1) / 2) for i, event in enumerate(row))
    tallest = max(len(row) for row in rows.values())
    return {
        event: (
            _MARGIN + number * (_BOX + _ACROSS),
            _MARGIN + (i + (tallest - len(row)) / 2) * (_HIGH + _DOWN),
        )
        for number, row in rows.items()
        for i, event in enumerate(row)
    }


def _middle(event: str, near: Mapping[str, Sequence[tuple[str, int]]], at: Mapping[str, float]) -> float:
    weight = sum(count for _, count in near.get(event, ()))
    if not weight:
        return at[event]
    return sum(at[other] * count for other, count in near[event]) / weight


def _arrow(place: Mapping[str, tuple[float, float]], arc: tuple[str, str, int], most: int) -> str:
    source, target, count = arc
    (x1, y1), (x2, y2) = place[source], place[target]
    ahead = x2 > x1
    begin, end = (x1 + _BOX, y1 + _HIGH / 2), (x2, y2 + _HIGH / 2)
    if not ahead:
        # Back along the lower or upper side, so that it does not lie on the way there.
        side = _HIGH if y1 >= y2 else 0
        begin, end = (x1 + _BOX / 2, y1 + side), (x2 + _BOX / 2, y2 + (_HIGH if side else 0))
        dip = 34 if side else -34
        curve = (
            f"C{begin[0]:.0f} {begin[1] + dip:.0f} {end[0]:.0f} {end[1] + dip:.0f} {end[0]:.0f} {end[1]:.0f}"
        )
        middle = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2 + 0.75 * dip)
    else:
        bend = (end[0] - begin[0]) / 2
        turns = (begin[0] + bend, begin[1], end[0] - bend, end[1], *end)
        curve = "C" + " ".join(f"{one:.0f}" for one in turns)
        middle = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2 - 4)
    width = 1 + 5 * (count / most) ** 0.5
    told = f"<title>{escape(source)} → {escape(target)}: {count:,}</title>"
    return (
        f'<path d="M{begin[0]:.0f} {begin[1]:.0f}{curve}" fill="none" stroke="{pictures.ACCENT}" '
        f'stroke-width="{width:.1f}" opacity="{0.4 if ahead else 0.28}" marker-end="url(#giljabi-arrow)">'
        f"{told}</path>" + pictures.text(*middle, f"{count:,}", anchor="middle", faint=True)
    )


def _again(place: tuple[float, float], count: int) -> str:
    x, y = place[0] + _BOX - 26, place[1]
    return (
        f'<path d="M{x:.0f} {y:.0f}c-4 -22 24 -22 18 0" fill="none" stroke="{pictures.ACCENT}" '
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
