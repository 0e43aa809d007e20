"""Customers moving over the graph: how many are on each edge from moment to moment, and some drawn singly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

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
from giljabi.store import Answer, Array, Log

_MOST_FRAMES, _MOST_TOKENS, _MOST_EDGES, _MOST_MOVES = 2000, 5000, 2000, 500
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
        Which customers are drawn; the same seed draws the same ones of the same log.
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
    ):
        if not low <= value <= high:
            raise BadParameter(f"{name} is a number from {low:,} to {high:,}, not {value:,}")
    if start is not None and end is not None and end <= start:
        raise BadParameter(f"the end {end} must lie after the start {start}")
    moments = _frames(log, start, end, frames)
    keys = _chosen(log, top, progress) if edges is None else _keys(log, edges)
    names, index, shown = len(log.names), index_edges(keys, len(log.names)), len(keys)
    counts, active = np.zeros((shown + 1, frames), np.int64), []
    for found, moving in ask_telling(
        log,
        lambda bucket: count_on_edges(
            bucket.offsets, bucket.time, bucket.event, names, index, shown, moments
        ),
        progress,
        "frames",
        (0.4, 1.0),
    ):
        counts += found
        active.append(np.flatnonzero(moving))
    flows = [
        EdgeFlow(log.names[key // names], log.names[key % names], tuple(counts[row].tolist()))
        for row, key in enumerate(keys.tolist())
    ]
    if counts[shown].any():
        flows.append(EdgeFlow(None, None, tuple(counts[shown].tolist())))
    tokens = _tokens(log, index, moments, active, customers, seed)
    times = tuple(_moment(moments.start + place * moments.step) for place in range(frames))
    return AnimationAnswer(times, tuple(flows), tokens, sum(map(len, active)))


def _frames(log: Log, start: datetime | None, end: datetime | None, frames: int) -> Frames:
    known = [bucket.time for bucket in log.buckets if len(bucket.time)]
    low = min((int(time.min()) for time in known), default=0) if start is None else _ms(start)
    high = max((int(time.max()) for time in known), default=low) if end is None else _ms(end)
    return Frames(low, max(1, -(-(high - low) // (frames - 1))), frames)


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


def _tokens(
    log: Log, index: EdgeIndex, frames: Frames, active: Sequence[Array], customers: int, seed: int
) -> tuple[Token, ...]:
    total = sum(map(len, active))
    drawn = np.sort(np.random.default_rng(seed).choice(total, min(customers, total), replace=False))
    begins = np.cumsum([0, *map(len, active)])
    tokens = []
    for bucket, some, low, high in zip(log.buckets, active, begins[:-1], begins[1:], strict=True):
        places = some[drawn[(drawn >= low) & (drawn < high)] - low]
        if not len(places):
            continue
        token, row, begin, end = token_moves(
            bucket.offsets, bucket.time, bucket.event, len(log.names), index, frames, places, _MOST_MOVES
        )
        for place, customer in enumerate(places.tolist()):
            mine = np.flatnonzero(token == place).tolist()
            moves = tuple(Move(int(row[i]), _moment(int(begin[i])), _moment(int(end[i]))) for i in mine)
            tokens.append(Token(bucket.customer_ids[customer].as_py(), moves))
    return tuple(tokens)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
