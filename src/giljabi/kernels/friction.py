"""Friction in behaviour: where customers repeat, step back, hesitate, click in a rage, or leave.

A *symbol* is what an event stands for: its name, or the stage of a map; events of symbol 0 are not seen. A
*visit* is a stretch of a customer's seen events of one symbol, none of them later than ``again`` after the
one before. All is in the order of the log (by time; ties in order of arrival). Five kinds:

- *repeats*: a visit of more than ``events[s]`` events. `usual_limits` sets twice the median visit of the
  symbol, and at least 2.
- *steps back*: directly after symbol ``s`` comes one that this customer has had before and whose usual place
  is earlier, no later than ``detour`` after it; counted at ``s``. The usual place is the mean over customers
  of the relative place (0 first, 1 last) among the symbols they have, in the order of first occurrence. A
  ``beaten`` transition, one that at least a fifth of what follows ``s`` is, is a way to go and no step back.
- *waiting* (hesitation): the time from the seen event before, of another symbol, is longer than the upper
  fence of this very transition: in logarithms, the third quartile and one and a half times the distance
  between the quartiles (Tukey, *Exploratory Data Analysis*, 1977), but at least twice the third quartile.
  Transitions seen fewer than 20 times take the fence of all waits before the symbol; where those are fewer
  than 20 too, nobody waits. Where three of four go on within ``again``, who comes after longer was away and
  did not wait (``ceiling``). ``late[s]``, where set, is instead the longest time since the visit before
  began.
- *bursts* (rage): at least ``burst`` events of one name in direct succession, each no later than ``rapid``
  after the one before. Where every journey begins on a whole minute, times are too coarse to see them.
- *leaving* (abandonment): the customer's last seen event has a symbol with ``leave[s]``, by default one at
  which fewer than half of its customers end. Who may yet go on has not left: a journey is *open* where the
  log ends no later than ``patience[s]`` after the last event, in which 95 % of those who went on had done so.

Time lost: a repeating visit and a burst from first to last event; a step back until a symbol at least as far
as ``s`` is reached again, if the customer is not away meanwhile; waiting beyond the median of the transition;
leaving has none.

Rage clicks after the common use in session replay tools (three or more within seconds); the other kinds are
our own definitions. Quantiles are read off bins an eighth of an octave wide. Two passes: `usual_visits` tells
what is usual, `friction_bucket` counts who departs from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from giljabi.kernels.bins import histogram_quantile
from giljabi.kernels.graph import BINS, EdgeIndex, _bin, edge_row
from giljabi.kernels.inputs import Array, read_only

LENGTHS = 64
"""Bins of visit lengths; the last holds all longer ones."""

CUSTOMERS, SMOOTH, OPEN, REPEATS, STEPS_BACK, WAITING, BURSTS, LEAVING = range(8)
ANY = int(np.iinfo(np.int64).max)

_FIRST = REPEATS
_FIXED = 1 << 20
_FEW = 20
_PATIENCE, _BEATEN = 0.95, 0.2
_LENGTH_TIMES, _LEAST_REPEATS = 2, 2
_MINUTE = 60_000


class UsualVisits(NamedTuple):
    """What is usual, per symbol (row 0 unused) and per indexed transition; merge by `merge_usual`.

    ``lengths`` (symbols + 1, `LENGTHS`): visits by their number of events. ``waits`` (transitions,
    `giljabi.kernels.graph.BINS`), ``into``, ``onward`` (symbols + 1, BINS): times between seen events of
    different symbols by transition and by the symbol they lead to, and times until the next seen event of
    any symbol. ``place``, ``placed``, ``customers``, ``ends`` (symbols + 1, int64): the sum and number of
    relative places, customers who have the symbol, and who end with it. ``latest``: time of the last event;
    ``fine``: customers whose journey does not begin on a whole minute.
    """

    lengths: Array
    waits: Array
    into: Array
    onward: Array
    place: Array
    placed: Array
    customers: Array
    ends: Array
    latest: int
    fine: int


class Limits(NamedTuple):
    """Where friction begins; see the module. Per symbol (index 0 unused) unless said otherwise.

    ``events``, ``late``, ``fence_into``, ``typical_into``, ``ceiling_into``, ``place``, ``patience`` are
    int64, ``leave`` is bool. ``edges`` finds the transitions that ``fence``, ``typical``, ``ceiling`` (int64)
    and ``beaten`` (bool) belong to. ``forgiven`` (symbols + 1, symbols + 1, bool; or empty) allows steps
    back. ``again``, ``detour``, ``rapid`` and ``until`` (the log's end) are ms, ``burst`` is a number of
    events.
    """

    events: Array
    late: Array
    edges: EdgeIndex
    fence: Array
    typical: Array
    ceiling: Array
    beaten: Array
    fence_into: Array
    typical_into: Array
    ceiling_into: Array
    place: Array
    forgiven: Array
    leave: Array
    patience: Array
    again: int = ANY
    detour: int = ANY
    burst: int = 3
    rapid: int = 2000
    until: int = ANY


class FrictionCounts(NamedTuple):
    """Of one bucket; add up. Rows are symbols (row 0 unused).

    ``customers`` (int64, 8 columns): `CUSTOMERS` who have the symbol, `SMOOTH` who met no friction there,
    `OPEN` whose journey is open there, then by kind `REPEATS`, `STEPS_BACK`, `WAITING`, `BURSTS`, `LEAVING`;
    a customer may have several. ``times`` and ``lost`` (ms) have one column per kind: occurrences, and the
    time lost in all.
    """

    customers: Array
    times: Array
    lost: Array


def usual_visits(
    offsets: Array,
    time: Array,
    symbol: Array,
    count: int,
    index: EdgeIndex,
    transitions: int,
    again: int = ANY,
) -> UsualVisits:
    """See what is usual in one bucket.

    Parameters
    ----------
    offsets, time
        A bucket's customers (int64, customers + 1) and times (int64, ms, per event).
    symbol
        uint16 per event: the symbol from 1, 0 for none.
    count
        How many symbols there are.
    index, transitions
        Transitions to look at on their own, by ``source · (count + 1) + target``, and how many they are.
    again
        Longest time between events of one visit, ms.
    """
    usual = UsualVisits(
        np.zeros((count + 1, LENGTHS), np.uint32),
        np.zeros((transitions, BINS), np.uint32),
        np.zeros((count + 1, BINS), np.uint32),
        np.zeros((count + 1, BINS), np.uint32),
        place=np.zeros(count + 1, np.int64),
        placed=np.zeros(count + 1, np.int64),
        customers=np.zeros(count + 1, np.int64),
        ends=np.zeros(count + 1, np.int64),
        latest=0,
        fine=0,
    )
    offsets, time = read_only(offsets, np.int64), read_only(time, np.int64)
    _usual(
        offsets,
        time,
        read_only(symbol, np.uint16),
        index.keys,
        index.rows,
        again,
        *usual[:8],
    )
    held = np.flatnonzero(np.diff(offsets))
    latest = int(time[offsets[held + 1] - 1].max()) if len(held) else int(np.iinfo(np.int64).min)
    return usual._replace(latest=latest, fine=int(np.count_nonzero(time[offsets[held]] % _MINUTE)))


def merge_usual(partials: Iterable[UsualVisits]) -> UsualVisits:
    """Add up over the buckets of a log, of which there is at least one; the latest is the latest of all."""
    whole: list[Array] = []
    latest, fine = int(np.iinfo(np.int64).min), 0
    for part in partials:
        if whole:
            for total, more in zip(whole, part[:8], strict=True):
                np.add(total, more, out=total)
        else:
            whole = [np.array(field, np.int64) for field in part[:8]]
        latest, fine = max(latest, part.latest), fine + part.fine
    lengths, waits, into, onward, place, placed, customers, ends = whole
    return UsualVisits(lengths, waits, into, onward, place, placed, customers, ends, latest, fine)


def usual_limits(usual: UsualVisits, index: EdgeIndex, again: int = ANY) -> Limits:
    """Say where friction begins by what is usual; a map may set some of it otherwise.

    Parameters
    ----------
    usual
        Of the whole log.
    index
        The one that `usual_visits` was given.
    again
        Longest pause inside a visit, ms; a step back after a longer one is none.
    """
    size = len(usual.customers)
    fence, typical, ceiling = _fences(usual.waits, again)
    fence_into, typical_into, ceiling_into = _fences(usual.into, again)
    # Rare transitions have an entry too, and it is looked up: that of all waits before their target.
    keys = index.keys if len(index.keys) else np.arange(len(index.rows))
    indexed = index.rows >= 0
    source, target = np.zeros((2, len(fence)), np.int64)
    source[index.rows[indexed]], target[index.rows[indexed]] = np.divmod(keys[indexed], size)
    rare = fence < 0
    for own, pooled in ((fence, fence_into), (typical, typical_into), (ceiling, ceiling_into)):
        own[rare] = pooled[target[rare]]
    fence[fence < 0], fence_into[fence_into < 0] = ANY, ANY
    visits = np.cumsum(usual.lengths, axis=1)
    half = (visits[:, -1] + 1) // 2
    median = (visits < np.maximum(half, 1)[:, None]).sum(axis=1)
    return Limits(
        events=np.maximum(_LEAST_REPEATS, _LENGTH_TIMES * np.where(visits[:, -1] > 0, median, 0)),
        late=np.full(size, ANY),
        edges=index,
        fence=fence,
        typical=typical,
        ceiling=ceiling,
        beaten=usual.waits.sum(axis=1) >= np.maximum(1, _BEATEN * usual.onward.sum(axis=1)[source]),
        fence_into=fence_into,
        typical_into=typical_into,
        ceiling_into=ceiling_into,
        place=usual.place // np.maximum(usual.placed, 1),
        forgiven=np.zeros((0, 0), np.bool_),
        leave=2 * usual.ends < usual.customers,
        patience=_patience(usual.onward),
        again=again,
        detour=again,
        rapid=2000 if usual.fine else -1,
        until=usual.latest,
    )


def friction_bucket(
    offsets: Array, time: Array, event: Array, symbol: Array, limits: Limits
) -> FrictionCounts:
    """Count the customers of one bucket by what befell them at each symbol.

    Parameters
    ----------
    offsets, time, symbol
        As for `usual_visits`.
    event
        uint16 per event: the code of its name, which tells bursts.
    limits
        Where friction begins.
    """
    size = len(limits.events)
    numbers = [limits.events, limits.late, limits.fence, limits.typical, limits.ceiling]
    numbers += [limits.fence_into, limits.typical_into, limits.ceiling_into, limits.place, limits.patience]
    counts = FrictionCounts(
        np.zeros((size, 8), np.int64), np.zeros((size, 5), np.int64), np.zeros((size, 5), np.int64)
    )
    given: list[Any] = [
        read_only(offsets, np.int64),
        read_only(time, np.int64),
        read_only(event, np.uint16),
        read_only(symbol, np.uint16),
        limits.edges.keys,
        limits.edges.rows,
        *(read_only(array, np.int64) for array in numbers),
        np.ascontiguousarray(limits.beaten, np.bool_),
        np.ascontiguousarray(limits.forgiven, np.bool_),
        np.ascontiguousarray(limits.leave, np.bool_),
        *(limits.again, limits.detour, limits.burst, limits.rapid, limits.until),
        *counts,
    ]
    _friction(*given)
    return counts


def _fences(waits: Array, again: int) -> tuple[Array, Array, Array]:
    """Give the upper fence (−1 where fewer than 20 waits tell), median and ceiling of each row."""
    enough = waits.sum(axis=1) >= _FEW
    first, median, third = (
        np.nan_to_num(np.maximum(histogram_quantile(waits, share), 1), nan=1.0) for share in (0.25, 0.5, 0.75)
    )
    fence = np.minimum(np.maximum(third * (third / first) ** 1.5, 2 * third), 2.0**60)
    return (
        np.where(enough, fence.astype(np.int64), -1),
        np.where(enough, median.astype(np.int64), 0),
        np.where(enough & (third <= again), again, ANY),
    )


def _patience(onward: Array) -> Array:
    """Give the time in which 95 % had gone on, by symbol; where fewer than 20 did, of all symbols."""
    own = histogram_quantile(onward, _PATIENCE)
    whole = histogram_quantile(onward.sum(axis=0, keepdims=True), _PATIENCE)[0]
    found = np.where(onward.sum(axis=1) >= _FEW, own, whole)
    longest: Array = np.ceil(np.nan_to_num(found, nan=0.0)).astype(np.int64)
    return longest


@njit(cache=True, nogil=True)
def _usual(  # type: ignore[no-untyped-def]
    offsets, time, symbol, keys, rows, again, lengths, waits, into, onward, place, placed, customers, ends
):
    size = len(customers)
    seen_by = np.full(size, -1, np.int64)
    met = np.empty(size, np.int64)
    for customer in range(len(offsets) - 1):
        last, before, events, kinds = np.int64(0), np.int64(0), 0, 0
        for at in range(offsets[customer], offsets[customer + 1]):
            this = np.int64(symbol[at])
            if this == 0:
                continue
            now = time[at]
            took = now - before
            if seen_by[this] != customer:
                seen_by[this] = customer
                met[kinds] = this
                kinds += 1
            if last:
                onward[last, _bin(took)] += 1
                if last == this and took <= again:
                    events += 1
                else:
                    lengths[last, min(events, LENGTHS - 1)] += 1
                    events = 1
                    if last != this:
                        into[this, _bin(took)] += 1
                        row = edge_row(keys, rows, last * size + this)
                        if row >= 0:
                            waits[row, _bin(took)] += 1
            else:
                events = 1
            last, before = this, now
        if last:
            lengths[last, min(events, LENGTHS - 1)] += 1
            ends[last] += 1
        for k in range(kinds):
            customers[met[k]] += 1
            if kinds > 1:
                place[met[k]] += k * _FIXED // (kinds - 1)
                placed[met[k]] += 1


@njit(cache=True, nogil=True)
def _friction(  # type: ignore[no-untyped-def]
    offsets,
    time,
    event,
    symbol,
    keys,
    rows,
    most_events,
    late,
    fence,
    typical,
    ceiling,
    fence_into,
    typical_into,
    ceiling_into,
    place,
    patience,
    beaten,
    forgiven,
    leave,
    again,
    detour,
    burst,
    rapid,
    until,
    counts,
    times,
    lost,
):
    size = len(most_events)
    troubles = np.zeros(size, np.uint8)
    met = np.empty(size, np.int64)
    for customer in range(len(offsets) - 1):
        last, name, kinds, events, run = np.int64(0), np.int64(-1), 0, 0, 0
        before, since, begun = np.int64(0), np.int64(0), np.int64(0)
        away, away_since = np.int64(0), np.int64(0)
        for at in range(offsets[customer], offsets[customer + 1]):
            this, now = np.int64(symbol[at]), time[at]
            if this == 0:
                continue
            took = now - before
            had = troubles[this] != 0
            if not had:
                met[kinds] = this
                kinds += 1
                troubles[this] = 1
            if away and took > detour:
                away = np.int64(0)
            if away and place[this] >= place[away]:
                lost[away, STEPS_BACK - _FIRST] += now - away_since
                away = np.int64(0)
            if last and name == event[at] and last == this and took <= rapid:
                run += 1
                if run >= burst:
                    troubles[this] |= 1 << (BURSTS - 2)
                    times[this, BURSTS - _FIRST] += run == burst
                    lost[this, BURSTS - _FIRST] += now - begun if run == burst else took
            else:
                run, begun = 1, now
            if last == this and took <= again:
                events += 1
                if events > most_events[this]:
                    first = events == most_events[this] + 1
                    troubles[this] |= 1 << (REPEATS - 2)
                    times[this, REPEATS - _FIRST] += first
                    lost[this, REPEATS - _FIRST] += now - since if first else took
            else:
                if last and last != this:
                    row = edge_row(keys, rows, last * size + this)
                    earlier = had and place[this] < place[last] and took <= detour
                    if (
                        earlier
                        and not (row >= 0 and beaten[row])
                        and (len(forgiven) == 0 or not forgiven[last, this])
                    ):
                        troubles[last] |= 1 << (STEPS_BACK - 2)
                        times[last, STEPS_BACK - _FIRST] += 1
                        if not away:
                            away, away_since = last, before
                    if late[this] != ANY:
                        if now - since > late[this]:
                            troubles[this] |= 1 << (WAITING - 2)
                            times[this, WAITING - _FIRST] += 1
                            lost[this, WAITING - _FIRST] += now - since - late[this]
                    else:
                        limit = fence[row] if row >= 0 else fence_into[this]
                        if limit < took <= (ceiling[row] if row >= 0 else ceiling_into[this]):
                            troubles[this] |= 1 << (WAITING - 2)
                            times[this, WAITING - _FIRST] += 1
                            lost[this, WAITING - _FIRST] += took - (
                                typical[row] if row >= 0 else typical_into[this]
                            )
                since, events = now, 1
            last, before, name = this, now, np.int64(event[at])
        if last:
            if until - before <= patience[last]:
                counts[last, OPEN] += 1
            elif leave[last]:
                troubles[last] |= 1 << (LEAVING - 2)
                times[last, LEAVING - _FIRST] += 1
        for k in range(kinds):
            one = met[k]
            trouble = troubles[one]
            counts[one, CUSTOMERS] += 1
            counts[one, SMOOTH] += trouble == 1
            for kind in range(_FIRST, LEAVING + 1):
                counts[one, kind] += (trouble >> (kind - 2)) & 1
            troubles[one] = 0
