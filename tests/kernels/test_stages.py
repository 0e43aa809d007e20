"""Visits and gaps are those seen event by event, and steps fall into the octave of their time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from tests.logs import log_of
from tests.oracles import stages as oracle
from tests.oracles.journeys import Journey, journeys

from giljabi.kernels import BINS, OCTAVES, succession_octaves, visit_histograms, visit_values

STAGE_OF = {0: 1, 1: 2, 2: 2}
STAGE = np.array([1, 2, 2, 0])


@given(drawn=journeys(4, longest=7, customers=6))
@settings(max_examples=80, deadline=None)
def test_visits_and_gaps_are_those_seen_event_by_event(drawn: list[Journey]) -> None:
    (bucket,) = log_of([[("abcd"[code], time) for code, time in one] for one in drawn], names="abcd").buckets
    columns = (bucket.offsets, bucket.time, bucket.event, STAGE)
    row, value = visit_values(*columns, np.array([[0, BINS]] * 4))
    counts = visit_histograms(*columns, 2)
    for stage in (1, 2):
        found = [sorted(value[row == slot].tolist()) for slot in (2 * stage - 2, 2 * stage - 1)]
        expected = [oracle.times_within(drawn, STAGE_OF, stage), oracle.gaps(drawn, STAGE_OF, stage)]
        assert found == expected
        assert counts[2 * stage - 2 : 2 * stage].sum(axis=1).tolist() == [len(one) for one in expected]


def test_many_values_are_collected() -> None:
    times = [3 * at for at in range(5000)]
    (bucket,) = log_of([[("ab"[at % 2], time) for at, time in enumerate(times)]], names="ab").buckets
    row, value = visit_values(
        bucket.offsets, bucket.time, bucket.event, np.array([1, 2]), np.array([[0, BINS]] * 4)
    )
    assert np.bincount(row).tolist() == [2500, 2500, 2500]
    assert set(value[row == 1].tolist()) == {3}


def test_only_values_of_the_asked_bins_are_collected() -> None:
    (bucket,) = log_of([[("a", 0), ("a", 1), ("b", 1000), ("a", 1001), ("b", 90_000)]], names="ab").buckets
    columns = (bucket.offsets, bucket.time, bucket.event, np.array([1, 2]))
    counts = visit_histograms(*columns, 2)
    place = int(np.flatnonzero(counts[1])[0])
    row, value = visit_values(*columns, np.array([[0, 0], [place, place + 1], [0, 0], [0, 0]]))
    assert (row.tolist(), value.tolist()) == ([1], [999])


@pytest.mark.parametrize(
    ("took", "octave"), [(0, 0), (1, 1), (2, 2), (3, 2), (1023, 10), (1024, 11), (2**50, OCTAVES - 1)]
)
def test_a_step_falls_into_the_octave_of_its_time(took: int, octave: int) -> None:
    (bucket,) = log_of([[("a", 0), ("x", 0), ("b", took)]], names="abx").buckets
    found = succession_octaves(bucket.offsets, bucket.time, bucket.event, np.array([1, 2, 0]), 2)
    assert np.argwhere(found).tolist() == [[0, 1, octave]]
