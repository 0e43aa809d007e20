"""Attribution: which touches of a customer's path are credited with a conversion.

A *touch* is an event with a channel, a *path* the touches since the customer's previous conversion and at
most ``lookback`` ms (end included) before the conversion, in the order of the log. Every touch counts,
repeats included. A conversion with an empty path is *direct*: no channel is credited. The touches after the
last conversion (all of them, where the customer never converted), at most ``lookback`` before the last of
them, are a *null* path, which only Markov's chain reads. A conversion is never a touch.

last, first
    The whole credit to one touch.
linear
    The same to each touch.
position
    ``first_share`` to the first touch, ``last_share`` to the last, the rest evenly to those between; of two
    touches each gets in proportion to its own share (half where both are 0), a single one gets all.
time_decay
    In proportion to ``2 ** (−age / half_life)``, the age measured from the touch to the conversion.
shapley
    The same to each *distinct* channel of the path. This is the exact Shapley value of the game in which a
    set of channels wins the conversions whose paths need no channel outside of it: that game is a sum of
    unanimity games, one per path (Zhao, Mahboobi & Bagheri, *Shapley value methods for attribution modeling
    in online advertising*, 2018). Order and repeats do not matter.
markov
    Removal effect in a chain of order 1 from a start over the channels to conversion or nothing (Anderl,
    Becker, von Wangenheim & Schumann, *Mapping the customer journey*, 2016), each transition as frequent as
    in the paths, null paths included. Solved, not simulated; see `removal_effects`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.inputs import Array, Int, read_only

NO_TOUCH = -1
"""The symbol of an event without a channel."""

CONVERSION = -2
"""The symbol of a conversion."""

CREDITED = ("last", "first", "linear", "position", "time_decay", "shapley")
"""Models that credit path by path, in the order of the first axis of `Credits.credit`."""

_DENSE = 4_000_000


class Credits(NamedTuple):
    """Credits of one bucket; they merge by `merge_credits`.

    ``credit`` (float64, models × groups × channels) in the order of `CREDITED`; models not wanted are 0 but
    for "last". ``touched`` (int64, groups × channels): conversions with the channel in their path.
    ``totals`` (float64, groups × 4): conversions, their worth, direct conversions, their worth. ``keys``
    (int64, rising) and ``moves`` (float64): transitions, where wanted, as ``(group * (channels + 1) + from) *
    (channels + 2) + to``; ``from`` 0 is the start, ``to`` 0 a conversion and 1 nothing; channel ``c`` is
    ``c + 1`` and ``c + 2``.
    """

    credit: Array
    touched: Array
    totals: Array
    keys: Array
    moves: Array


class Weights(NamedTuple):
    """What models are told: shares of first and last touch (0..1), half life in ms, and which are wanted."""

    first_share: float
    last_share: float
    half_life: float
    wanted: tuple[bool, bool, bool, bool, bool, bool]


def credit_bucket(
    offsets: Array,
    time: Array,
    symbol: Array,
    worth: Array,
    group: Array,
    groups: int,
    channels: int,
    lookback: int,
    weights: Weights,
    *,
    every: bool,
    chain: bool,
) -> Credits:
    """Credit the conversions of one bucket.

    Parameters
    ----------
    offsets, time
        The bucket's columns: ``customers + 1`` int64, and per event int64 ms.
    symbol
        int32, one per event: a channel from 0 to ``channels − 1``, `NO_TOUCH` or `CONVERSION`.
    worth
        float64, one per event, or empty: each conversion is worth 1. NaN is worth nothing.
    group
        int64, one per customer, below ``groups``.
    lookback
        Longest age of a touch in ms.
    every
        Whether every conversion counts; else only a customer's first, and nothing after it.
    chain
        Whether transitions are counted.
    """
    size = groups * (channels + 1) * (channels + 2) if chain else 0
    dense = 0 < size <= _DENSE
    tally = np.zeros(size if dense else 0, np.int64)
    room = 0 if dense or not chain else len(time) + len(offsets)
    keys = np.empty(room, np.int64)
    credit = np.zeros((len(CREDITED), groups, channels))
    touched, totals = np.zeros((groups, channels), np.int64), np.zeros((groups, 4))
    used = _bucket(
        read_only(offsets, np.int64), read_only(time, np.int64), read_only(symbol, np.int32),
        read_only(worth, np.float64), read_only(group, np.int64), channels, np.int64(lookback),
        weights.first_share, weights.last_share, weights.half_life, np.array(weights.wanted), every, chain,
        tally, keys, credit, touched, totals,
    )  # fmt: skip
    if dense:
        found = np.flatnonzero(tally)
        return Credits(credit, touched, totals, found, tally[found].astype(np.float64))
    found, moves = np.unique(keys[:used], return_counts=True)
    return Credits(credit, touched, totals, found, moves.astype(np.float64))


def credit_paths(
    offsets: Array,
    channel: Array,
    conversions: Array,
    worth: Array,
    nulls: Array,
    channels: int,
    weights: Weights,
) -> Credits:
    """Credit paths that are counted already; time decay, which needs times, must not be wanted.

    Parameters
    ----------
    offsets, channel
        Path ``i`` is ``channel[offsets[i]:offsets[i + 1]]``; int64 and int32.
    conversions, worth, nulls
        float64, one per path: how many conversions, what they are worth in all, how many came to nothing.
    """
    credit = np.zeros((len(CREDITED), 1, channels))
    touched = np.zeros((1, channels))
    _paths(
        read_only(offsets, np.int64), read_only(channel, np.int32), read_only(worth, np.float64),
        read_only(conversions, np.float64), weights.first_share, weights.last_share,
        np.array(weights.wanted), credit, touched,
    )  # fmt: skip
    lengths = np.diff(offsets)
    full = np.flatnonzero(lengths)
    direct = lengths == 0
    totals = np.array(
        [[conversions.sum(), worth.sum(), conversions[direct].sum(), worth[direct].sum()]], np.float64
    )
    before = np.empty(len(channel), np.int64)
    before[1:] = channel[:-1].astype(np.int64) + 1
    before[offsets[:-1][full]] = 0
    last = channel[offsets[1:][full] - 1].astype(np.int64) + 1
    width = channels + 2
    keys = np.concatenate([before * width + channel + 2, last * width, last * width + 1])
    each = np.repeat(conversions + nulls, lengths)
    moves = np.concatenate([each, conversions[full], nulls[full]])
    return Credits(credit, touched, totals, *_summed(keys, moves))


def merge_credits(first: Credits, second: Credits) -> Credits:
    """Join the credits of two sets of customers."""
    chain = _summed(np.concatenate([first.keys, second.keys]), np.concatenate([first.moves, second.moves]))
    return Credits(
        first.credit + second.credit, first.touched + second.touched, first.totals + second.totals, *chain
    )


def _summed(keys: Array, moves: Array) -> tuple[Array, Array]:
    found, places = np.unique(keys, return_inverse=True)
    return found, np.bincount(places, moves, len(found))


def removal_effects(keys: Array, moves: Array, worth: Array, channels: int) -> Array:
    """Give the share of the expected worth that is lost when a channel leads nowhere, 0..1.

    Of an absorbing chain with transitions ``Q`` among the channels and ``N = (I − Q)⁻¹``, the worth that
    passes a channel ``c`` is the chance to reach it, ``(start N)[c] / N[c, c]``, times what is expected from
    there. One inverse answers for all channels, with no chain solved anew. Loops from a channel to itself
    change nothing: they alter neither whether it is reached nor what follows.

    Parameters
    ----------
    keys, moves
        Transitions of one group, as in `Credits` with group 0.
    worth
        float64, one per channel: what the conversions are worth whose last touch it is.
    channels
        How many there are; only those in the transitions are solved for.
    """
    effects = np.zeros(channels)
    source, target = keys // (channels + 2), keys % (channels + 2)
    used = np.unique(np.concatenate([source[source > 0] - 1, target[target > 1] - 2]))
    if not len(used):
        return effects
    place = np.zeros(channels, np.int64)
    place[used] = np.arange(len(used))
    # Row and column 0 of the matrix are the start.
    rows = np.where(source > 0, place[np.maximum(source - 1, 0)] + 1, 0)
    leaving = np.bincount(rows, moves, len(used) + 1)
    leaving[leaving == 0] = 1
    among = target > 1
    chain = np.zeros((len(used) + 1, len(used)))
    chain[rows[among], place[target[among] - 2]] = moves[among]
    chain /= leaving[:, None]
    inverse = np.linalg.inv(np.eye(len(used)) - chain[1:])
    onward = inverse @ (worth[used] / leaving[1:])
    whole = chain[0] @ onward
    if whole:
        effects[used] = (chain[0] @ inverse) / np.diag(inverse) * onward / whole
    return effects


@njit(nogil=True, cache=True)
def _bucket(
    offsets: Array, time: Array, symbol: Array, worth: Array, group: Array, channels: Int, lookback: Int,
    first_share: float, last_share: float, half_life: float, wanted: Array, every: bool, chain: bool,
    tally: Array, keys: Array, credit: Array, touched: Array, totals: Array,
) -> int:  # fmt: skip
    longest = 0
    for customer in range(len(offsets) - 1):
        longest = max(longest, offsets[customer + 1] - offsets[customer])
    channel, when = np.empty(longest + 1, np.int32), np.empty(longest + 1, np.int64)
    stamp = np.full(channels, -1, np.int64)
    path, used = 0, 0
    for customer in range(len(offsets) - 1):
        own = group[customer]
        begin, end, going = 0, 0, True
        i = offsets[customer]
        while i < offsets[customer + 1] and going:
            code = symbol[i]
            if code >= 0:
                channel[end], when[end] = code, time[i]
                end += 1
            elif code == CONVERSION:
                one = 1.0
                if len(worth):
                    one = worth[i] if worth[i] == worth[i] else 0.0
                totals[own, 0] += 1
                totals[own, 1] += one
                while begin < end and time[i] - when[begin] > lookback:
                    begin += 1
                if begin == end:
                    totals[own, 2] += 1
                    totals[own, 3] += one
                else:
                    path += 1
                    _credit(
                        channel, when, begin, end, one, 1.0, first_share, last_share, half_life, wanted,
                        stamp, path, credit[:, own], touched[own],
                    )  # fmt: skip
                    if chain:
                        used = _moves(channel, begin, end, own, channels, 0, tally, keys, used)
                begin, end = 0, 0
                going = every
            i += 1
        if chain and going and end:
            while when[end - 1] - when[begin] > lookback:
                begin += 1
            used = _moves(channel, begin, end, own, channels, 1, tally, keys, used)
    return used


@njit(nogil=True, cache=True)
def _paths(
    offsets: Array, channel: Array, worth: Array, conversions: Array, first_share: float, last_share: float,
    wanted: Array, credit: Array, touched: Array,
) -> None:  # fmt: skip
    stamp = np.full(credit.shape[2], -1, np.int64)
    for path in range(len(offsets) - 1):
        if offsets[path] < offsets[path + 1]:
            _credit(
                channel, offsets, offsets[path], offsets[path + 1], worth[path], conversions[path],
                first_share, last_share, 1.0, wanted, stamp, path, credit[:, 0], touched[0],
            )  # fmt: skip


@njit(nogil=True, cache=True)
def _credit(
    channel: Array, when: Array, begin: Int, end: Int, worth: float, conversions: float, first_share: float,
    last_share: float, half_life: float, wanted: Array, stamp: Array, path: Int, credit: Array,
    touched: Array,
) -> None:  # fmt: skip
    n = end - begin
    first, last = channel[begin], channel[end - 1]
    credit[0, last] += worth
    credit[1, first] += worth
    distinct = 0
    for j in range(begin, end):
        if stamp[channel[j]] != path:
            stamp[channel[j]] = path
            touched[channel[j]] += conversions
            distinct += 1
    if wanted[2]:
        for j in range(begin, end):
            credit[2, channel[j]] += worth / n
    if wanted[3]:
        if n == 1:
            credit[3, first] += worth
        elif n == 2:
            ends = first_share + last_share
            part = first_share / ends if ends > 0 else 0.5
            credit[3, first] += worth * part
            credit[3, last] += worth * (1 - part)
        else:
            credit[3, first] += worth * first_share
            credit[3, last] += worth * last_share
            between = worth * (1 - first_share - last_share) / (n - 2)
            for j in range(begin + 1, end - 1):
                credit[3, channel[j]] += between
    if wanted[4]:
        # Ages from the last touch give the same proportions; its weight of 1 keeps the sum from vanishing.
        whole = 0.0
        for j in range(begin, end):
            whole += 2.0 ** (-(when[end - 1] - when[j]) / half_life)
        for j in range(begin, end):
            credit[4, channel[j]] += worth * 2.0 ** (-(when[end - 1] - when[j]) / half_life) / whole
    if wanted[5]:
        for j in range(begin, end):
            if stamp[channel[j]] == path:
                stamp[channel[j]] = -1
                credit[5, channel[j]] += worth / distinct


@njit(nogil=True, cache=True)
def _moves(
    channel: Array, begin: Int, end: Int, group: Int, channels: Int, ending: Int, tally: Array, keys: Array,
    used: Int,
) -> Int:  # fmt: skip
    row = group * (channels + 1)
    source = 0
    for j in range(begin, end + 1):
        target = channel[j] + 2 if j < end else ending
        key = (row + source) * (channels + 2) + target
        if len(tally):
            tally[key] += 1
        else:
            keys[used] = key
            used += 1
        source = target - 1
    return used
