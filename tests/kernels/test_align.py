"""Alignment finds the least number of deviations, breaks ties as it says, and counts what lies on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles.align import Rules, best_alignment, deviations, late, least_cost

from giljabi.kernels import AlignPartial, Automaton, align_bucket, automaton, gap_quantile, merge_alignments
from giljabi.kernels.align import GAP_BINS, gap_bin

Timed = list[tuple[int, int]]


def aligned(
    journeys: list[Timed], rules: Rules, *, count: bool = True, by_name: bool = True
) -> tuple[AlignPartial, list[int]]:
    stages = len(rules.required)
    offsets = np.cumsum([0, *map(len, journeys)])
    symbols = np.array([symbol for journey in journeys for symbol, _ in journey], np.uint16)
    time = np.array([at for journey in journeys for _, at in journey], np.int64)
    costs = np.empty(len(journeys), np.int64)
    partial = align_bucket(
        offsets,
        time,
        symbols,
        np.arange(stages + 1, dtype=np.uint8) if by_name else symbols.astype(np.uint8),
        way(rules),
        stages + 1,
        by_name=by_name,
        count_unmatched=count,
        costs=costs,
    )
    return partial, costs.tolist()


def way(rules: Rules) -> Automaton:
    return automaton(
        rules.required,
        rules.repeats,
        [sorted(stages) for stages in rules.returns_to],
        rules.within or [None] * len(rules.required),
        to_the_last=rules.to_the_last,
    )


def straight(stages: int, *, repeats: bool = True, to_the_last: bool = True) -> Rules:
    return Rules((True,) * stages, (repeats,) * stages, (frozenset(),) * stages, to_the_last)


def untimed(*symbols: int) -> Timed:
    return [(symbol, index) for index, symbol in enumerate(symbols)]


@st.composite
def rules_and_journeys(draw: st.DrawFn, length: int = 7) -> tuple[Rules, list[Timed]]:
    stages = draw(st.integers(1, 5))
    flags = st.tuples(*[st.booleans()] * stages)
    returns = tuple(
        draw(st.frozensets(st.integers(1, stage - 1), max_size=3)) if stage > 1 else frozenset()
        for stage in range(1, stages + 1)
    )
    within = tuple(draw(st.none() | st.integers(1, 6)) for _ in range(stages))
    rules = Rules(draw(flags), draw(flags), returns, draw(st.booleans()), within)
    events = st.tuples(st.integers(0, stages), st.integers(0, 5))
    journeys = []
    for gaps in draw(st.lists(st.lists(events, min_size=1, max_size=length), min_size=1, max_size=4)):
        times = np.cumsum([gap for _, gap in gaps]).tolist()
        journeys.append([(symbol, at) for (symbol, _), at in zip(gaps, times, strict=True)])
    return rules, journeys


@settings(max_examples=60, deadline=None)
@given(rules_and_journeys(length=12))
def test_the_cost_is_that_of_the_shortest_path(case: tuple[Rules, list[Timed]]) -> None:
    rules, journeys = case
    _, costs = aligned(journeys, rules)
    assert costs == [least_cost([symbol for symbol, _ in journey], rules) for journey in journeys]


@settings(max_examples=60, deadline=None)
@given(rules_and_journeys())
def test_ties_are_broken_towards_few_missing_stages_and_early_events(case: tuple[Rules, list[Timed]]) -> None:
    rules, journeys = case
    for journey in journeys:
        partial, _ = aligned([journey], rules)
        symbols = [symbol for symbol, _ in journey]
        cost, missing, _ = best_alignment(symbols, rules)
        found = {
            (kind, stage): int(partial.dropped[index, stage, :, 0].sum())
            for index, kind in enumerate(("unexpected", "out_of_order"))
            for stage in range(len(rules.required) + 1)
        }
        assert {key: times for key, times in found.items() if times} == deviations(symbols, rules)
        assert (int(partial.totals[3]), int(partial.missing[0].sum())) == (cost, missing)
        assert {i: n for i, n in enumerate(partial.late[0].tolist()) if n} == late(journey, rules)


@settings(max_examples=60, deadline=None)
@given(rules_and_journeys(length=20))
def test_deviations_add_up_to_the_cost(case: tuple[Rules, list[Timed]]) -> None:
    rules, journeys = case
    partial, costs = aligned(journeys, rules)
    assert partial.totals[3] == sum(costs)
    assert partial.missing[0].sum() + partial.dropped[..., 0].sum() == sum(costs)
    assert partial.totals[2] == costs.count(0)
    assert partial.spread.sum() == partial.totals[0]


@settings(max_examples=40, deadline=None)
@given(rules_and_journeys(length=10), st.booleans())
def test_ignored_events_leave_the_alignment_as_if_they_were_not_there(
    case: tuple[Rules, list[Timed]], by_name: bool
) -> None:
    rules, journeys = case
    partial, costs = aligned(journeys, rules, count=False, by_name=by_name)
    cleared = [[one for one in journey if one[0]] for journey in journeys]
    mapped = [journey for journey in cleared if journey or rules.left(0)]
    expected, mapped_costs = aligned(mapped, rules)
    assert [cost for cost in costs if cost >= 0] == mapped_costs
    assert partial.totals[1] == len(journeys) - len(mapped)
    for field in ("missing", "late", "dropped", "reach", "gaps", "spread"):
        np.testing.assert_array_equal(getattr(partial, field), getattr(expected, field))


@settings(max_examples=30, deadline=None)
@given(rules_and_journeys(length=10), st.integers(0, 4))
def test_parts_add_up_to_the_whole(case: tuple[Rules, list[Timed]], cut: int) -> None:
    rules, journeys = case
    whole, _ = aligned(journeys, rules)
    parts = [aligned(part, rules)[0] for part in (journeys[:cut], journeys[cut:])]
    for total, field in zip(merge_alignments(parts), whole, strict=True):
        np.testing.assert_allclose(total, field)


def test_a_journey_along_the_map_has_no_deviation() -> None:
    partial, costs = aligned([untimed(1, 2, 2, 3)], straight(3))
    assert costs == [0]
    assert partial.fitness[0] == 1
    assert partial.spread[-1] == 1


def test_the_worst_alignment_drops_every_event_and_misses_every_required_stage() -> None:
    partial, costs = aligned([untimed(0, 0, 2)], straight(3))
    assert costs == [4]
    assert partial.fitness[0] == pytest.approx(1 - 4 / 6)


def test_stopping_early_is_no_deviation_where_the_map_ends_anywhere() -> None:
    _, costs = aligned([untimed(1), untimed(1, 3)], straight(4, to_the_last=False))
    assert costs == [0, 1]


def test_a_return_of_a_stage_that_was_skipped_makes_that_stage_missing() -> None:
    rules = Rules((True,) * 3, (False,) * 3, (frozenset(), frozenset(), frozenset({1})), True)
    partial, costs = aligned([untimed(1, 2, 1, 2, 3)], rules)
    assert costs == [1]
    assert partial.missing[0].tolist() == [0, 0, 0, 1]


def test_after_a_return_the_stages_between_count_again() -> None:
    rules = Rules((True,) * 3, (True,) * 3, (frozenset(), frozenset(), frozenset({1})), True)
    partial, costs = aligned([untimed(1, 2, 3, 1, 1, 3)], rules)
    assert costs == [1]
    assert partial.missing.tolist() == [[0, 0, 1, 0], [0, 0, 1, 0]]


def test_a_customer_counts_once_for_each_kind_of_deviation() -> None:
    partial, _ = aligned([untimed(1, 0, 0, 2), untimed(1, 2)], straight(2))
    assert partial.dropped[0, 0, 0].tolist() == [2, 1]


def test_customers_whose_events_are_all_ignored_say_nothing() -> None:
    partial, costs = aligned([untimed(0, 0), untimed(1)], straight(2, to_the_last=False), count=False)
    assert costs == [-1, 0]
    assert partial.totals[:3].tolist() == [1, 1, 1]
    assert partial.reach.tolist() == [0, 1, 0]


def test_a_visit_is_late_after_the_time_its_stage_allows() -> None:
    rules = Rules((True,) * 2, (True,) * 2, (frozenset(), frozenset({1})), False, (None, 10))
    journeys = [[(1, 0), (1, 5), (2, 10)], [(1, 0), (2, 11), (2, 12), (1, 20), (2, 40)]]
    partial, costs = aligned(journeys, rules)
    assert partial.late.tolist() == [[0, 0, 2], [0, 0, 1]]
    assert costs == [0, 0]


def test_gaps_are_taken_at_the_first_visit_of_each_stage() -> None:
    rules = Rules((True,) * 2, (True,) * 2, (frozenset(), frozenset({1})), False)
    partial, _ = aligned([[(1, 0), (2, 7), (1, 100), (2, 200)], [(1, 0), (2, 9)]], rules)
    assert gap_quantile(partial.gaps[2], 0.5) == (8.0, 2)
    assert gap_quantile(partial.gaps[1], 0.5) == (None, 0)


def test_maps_of_more_stages_than_a_vector_are_aligned() -> None:
    _, costs = aligned([untimed(*range(1, 64)), untimed(63), untimed(40, 20, 41)], straight(63))
    assert costs == [0, 62, 62]


def test_journeys_longer_than_small_numbers_hold_are_aligned() -> None:
    journey = untimed(*([2, 1] * 40_000))
    partial, costs = aligned([journey], straight(2, to_the_last=False))
    assert costs == [40_000]
    assert partial.missing.sum() == 0


def test_a_map_of_too_many_stages_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 63"):
        way(straight(64))


@given(st.integers(0, 2**41 - 1), st.integers(0, 2**41 - 1))
def test_gap_bins_keep_the_order_and_are_narrow(first: int, second: int) -> None:
    low, high = sorted((first, second))
    assert 0 <= gap_bin(low) <= gap_bin(high) < GAP_BINS
    bins = np.zeros(GAP_BINS, np.int64)
    bins[gap_bin(low)] = 1
    value, _ = gap_quantile(bins, 0.5)
    assert value == pytest.approx(low, rel=0.002)


@given(st.integers(0, 255))
def test_short_gaps_are_exact(gap: int) -> None:
    bins = np.zeros(GAP_BINS, np.int64)
    bins[gap_bin(gap)] = 1
    assert gap_quantile(bins, 0.5) == (gap, 1)
