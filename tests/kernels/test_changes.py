"""What customers did in two periods, counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import mannwhitneyu
from tests.oracles import changes as oracle
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import (
    Periods,
    bin_floors,
    count_periods,
    histogram_quantile,
    index_edges,
    merge_periods,
    open_journeys,
    period_durations,
    rank_sum,
)
from giljabi.kernels.graph import BINS

NAMES = 4

PERIODS = st.builds(
    lambda start, length, gap, longer, follow: Periods(
        start,
        start + length,
        start + length + gap,
        start + 2 * length + gap + longer,
        min(follow, length - 1),
    ),
    st.sampled_from([0, 1, 30]),
    st.sampled_from([2, 7, 50, 2000]),
    st.sampled_from([0, 3]),
    st.sampled_from([0, 1000]),
    st.sampled_from([0, 1, 5, 40]),
)


@pytest.mark.parametrize("names", [NAMES, 3000])
@given(drawn=journeys(NAMES, longest=12), periods=PERIODS)
@settings(max_examples=100, deadline=None)
def test_customers_are_those_of_the_oracle(names: int, drawn: list[Journey], periods: Periods) -> None:
    slow = oracle.did(drawn, periods)
    parts = [count_periods(*columns(some), names, periods) for some in (drawn[::2], drawn[1::2])]
    found = merge_periods(parts, names)
    assert np.all(np.diff(found.key) > 0)
    moved = {(int(k) // names, int(k) % names): row for k, row in zip(found.key, found.moved, strict=True)}
    for period in (0, 1):
        assert found.active[period] == slow.customers["active", period, None]
        assert found.starters[period] == slow.customers["starter", period, None]
        for code in range(NAMES):
            assert found.seen[period, code] == slow.customers["seen", period, code]
            assert found.sources[period, code] == slow.customers["source", period, code]
            assert found.converted[period, code] == slow.customers["converted", period, code]
            for target in range(NAMES):
                row = moved.get((code, target), (0, 0))
                assert row[period] == slow.customers["moved", period, (code, target)]


@given(drawn=journeys(NAMES, longest=12), periods=PERIODS)
@settings(max_examples=80, deadline=None)
def test_durations_and_openings_are_those_of_the_oracle(drawn: list[Journey], periods: Periods) -> None:
    slow = oracle.did(drawn, periods)
    keys = np.arange(NAMES * NAMES)
    found = period_durations(*columns(drawn), NAMES, periods, index_edges(keys, NAMES), len(keys))
    floors = bin_floors()
    for period in (0, 1):
        for key in keys.tolist():
            took = slow.durations.get((divmod(key, NAMES), period), [])
            bins = np.searchsorted(floors, took, side="right") - 1
            assert np.array_equal(found[period, key], np.bincount(bins, minlength=BINS))
    opened = open_journeys(*columns(drawn), periods)
    variants = Counter(
        (tuple(opened.event[begin:end].tolist()), int(period))
        for begin, end, period in zip(opened.offsets[:-1], opened.offsets[1:], opened.period, strict=True)
    )
    assert variants == slow.variants


def test_many_edges_outgrow_the_first_table() -> None:
    names = 5000
    code = np.random.default_rng(1).integers(0, names, 20_000).astype(np.uint16)
    time = np.arange(len(code))
    periods = Periods(0, 10_000, 10_000, 20_000, 5)
    found = count_periods(np.array([0, len(code)]), time, code, names, periods)
    inside = np.concatenate([np.arange(9995), np.arange(10_000, 19_995)])
    pairs = code[inside].astype(np.int64) * names + code[inside + 1]
    assert np.array_equal(found.key, np.unique(pairs))


def test_the_rank_sum_is_that_of_mann_and_whitney() -> None:
    rng = np.random.default_rng(3)
    one, two = rng.integers(0, 9, 40), rng.integers(2, 11, 60)
    counts = [np.bincount(values, minlength=12)[None, :] for values in (one, two)]
    z = rank_sum(*counts)
    known = mannwhitneyu(one, two, use_continuity=False, method="asymptotic")
    assert z[0] > 0
    assert 2 * ndtr(-abs(z[0])) == pytest.approx(known.pvalue)
    assert np.isnan(rank_sum(counts[0], np.zeros((1, 12))))[0]


@given(
    values=st.lists(st.integers(0, 1 << 30), min_size=1, max_size=60), share=st.sampled_from([0.25, 0.5, 0.9])
)
@settings(max_examples=80, deadline=None)
def test_a_quantile_lies_in_the_bin_of_the_value_with_its_rank(values: list[int], share: float) -> None:
    floors = bin_floors()
    bins = np.searchsorted(floors, values, side="right") - 1
    found = histogram_quantile(np.bincount(bins, minlength=BINS)[None, :], share)[0]
    rank = max(0, int(np.ceil(share * len(values))) - 1)
    place = np.searchsorted(floors, sorted(values)[rank], side="right") - 1
    assert np.ceil(floors[place]) <= found < floors[place + 1]


def test_a_quantile_of_nothing_is_unknown() -> None:
    assert np.isnan(histogram_quantile(np.zeros((1, BINS), int), 0.5))[0]
