"""Customers moving over the graph: how many are on each edge from moment to moment, and some drawn singly."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, NamedTuple

import numpy as np

from giljabi.discover.asking import Progress, ask_telling
from giljabi.kernels import (
    EdgeIndex,
    Frames,
    count_edges,
    count_on_edges,
    index_edges,
    merge_edges,
    token_moves,
)
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Bucket, Log, ask

_MOST_FRAMES, _MOST_TOKENS, _MOST_EDGES, _MOST_MOVES = 2000, 5000, 2000, 500
_MOST_SEED = 2**32 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EdgeFlow:
    """How many customers are on an edge at each frame; names are None for all edges not listed."""

    source: str | None
    target: str | None
    customers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A token on an edge: its place in ``AnimationAnswer.flows``, and from when to when."""

    edge: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A customer drawn from those on the move; ``moves`` in order of time, at most 500."""

    customer: str
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class AnimationAnswer(Answer):
    """How customers move over the graph in a period; one row per frame and edge with customers on it.

    ``flows`` count all customers, ``tokens`` are a sample of ``active`` customers: those who are on a listed
    edge at some frame.
    """

    columns: ClassVar[tuple[str, ...]] = ("time", "source", "target", "customers")

    frames: tuple[datetime, ...]
    flows: tuple[EdgeFlow, ...]
    tokens: tuple[Token, ...]
    active: int

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per frame and edge that customers are on."""
        return [
            {"time": moment, "source": flow.source, "target": flow.target, "customers": flow.customers[place]}
            for place, moment in enumerate(self.frames)
            for flow in self.flows
            if flow.customers[place]
        ]


def animation(
    log: Log,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    frames: int = 200,
    customers: int = 300,
    seed: int = 0,
    top: int = 200,
    edges: Sequence[tuple[str, str]] | None = None,
    progress: Progress | None = None,
) -> AnimationAnswer:
    """Tell which edges customers are on, frame by frame.

    Parameters
    ----------
    log
        The event log.
    start, end
        First and last frame; None: the first and last event of the log.
    frames
        2 to 2,000 moments at equal steps.
    customers
        How many tokens to draw, 0 to 5,000, from the customers who are on the move.
    seed
        Which customers are drawn, 0 or more; the same seed draws the same ones of the same log.
    top
        How many of the most frequent edges to tell apart, 1 to 2,000; the rest is one row without names.
    edges
        Tell these (source, target) apart instead of the most frequent.
    progress
        Told ``(what is being done, share done)`` as it goes.

    Raises
    ------
    BadParameter
        If a number is out of range, or the end is not after the start.

    Notes
    -----
    When a customer is on an edge: `giljabi.kernels.occupancy`.
    """
    for name, value, low, high in (
        ("frames", frames, 2, _MOST_FRAMES),
        ("customers", customers, 0, _MOST_TOKENS),
        ("top", top, 1, _MOST_EDGES),
        ("seed", seed, 0, _MOST_SEED),
    ):
        if not low <= value <= high:
            raise BadParameter(f"{name} is a number from {low:,} to {high:,}, not {value:,}")
    if start is not None and end is not None and end <= start:
        raise BadParameter(f"the end {end} must lie after the start {start}")
    moments = _frames(log, start, end, frames)
    keys = _chosen(log, top, progress) if edges is None else _keys(log, edges)
    names, index, shown = len(log.names), index_edges(keys, len(log.names)), len(keys)
    counts, active, drawn = np.zeros((shown + 1, frames), np.int64), 0, []
    for part in ask_telling(
        log,
        lambda bucket: _ask(bucket, names, index, shown, moments, customers, seed),
        progress,
        "frames",
        (0.4, 1.0),
    ):
        counts += part.counts
        active += part.active
        drawn += part.drawn
    tokens = tuple(token for _, token in sorted(drawn, key=lambda one: one[0])[:customers])
    flows = [
        EdgeFlow(log.names[key // names], log.names[key % names], tuple(counts[row].tolist()))
        for row, key in enumerate(keys.tolist())
    ]
    if counts[shown].any():
        flows.append(EdgeFlow(None, None, tuple(counts[shown].tolist())))
    times = tuple(_moment(moments.start + place * moments.step) for place in range(frames))
    return AnimationAnswer(times, tuple(flows), tokens, active)


class _Partial(NamedTuple):
    """Of one bucket: customers by edge and frame, how many move at all, and the tokens of the first drawn."""

    counts: Array
    active: int
    drawn: list[tuple[float, Token]]


def _frames(log: Log, start: datetime | None, end: datetime | None, frames: int) -> Frames:
    known = [one for one in ask(log, _extent) if one] if start is None or end is None else []
    low = min((first for first, _ in known), default=0) if start is None else _ms(start)
    high = max((last for _, last in known), default=low) if end is None else _ms(end)
    return Frames(low, max(1, -(-(high - low) // (frames - 1))), frames)


def _extent(bucket: Bucket) -> tuple[int, int] | None:
    return (int(bucket.time.min()), int(bucket.time.max())) if len(bucket.time) else None


def _chosen(log: Log, top: int, progress: Progress | None) -> Array:
    names = len(log.names)
    counts = merge_edges(
        ask_telling(
            log,
            lambda bucket: count_edges(bucket.offsets, bucket.time, bucket.event, names, False),
            progress,
            "graph",
            (0.0, 0.4),
        ),
        names,
    )
    return np.sort(counts.key[np.argsort(-counts.transitions, kind="stable")[:top]])


def _keys(log: Log, edges: Sequence[tuple[str, str]]) -> Array:
    # What the log does not have lies on no frame; asking for it is no mistake of a picture drawn before.
    codes = {name: code for code, name in enumerate(log.names)}
    known = {codes[a] * len(codes) + codes[b] for a, b in edges if a in codes and b in codes}
    return np.array(sorted(known), np.int64)


def _ask(
    bucket: Bucket, names: int, index: EdgeIndex, edges: int, frames: Frames, customers: int, seed: int
) -> _Partial:
    columns = (bucket.offsets, bucket.time, bucket.event)
    counts, moving = count_on_edges(*columns, names, index, edges, frames)
    active = np.flatnonzero(moving)
    if not len(active):
        return _Partial(counts, 0, [])
    # Each customer draws a number; the least of all buckets are shown. Buckets draw their own, by a customer.
    own = zlib.crc32(str(bucket.customer_ids[0]).encode())
    lot = np.random.default_rng([seed, own]).random(len(active))
    first = np.argsort(lot)[:customers]
    token, row, begin, end = token_moves(*columns, names, index, frames, active[first], _MOST_MOVES)
    bounds = np.searchsorted(token, np.arange(len(first) + 1)).tolist()
    drawn = []
    for place, customer in enumerate(active[first].tolist()):
        mine = range(bounds[place], bounds[place + 1])
        moves = tuple(Move(int(row[i]), _moment(int(begin[i])), _moment(int(end[i]))) for i in mine)
        drawn.append((float(lot[first[place]]), Token(bucket.customer_ids[customer].as_py(), moves)))
    return _Partial(counts, len(active), drawn)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
