"""From facts about events to an order of stages: who comes first, and who belongs together.

**Order.** Events are put into the linear order that contradicts the fewest customers: the sum over pairs of
how many have their first ``a`` before their first ``b``, improved by moving single events until none gains
(the linear ordering problem, solved locally).

**Cohesion** of two events, −1 to 1, asks whether one stage should hold both:

- where customers have both, the less clear the order of the two is, and the more of the steps out of the
  rarer one go to and fro between them, the more they belong together;
- where customers have one *or* the other, they belong together when the same events come before and after.

Pairs are weighed by the square root of the rarer event's share of customers. Stages are contiguous in the
order; of all ways to cut it into so many stages, the one with the greatest cohesion within stages is taken.
"""

from __future__ import annotations

import numpy as np

from giljabi.kernels import Precedence
from giljabi.store import Array

_DOUBT = 0.25
"""Events are not put together for want of an order alone: what speaks for it must exceed this."""


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


def cohesion(facts: Precedence) -> Array:
    """Give for each pair of events how much they belong together, −1..1 times the root of their share."""
    count = len(facts.customers)
    both = facts.before + facts.before.T
    least = np.minimum.outer(facts.customers, facts.customers)
    together = np.minimum(1, both / np.maximum(1, least))
    clear = np.abs(facts.before - facts.before.T) / np.maximum(1, both)
    direct = facts.follows[1:, 1:] * (1 - np.eye(count))
    leaving = np.maximum(1, direct.sum(axis=1))
    to_and_fro = np.minimum(1, 4 * np.minimum(direct, direct.T) / np.minimum.outer(leaving, leaving))
    alike = (_overlap(_shares(facts.follows)) + _overlap(_shares(facts.follows.T))) / 2
    worth = together * (to_and_fro - np.maximum(clear, _DOUBT)) + (1 - together) * (2 * alike - 1)
    weight = np.sqrt(least / max(1, facts.customers.max(initial=1)))
    weighed: Array = worth * weight * (1 - np.eye(count))
    return weighed


def cut(order: list[int], worth: Array, groups: int) -> list[list[int]]:
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
