import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import sessions as oracle
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import (
    cut_gaps,
    gap_bin_ends,
    gap_bins,
    otsu,
    session_values,
    spread_rank_bins,
    spread_values,
    tally_sessions,
)

LARGE = st.one_of(st.integers(0, 5000), st.integers(0, 1 << 43))


@given(drawn=journeys(3), longest=st.sampled_from([0, 1, 5, 1000]))
@settings(max_examples=60, deadline=None)
def test_cuts_are_those_of_the_oracle(drawn: list[Journey], longest: int) -> None:
    offsets, time, _ = columns(drawn)
    cuts = cut_gaps(offsets, time, longest)
    parts = [oracle.cut(one, longest) for one in drawn]
    assert cuts.sessions.tolist() == [len(some) for some in parts]
    assert np.diff(cuts.offsets).tolist() == [len(one) for some in parts for one in some]


@given(took=st.lists(LARGE, min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_spread_finds_the_values_of_ranks_again(took: list[int]) -> None:
    # One session of two events per duration.
    offsets = np.arange(len(took) + 1, dtype=np.int64) * 2
    time = np.array([moment for one in took for moment in (0, one)], np.int64)
    cuts = cut_gaps(offsets, time, 1 << 60)
    tally = tally_sessions(cuts, time, np.zeros(len(time), np.uint16), 1)
    assert tally.times.sum() == tally.lengths[2] == tally.repeats[1] == len(took)
    assert tally.starts.tolist() == tally.ends.tolist() == [len(took)]

    ranks = np.arange(len(took))
    bins = spread_rank_bins(tally.times, ranks)
    lowest = spread_values()
    for one, place in zip(sorted(took), bins, strict=True):
        assert lowest[place] <= one < (lowest[place + 1] if place < 2047 else one * 1.001 + 2)
    values, counts = session_values(cuts, time, (bins, np.zeros(0, np.int64), np.zeros(0, np.int64)))[0]
    assert np.repeat(values, counts).tolist() == sorted(took)


@given(drawn=st.lists(st.integers(0, 1 << 40), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_otsu_parts_where_the_classes_are_tightest(drawn: list[int]) -> None:
    values, counts = np.unique(drawn, return_counts=True)
    assert otsu(values, counts) == oracle.otsu([float(one) for one in drawn])


@pytest.mark.parametrize("gap", [0, 1, 7, 8, 1000, 86_400_000, 1 << 43])
def test_a_gap_lies_in_the_bin_that_ends_at_it_or_above(gap: int) -> None:
    counts = gap_bins(np.array([0, 2]), np.array([0, gap]))
    (place,) = np.flatnonzero(counts)
    ends = gap_bin_ends()
    assert gap <= ends[place]
    assert place == 0 or ends[place - 1] <= gap
