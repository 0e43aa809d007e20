"""The prefix tree of the variants: how customers begin, and how they go on from there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from giljabi.discover.asking import Progress, ask_telling
from giljabi.discover.drawn_icicle import draw_icicle
from giljabi.kernels import Level, count_prefixes, index_edges
from giljabi.model.errors import BadParameter
from giljabi.store import Answer, Array, Log

_MOST_DEPTH, _LEAST_SHARE = 50, 0.0001


@dataclass(frozen=True, slots=True)
class PrefixNode:
    """A prefix: the customers whose journeys begin with its events, and where they go on.

    ``events`` is the whole prefix, ``event`` its last name; both end in None for the others: customers who go
    on in ways too rare to be told. ``share`` is of all customers, ``share_of_parent`` of those of the prefix
    before. ``ends`` are the customers whose journey ends here, ``median`` the median time from the event
    before (None for a first event and for the others). Children and ``ends`` sum to ``customers``, but at the
    greatest depth, where nothing further is told.
    """

    event: str | None
    events: tuple[str | None, ...]
    customers: int
    share: float
    share_of_parent: float
    ends: int | None
    median: timedelta | None
    children: tuple[PrefixNode, ...]


@dataclass(frozen=True)
class PrefixTreeAnswer(Answer):
    """How customers begin and go on; one row per prefix, each followed by its children, the largest first."""

    columns: ClassVar[tuple[str, ...]] = (
        "step",
        "events",
        "customers",
        "share",
        "share_of_parent",
        "ends",
        "median",
    )
    picture: ClassVar[str] = "share"

    children: tuple[PrefixNode, ...]
    customers: int
    depth: int
    min_share: float

    def nodes(self) -> list[PrefixNode]:
        """Give all prefixes, each followed by its children."""
        found: list[PrefixNode] = []
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting.extend(reversed(node.children))
        return found

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per prefix; in ``events`` others are written as "…"."""
        return [
            {
                "step": len(node.events),
                "events": ["…" if event is None else event for event in node.events],
                "customers": node.customers,
                "share": node.share,
                "share_of_parent": node.share_of_parent,
                "ends": node.ends,
                "median": node.median,
            }
            for node in self.nodes()
        ]

    def drawing(self) -> str:
        """Draw the tree as an icicle: a column per step, a block per prefix as high as its customers."""
        return draw_icicle(
            [(node.events, node.customers, node.share, node.share_of_parent) for node in self.nodes()],
            f"How {self.customers:,} customers begin and go on",
        )


def prefix_tree(
    log: Log, depth: int = 8, min_share: float = 0.01, *, progress: Progress | None = None
) -> PrefixTreeAnswer:
    """Tell how customers begin, and how they go on from there.

    Parameters
    ----------
    log
        The event log; customers without an event do not count.
    depth
        Length of the longest prefix, 1 to 50.
    min_share
        Prefixes of fewer customers than this share of all are told together as others, 0.0001 to 1.
    progress
        Told ``("prefixes", share done)`` as it goes.

    Raises
    ------
    BadParameter
        If the depth or the share is out of range.

    Notes
    -----
    Counts are exact and from all customers; definition: `giljabi.kernels.prefixes`. A prefix is told if its
    customers are at least the share, so every told prefix has a told parent.
    """
    if not 1 <= depth <= _MOST_DEPTH:
        raise BadParameter(f"depth is a number of events from 1 to {_MOST_DEPTH}, not {depth}")
    if not _LEAST_SHARE <= min_share <= 1:
        raise BadParameter(f"min_share is a share from {_LEAST_SHARE} to 1, not {min_share}")
    customers = sum(int(np.count_nonzero(np.diff(bucket.offsets))) for bucket in log.buckets)
    grown = _Tree(len(log.names))
    for level in range(depth + 1):
        found = _level(
            log, grown, level, level < depth, progress, (level / (depth + 1), (level + 1) / (depth + 1))
        )
        grown.close(found)
        grown.add(found, max(1, min_share * customers - 1e-6))
        if not grown.count:
            break
    if progress is not None:
        progress("prefixes", 1.0)
    children = _children(log, grown, 0, (), customers, customers, depth) if customers else ()
    return PrefixTreeAnswer(children, customers, depth, min_share)


