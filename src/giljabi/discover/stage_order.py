"""From facts about events to stages: who comes first, who belongs together, and where to cut.

**Order.** Events are put into the linear order that contradicts the fewest customers: the sum over pairs of
how many have their first ``a`` before their first ``b``, improved by moving single events until none gains
(the linear ordering problem, solved locally).

**Cohesion** of two events asks whether one stage should hold both:

- where customers have both, they belong together the less clear the order of the two is, and the more of the
  steps out of the rarer one go to and fro between them;
- where one of the two follows the other directly, they belong together when that takes a short time as steps
  go in this log, and apart when it takes long: the chance that a step between the two is shorter than any
  step of the log, less the chance that it is longer, −1 to 1;
- where customers have one *or* the other, they belong together when the same events come before and after.

Pairs are weighed by the square root of the rarer event's share of customers. Stages are contiguous in the
order; of all ways to cut it into so many stages, the one with the greatest cohesion within stages is taken.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from giljabi.kernels import (
    OCTAVES,
    Precedence,
    merge_precedence,
    precedence_bucket,
    spread_bucket,
    succession_octaves,
)
from giljabi.store import Array, Log, ask

MOST_EVENTS = 40
_RARE = 0.05
_DOUBT = 0.25
"""Events are not put together for want of an order alone: what speaks for it must exceed this."""


class StageFacts(NamedTuple):
    """What stages are made of.

    ``codes`` are the events that count, the most widespread first; they are numbered in this order from 0.
    ``precedence`` are their facts, ``order`` their numbers in the order of stages, ``cohesion`` (events,
    events) how much two belong together, negative where they do not.
    """

    codes: tuple[int, ...]
    precedence: Precedence
    order: tuple[int, ...]
    cohesion: Array

    def cut(self, stages: int) -> list[list[int]]:
        """Cut the events into so many stages (1 to the number of events); numbers, stage by stage."""
        return cut_order(list(self.order), self.cohesion, stages)


def stage_facts(log: Log) -> StageFacts:
    """Choose the events that count, and learn how they go together.

    Events that fewer than one customer in twenty has are left out; the 40 most widespread of the rest count.
    """
    spread = np.zeros(len(log.names), np.int64)
    for one in ask(log, lambda bucket: spread_bucket(bucket.offsets, bucket.event, len(log.names))):
        spread += one
    codes = [int(code) for code in np.argsort(-spread, kind="stable")[:MOST_EVENTS] if spread[code]]
    count = len([code for code in codes if spread[code] >= _RARE * log.customers]) or 1
    codes = codes[:count]
    number = np.zeros(len(log.names), np.int64)
    number[codes] = np.arange(1, len(codes) + 1)
    count = len(codes)
    parts, octaves = [], np.zeros((count, count, OCTAVES), np.int64)
    for part, more in ask(
        log,
        lambda bucket: (
            precedence_bucket(bucket.offsets, bucket.event, number, count),
            succession_octaves(bucket.offsets, bucket.time, bucket.event, number, count),
        ),
    ):
        parts.append(part)
        octaves += more
    facts = merge_precedence(parts)
    return StageFacts(tuple(codes), facts, tuple(linear_order(facts)), cohesion(facts, octaves))


def linear_order(facts: Precedence) -> list[int]:
    """Order the events (0-based) so that as few customers as possible go against it."""
    gain = facts.before - facts.before.T
    order: list[int] = np.argsort(-gain.sum(axis=1), kind="stable").tolist()
    improved = True
    while improved:
        improved = False
        for event in order:
            rest = [one for one in order if one != event]
            # Value of each place: what lies before it comes before, what lies after comes after.
            row = gain[rest, event]
            value = np.concatenate([[0], np.cumsum(row)]) - np.concatenate([np.cumsum(row[::-1])[::-1], [0]])
            best, now = int(np.argmax(value)), order.index(event)
            if value[best] > value[now]:
                order = [*rest[:best], event, *rest[best:]]
                improved = True
    return order


def cohesion(facts: Precedence, octaves: Array) -> Array:
    """Give for each pair of events how much they belong together; see the module.

    Parameters
    ----------
    facts
        How the events go together.
    octaves
        How long steps between them take, as `giljabi.kernels.succession_octaves` counts.
    """
    count = len(facts.customers)
    both = facts.before + facts.before.T
    least = np.minimum.outer(facts.customers, facts.customers)
    together = np.minimum(1, both / np.maximum(1, least))
    clear = np.abs(facts.before - facts.before.T) / np.maximum(1, both)
    direct = facts.follows[1:, 1:] * (1 - np.eye(count))
    leaving = np.maximum(1, direct.sum(axis=1))
    rarer = np.minimum.outer(leaving, leaving)
    to_and_fro = np.minimum(1, 4 * np.minimum(direct, direct.T) / rarer)
    follow = np.minimum(1, (direct + direct.T) / rarer)
    alike = (_overlap(_shares(facts.follows)) + _overlap(_shares(facts.follows.T))) / 2
    ordered = to_and_fro - np.maximum(clear, _DOUBT)
    worth = together * (ordered + follow * nearness(octaves)) + (1 - together) * (2 * alike - 1)
    weight = np.sqrt(least / max(1, facts.customers.max(initial=1)))
    weighed: Array = worth * weight * (1 - np.eye(count))
    return weighed


def nearness(octaves: Array) -> Array:
    """Compare how long steps take between two events, either way, with how long steps take at all.

    Returns
    -------
    float64 (events, events): the chance that a step of the pair is the shorter one less the chance that it is
    the longer one, −1 to 1; 0 where there are none.
    """
    apart = octaves * (1 - np.eye(len(octaves), dtype=np.int64))[:, :, None]
    whole = apart.sum(axis=(0, 1))
    longer = whole[::-1].cumsum()[::-1] - whole
    lead = (longer - (whole.cumsum() - whole)) / max(1, whole.sum())
    pairs = apart + apart.transpose(1, 0, 2)
    near: Array = (pairs @ lead) / np.maximum(1, pairs.sum(axis=2))
    return near


def cut_order(order: list[int], worth: Array, groups: int) -> list[list[int]]:
    """Cut an order into so many contiguous groups with the greatest cohesion within them."""
    size = len(order)
    along = worth[np.ix_(order, order)]
    # What belongs together counts per event, else large stages would win by their number of pairs alone;
    # what does not counts per pair, so that large stages need a reason.
    events = np.maximum(1, np.arange(size + 1)[None, :] - np.arange(size + 1)[:, None] - 1)
    inside = _within(np.maximum(along, 0)) / events + _within(np.minimum(along, 0))
    best = np.full((groups + 1, size + 1), -np.inf)
    came = np.zeros((groups + 1, size + 1), np.int64)
    best[0, 0] = 0
    for group in range(1, groups + 1):
        for end in range(group, size + 1):
            values = best[group - 1, :end] + inside[:end, end]
            came[group, end] = int(np.argmax(values))
            best[group, end] = values[came[group, end]]
    found, end = [], size
    for group in range(groups, 0, -1):
        start = int(came[group, end])
        found.append(order[start:end])
        end = start
    return found[::-1]


def _within(worth: Array) -> Array:
    """Sum over the pairs of every stretch ``start:end``."""
    size = len(worth)
    found = np.zeros((size + 1, size + 1))
    for start in range(size):
        for end in range(start + 1, size + 1):
            found[start, end] = found[start, end - 1] + worth[start : end - 1, end - 1].sum()
    return found


def _shares(follows: Array) -> Array:
    """Give each event's followers as shares; its own repetition left out."""
    rows = follows[1:].astype(float).copy()
    rows[np.arange(len(rows)), np.arange(1, len(rows) + 1)] = 0
    shares: Array = rows / np.maximum(1, rows.sum(axis=1, keepdims=True))
    return shares


def _overlap(shares: Array) -> Array:
    overlap: Array = np.minimum(shares[:, None, :], shares[None, :, :]).sum(axis=2)
    return overlap
