"""Representatives: the few journeys that stand for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np

from giljabi.discover.covering import Choice, best_choices, refine_choice
from giljabi.discover.distinct import Journeys, cut_out, distinct_journeys
from giljabi.kernels import group_hashes, hash_journeys, nearest_patterns
from giljabi.model import Customers
from giljabi.model.errors import BadParameter, NotFound
from giljabi.store import Answer, Array, Bucket, Log, ask, pictures

MOST_REPRESENTATIVES = 100
_CAP = 256
_NEAR = 0.5
"""A representative stands for a customer when less than half of the longer journey needs an edit."""
_COVERED, _MOST_CHOSEN = 0.95, 20
_COMPARED = 16_384
_UNIT = 2**30
"""Distances are summed as whole numbers of this part, so that a sum does not depend on its order."""
_NOBODY = np.uint16(65_535)


@dataclass(frozen=True, slots=True)
class Representative:
    """One journey that stands for others.

    ``events`` are its names in order (of a longer journey the first 256), ``customers`` and ``share`` those
    to whom it is the nearest representative, ``exact`` how many of them have exactly these events,
    ``distance`` their mean distance to it, 0..1.
    """

    events: tuple[str, ...]
    customers: int
    share: float
    exact: int
    distance: float


@dataclass(frozen=True)
class RepresentativesAnswer(Answer):
    """The representatives, the one of most customers first.

    ``coverage`` is the share of customers whose nearest representative is nearer than half (distance below
    0.5); ``distance`` the mean distance of customers to their nearest representative; ``emd`` the earth
    mover's distance between the journeys and the representatives weighed by their shares. ``customers`` are
    those with an event, ``variants`` how many different journeys they have, ``compared`` among how many of
    these the search looked, ``capped`` how many customers have more than 256 events, of which the rest does
    not count. ``chosen`` says whether the number of representatives was chosen.
    """

    columns: ClassVar[tuple[str, ...]] = ("events", "customers", "share", "exact", "distance")
    picture: ClassVar[str] = "share"

    representatives: tuple[Representative, ...]
    customers: int
    variants: int
    compared: int
    coverage: float | None
    distance: float | None
    capped: int
    chosen: bool
    log: Log = field(repr=False, compare=False)
    assigned: tuple[Array, ...] = field(repr=False, compare=False)
    """Per bucket of ``log`` and customer the number of the representative from 0, uint16; 65535: no event."""

    @property
    def emd(self) -> float | None:
        """Give the earth mover's distance from the journeys to the representatives.

        Each representative holds the mass of the customers to whom it is nearest, so to carry every journey
        to its nearest one fills them exactly; nothing cheaper exists, and the distance is the mean distance.
        """
        return self.distance

    def audience(self, number: int) -> Customers:
        """Name the customers whose nearest representative is the ``number``-th, counted from 1.

        Raises
        ------
        NotFound
            If there is no such representative.
        """
        if not 1 <= number <= len(self.representatives):
            raise NotFound(f"there is no representative {number}; there are {len(self.representatives)}")
        ids: list[str] = []
        for bucket, which in zip(self.log.buckets, self.assigned, strict=True):
            ids += bucket.customer_ids.take(np.flatnonzero(which == number - 1)).to_pylist()
        return Customers(tuple(ids))

    def rows(self) -> list[dict[str, Any]]:
        """Give one row per representative; ``events`` is a list of names."""
        return [
            {name: getattr(one, name) for name in self.columns} | {"events": list(one.events)}
            for one in self.representatives
        ]

    def drawing(self) -> str:
        """Draw the shares as bars."""
        if not self.representatives:
            return ""
        return pictures.bars(
            f"{len(self.representatives)} journeys that stand for {self.customers:,} customers",
            [" → ".join(one.events) for one in self.representatives],
            [one.share for one in self.representatives],
            [f"{one.share:.1%}" for one in self.representatives],
        )


class _Partial(NamedTuple):
    """Of one bucket: the representative per customer; per representative customers and sums."""

    which: Array
    customers: Array
    exact: Array
    distance: Array
    near: int
    capped: int


def representatives(
    log: Log,
    k: int | None = None,
    *,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> RepresentativesAnswer:
    """Find the journeys that stand for all.

    Parameters
    ----------
    log
        The event log.
    k
        How many, 1 to 100; fewer are given where the log has fewer different journeys. None: the fewest, up
        to 20, with which 95 % of the customers are nearer than half to one, and the mean distance is at
        most half of what a single representative leaves; where 20 do not suffice, the number at the knee of
        the mean distance (Satopää et al., *Finding a "kneedle" in a haystack*, 2011).
    seed
        Of the draw that is made where there are more than 16,384 different journeys.
    progress
        Told ``("representatives", share done)``.

    Returns
    -------
    RepresentativesAnswer

    Raises
    ------
    BadParameter
        If ``k`` is out of range.

    Notes
    -----
    The distance of two journeys is the normalised edit distance of `giljabi.kernels.edit_distance`; a
    representative is always a journey that a customer really took. The choice with the least mean distance is
    searched for from the iterative c-min on, as `giljabi.discover.covering` says. The search may look at a
    sample; what is told of the found ones is counted over all customers.
    """
    if k is not None and not 1 <= k <= MOST_REPRESENTATIVES:
        raise BadParameter(f"k is a number of representatives from 1 to {MOST_REPRESENTATIVES}, not {k}")
    told = progress or (lambda step, done: None)
    journeys = distinct_journeys(log, _COMPARED, _CAP, seed)
    told("representatives", 0.2)
    if not journeys.customers:
        nobody = tuple(np.full(bucket.customers, _NOBODY) for bucket in log.buckets)
        return RepresentativesAnswer((), 0, 0, 0, None, None, 0, k is None, log, nobody)
    (offsets, event), compared = _search(log, journeys, k, told)
    partials = []
    for partial in ask(log, lambda bucket: _assign(bucket, offsets, event, len(log.names))):
        partials.append(partial)
        told("representatives", 0.7 + 0.3 * len(partials) / len(log.buckets))
    customers, exact, distance = (
        np.sum([getattr(one, what) for one in partials], axis=0)
        for what in ("customers", "exact", "distance")
    )
    order = np.argsort(-customers, kind="stable")
    order = order[customers[order] > 0]
    whole = int(customers.sum())
    names = [tuple(log.names[code] for code in event[a:b]) for a, b in pairwise(offsets)]
    renamed = np.full(65_536, _NOBODY)
    renamed[order] = np.arange(len(order), dtype=np.uint16)
    return RepresentativesAnswer(
        tuple(
            Representative(
                names[one],
                int(customers[one]),
                int(customers[one]) / whole,
                int(exact[one]),
                float(distance[one] / (_UNIT * customers[one])),
            )
            for one in order
        ),
        whole,
        journeys.variants,
        compared,
        sum(one.near for one in partials) / whole,
        float(distance.sum()) / (_UNIT * whole),
        sum(one.capped for one in partials),
        k is None,
        log,
        tuple(renamed[one.which] for one in partials),
    )


def _search(
    log: Log, journeys: Journeys, k: int | None, told: Callable[[str, float], None]
) -> tuple[tuple[Array, Array], int]:
    """Search for the given number, or the first that covers enough, or the one at the knee."""
    most = min(_MOST_CHOSEN if k is None else k, len(journeys.weight))
    numbers = range(1, most + 1) if k is None else [most]
    choices: list[Choice] = []
    for choice in best_choices(journeys, numbers, len(log.names), _CAP, _NEAR):
        told("representatives", 0.2 + 0.5 * len(choice.journeys) / most)
        choices.append(choice)
        if choice.near >= _COVERED and choice.distance <= choices[0].distance / 2:
            break
    else:
        choice = choices[_knee([one.distance for one in choices])]
    found = choice.journeys
    if journeys.sampled:
        found = refine_choice(journeys, found, len(log.names), _CAP)
    return journeys.take(found), choice.compared


def _knee(distances: Sequence[float]) -> int:
    """Give the place farthest below the line from the first to the last, the last of one or two."""
    last = len(distances) - 1
    drop = distances[0] - distances[last]
    if last < 2 or drop <= 0:
        return last
    below = [1 - i / last - (one - distances[last]) / drop for i, one in enumerate(distances)]
    return int(np.argmax(below))


def _assign(bucket: Bucket, offsets: Array, event: Array, names: int) -> _Partial:
    """Find the nearest representative of each customer, once per variant."""
    k = len(offsets) - 1
    high, low = hash_journeys(bucket.offsets, bucket.event)
    length = np.diff(bucket.offsets)
    present = np.flatnonzero(length)
    group, first, size = group_hashes(high[present], low[present], np.ones(len(present), np.int64))
    own, codes = cut_out(bucket.offsets, bucket.event, present[first], _CAP)
    which, distance = nearest_patterns(own, codes, offsets, event, names, _CAP)
    per_customer = np.full(bucket.customers, _NOBODY)
    per_customer[present] = which[group]
    whole = length[present[first]] <= _CAP
    return _Partial(
        per_customer,
        np.bincount(which, size, k).astype(np.int64),
        np.bincount(which, size * ((distance == 0) & whole), k).astype(np.int64),
        np.bincount(which, size * np.rint(distance * _UNIT), k).astype(np.int64),
        int(size[distance < _NEAR].sum()),
        int(size[~whole].sum()),
    )