class _Tree:
    """The kept nodes, numbered from 1 level by level; 0 is the root. It grows by a level at a time."""

    def __init__(self, names: int) -> None:
        self.names = names
        self.key = np.zeros(0, np.int64)
        self.customers = [0]
        self.ends: list[int] = []
        self.median: list[float | None] = []
        self.below: dict[int, list[int]] = defaultdict(list)
        self.first, self.count = 0, 1

    def close(self, level: tuple[Array, Array, Array, Array]) -> None:
        """Keep what is known of the nodes of the last level."""
        _, _, ends, medians = level
        self.ends += [int(n) for n in ends]
        self.median += [None if np.isnan(value) else float(value) for value in medians]

    def add(self, level: tuple[Array, Array, Array, Array], least: float) -> None:
        """Make nodes of the next prefixes with enough customers."""
        key, customers, _, _ = level
        kept = customers >= least
        self.first, self.count = len(self.customers), int(kept.sum())
        self.key = np.concatenate([self.key, key[kept]])
        for child, parent in enumerate((key[kept] // self.names).tolist(), self.first):
            self.below[parent].append(child)
        self.customers += [int(n) for n in customers[kept]]


def _level(
    log: Log, tree: _Tree, depth: int, ahead: bool, progress: Progress | None, whole: tuple[float, float]
) -> tuple[Array, Array, Array, Array]:
    """Give the keys of the next prefixes, their customers, and the ends and medians of a level."""
    names, first, count = max(tree.names, 1), tree.first, tree.count
    index = index_edges(tree.key, 1 << 16)
    parts: list[Level] = list(
        ask_telling(
            log,
            lambda bucket: count_prefixes(
                bucket.offsets, bucket.time, bucket.event, names, index, depth, first, count, ahead
            ),
            progress,
            "prefixes",
            whole,
        )
    )
    key, where = np.unique(_joined([part.key for part in parts]), return_inverse=True)
    customers = np.zeros(len(key), np.int64)
    np.add.at(customers, where, _joined([part.customers for part in parts]))
    ends = np.sum([part.ends for part in parts], axis=0, initial=0) if parts else np.zeros(count, np.int64)
    medians = np.full(count, np.nan)
    if depth > 1:
        node = _joined([part.node for part in parts]).astype(np.int64) - first
        gap = _joined([part.gap for part in parts])[np.argsort(node, kind="stable")]
        for place, one in enumerate(np.split(gap, np.cumsum(np.bincount(node, minlength=count))[:-1])):
            if len(one):
                medians[place] = np.median(one)
    return key, customers, np.broadcast_to(ends, count), medians


def _joined(arrays: list[Array]) -> Array:
    return np.concatenate([np.zeros(0, np.int64), *arrays])


def _children(
    log: Log, tree: _Tree, node: int, before: tuple[str | None, ...], customers: int, whole: int, left: int
) -> tuple[PrefixNode, ...]:
    """Make the nodes below one; ``left`` is how many levels may follow."""
    if not left:
        return ()
    found = []
    for child in tree.below[node]:
        name, own, median = (
            log.names[int(tree.key[child - 1]) % tree.names],
            tree.customers[child],
            tree.median[child],
        )
        events = (*before, name)
        took = None if median is None else timedelta(milliseconds=median)
        below = _children(log, tree, child, events, own, whole, left - 1)
        found.append(
            PrefixNode(name, events, own, own / whole, own / customers, tree.ends[child], took, below)
        )
    found.sort(key=lambda one: (-one.customers, one.event or ""))
    others = customers - tree.ends[node] - sum(one.customers for one in found)
    if others:
        found.append(
            PrefixNode(None, (*before, None), others, others / whole, others / customers, None, None, ())
        )
    return tuple(found)
