import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import graph as oracle
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import (
    BINS,
    NONE,
    GraphCounts,
    bin_floor,
    count_edges,
    edge_histograms,
    edge_values,
    index_edges,
    merge_edges,
)

DENSE, SPARSE = 4, 3000


def _as_oracle(counts: GraphCounts, names: int) -> dict[tuple[int, int], tuple[int, int, int]]:
    rows = zip(counts.key, counts.transitions, counts.customers, counts.total, strict=True)
    return {(int(k) // names, int(k) % names): (int(n), int(c), int(t)) for k, n, c, t in rows}


@pytest.mark.parametrize("names", [DENSE, SPARSE])
@given(drawn=journeys(DENSE))
@settings(max_examples=60, deadline=None)
def test_edges_are_those_of_the_oracle(names: int, drawn: list[Journey]) -> None:
    counts, slow = count_edges(*columns(drawn), names), oracle.graph(drawn)
    assert _as_oracle(counts, names) == {
        edge: (len(took), len(slow.travellers[edge]), sum(took)) for edge, took in slow.durations.items()
    }
    for code in range(DENSE):
        assert counts.starts[code] == slow.starts[code]
        assert counts.ends[code] == slow.ends[code]
        assert counts.node_customers[code] == len(slow.visitors[code])


@pytest.mark.parametrize("names", [DENSE, SPARSE])
@given(drawn=journeys(DENSE), cut=st.integers(0, 6))
@settings(max_examples=30, deadline=None)
def test_parts_merge_to_the_whole(names: int, drawn: list[Journey], cut: int) -> None:
    parts = [count_edges(*columns(some), names) for some in (drawn[:cut], drawn[cut:])]
    whole = count_edges(*columns(drawn), names)
    for merged, counted in zip(merge_edges(parts, names), whole, strict=True):
        np.testing.assert_array_equal(merged, counted)


def test_merging_nothing_gives_an_empty_graph() -> None:
    counts = merge_edges([], 3)
    assert len(counts.key) == 0
    assert counts.starts.tolist() == [0, 0, 0]


def test_the_hash_table_grows_beyond_its_first_size() -> None:
    names, events = 60_000, 200_001
    generator = np.random.default_rng(5)
    event = generator.integers(0, names, events).astype(np.uint16)
    offsets, time = np.array([0, events]), np.arange(events)
    counts = count_edges(offsets, time, event, names)
    keys = event[:-1].astype(np.int64) * names + event[1:]
    key, count = np.unique(keys, return_counts=True)
    np.testing.assert_array_equal(counts.key, key)
    np.testing.assert_array_equal(counts.transitions, count)
    np.testing.assert_array_equal(counts.total, count)


@pytest.mark.parametrize("names", [DENSE, SPARSE])
@given(drawn=journeys(DENSE))
@settings(max_examples=30, deadline=None)
def test_histograms_count_each_duration_in_its_bin(names: int, drawn: list[Journey]) -> None:
    slow = oracle.graph(drawn)
    edges = sorted(slow.durations)
    index = index_edges(np.array([a * names + b for a, b in edges], np.int64), names)
    counts = edge_histograms(*columns(drawn), names, index, len(edges))
    floor = bin_floor(np.arange(BINS + 1))
    for row, edge in enumerate(edges):
        expected, _ = np.histogram(slow.durations[edge], np.append(floor[:-1], 2.0**63))
        np.testing.assert_array_equal(counts[row], expected)


def test_bins_are_at_most_an_eighth_of_their_value_wide() -> None:
    floor = bin_floor(np.arange(BINS)).astype(float)
    assert floor[0] == 0
    assert floor[1] == 1
    assert (np.diff(floor) >= 0).all()
    assert (np.diff(floor[1:]) <= np.maximum(1, floor[1:-1] / 8)).all()


@pytest.mark.parametrize("names", [DENSE, SPARSE])
@given(drawn=journeys(DENSE), low=st.integers(0, 1000), span=st.integers(0, 100_000))
@settings(max_examples=30, deadline=None)
def test_values_are_the_durations_in_the_asked_ranges(
    names: int, drawn: list[Journey], low: int, span: int
) -> None:
    slow = oracle.graph(drawn)
    edges = sorted(slow.durations)[1:]
    index = index_edges(np.array([a * names + b for a, b in edges], np.int64), names)
    lows = np.tile([low, NONE], (len(edges), 1))
    slot, value = edge_values(*columns(drawn), names, index, lows, np.full_like(lows, span))
    for row, edge in enumerate(edges):
        expected = sorted(took for took in slow.durations[edge] if low <= took <= low + span)
        assert sorted(value[slot == 2 * row].tolist()) == expected
    assert (slot % 2 == 0).all()
