import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import graph as oracle
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import (
    BINS,
    NO_BIN,
    GraphCounts,
    count_edges,
    edge_histograms,
    edge_values,
    index_edges,
    merge_edges,
)

DENSE, MANY, SPARSE = 4, 100, 3000


def _as_oracle(counts: GraphCounts, names: int) -> dict[tuple[int, int], tuple[int, int, int]]:
    rows = zip(counts.key, counts.transitions, counts.customers, counts.total, strict=True)
    return {(int(k) // names, int(k) % names): (int(n), int(c), int(t)) for k, n, c, t in rows}


@pytest.mark.parametrize("names", [DENSE, MANY, SPARSE])
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


@given(drawn=journeys(DENSE))
@settings(max_examples=60, deadline=None)
def test_edges_without_customers_are_those_with_them(drawn: list[Journey]) -> None:
    lean, full = (count_edges(*columns(drawn), DENSE, customers) for customers in (False, True))
    for field in ("key", "transitions", "total", "starts", "ends"):
        np.testing.assert_array_equal(getattr(lean, field), getattr(full, field))


@pytest.mark.parametrize("names", [DENSE, MANY, SPARSE])
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


def _bin(took: int) -> int:
    """Give the bin of a duration: 0 for none, then eight per octave."""
    if took == 0:
        return 0
    octave = took.bit_length() - 1
    return min(1 + 8 * octave + (8 * took >> octave) - 8, BINS - 1)


@pytest.mark.parametrize("names", [DENSE, MANY, SPARSE])
@given(drawn=journeys(DENSE))
@settings(max_examples=30, deadline=None)
def test_histograms_count_each_duration_in_its_bin(names: int, drawn: list[Journey]) -> None:
    slow = oracle.graph(drawn)
    edges = sorted(slow.durations)
    index = index_edges(np.array([a * names + b for a, b in edges], np.int64), names)
    counts = edge_histograms(*columns(drawn), names, index, len(edges))
    for row, edge in enumerate(edges):
        bins = [_bin(took) for took in slow.durations[edge]]
        np.testing.assert_array_equal(counts[row], np.bincount(bins, minlength=BINS))


@given(took=st.integers(0, 2**50))
@settings(max_examples=60, deadline=None)
def test_any_duration_has_a_bin(took: int) -> None:
    columns = np.array([0, 2]), np.array([0, took]), np.zeros(2, np.uint16)
    counts = edge_histograms(*columns, 1, index_edges(np.zeros(1, np.int64), 1), 1)
    assert counts.shape == (1, BINS)
    assert counts[0].nonzero()[0].tolist() == [_bin(took)]


@pytest.mark.parametrize("names", [DENSE, MANY, SPARSE])
@given(drawn=journeys(DENSE), first=st.integers(0, 100), more=st.integers(0, 200))
@settings(max_examples=30, deadline=None)
def test_values_are_the_durations_in_the_asked_bins(
    names: int, drawn: list[Journey], first: int, more: int
) -> None:
    slow = oracle.graph(drawn)
    edges = sorted(slow.durations)[1:]
    index = index_edges(np.array([a * names + b for a, b in edges], np.int64), names)
    asked = {0: [first, more, NO_BIN, 0], 1: [NO_BIN, 0, first, more], 2: [0, BINS, 0, BINS]}
    for slots, ranges in asked.items():
        rows = np.tile(np.array(ranges, np.uint16), (len(edges), 1))
        slot, value = edge_values(*columns(drawn), names, index, rows)
        for row, edge in enumerate(edges):
            for one in (0, 1):
                low, high = ranges[2 * one], ranges[2 * one] + ranges[2 * one + 1]
                wanted = sorted(
                    t for t in slow.durations[edge] if slots in (one, 2) and low <= _bin(t) <= high
                )
                assert sorted(value[slot == 2 * row + one].tolist()) == wanted
