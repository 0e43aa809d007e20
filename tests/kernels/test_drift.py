"""Windows of a process, and how far they lie apart."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from tests.oracles.journeys import Journey, columns, journeys

from giljabi.kernels import (
    GROUPS,
    count_windows,
    drift_by_chance,
    drift_contributions,
    drift_distances,
    index_edges,
)

NAMES = 3


@pytest.mark.parametrize("names", [NAMES, 3000])
@given(
    drawn=journeys(NAMES, longest=12),
    borders=st.lists(st.integers(0, 2000), min_size=2, max_size=6, unique=True).map(sorted),
)
@settings(max_examples=80, deadline=None)
def test_transitions_belong_to_the_window_of_their_second_event(
    names: int, drawn: list[Journey], borders: list[int]
) -> None:
    known = [(0, 1), (2, 2)]
    index = index_edges(np.array([a * names + b for a, b in known]), names)
    found = count_windows(*columns(drawn), names, np.array(borders), index, len(known))
    slow: Counter[tuple[int, int]] = Counter()
    for journey in drawn:
        for (source, _), (target, now) in pairwise(journey):
            row = known.index((source, target)) if (source, target) in known else len(known)
            slow.update((w, row) for w, (a, b) in enumerate(pairwise(borders)) if a <= now < b)
    assert {place: int(n) for place, n in np.ndenumerate(found.sum(axis=2)) if n} == dict(slow)


def test_what_is_of_one_customer_is_of_one_group() -> None:
    drawn: list[Journey] = [[(i % 3, 7919 * customer + i) for i in range(9)] for customer in range(300)]
    index = index_edges(np.zeros(0, np.int64), NAMES)
    table = count_windows(*columns(drawn), NAMES, np.array([0, 10**9]), index, 0)
    assert np.all(table % 8 == 0)
    assert np.count_nonzero(table) == GROUPS
    assert table.max() < 4 * table.mean()


@given(
    a=st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any),
    b=st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any),
)
@settings(max_examples=80, deadline=None)
def test_the_distance_is_that_of_jensen_and_shannon(a: list[int], b: list[int]) -> None:
    found = drift_distances(np.array(a), np.array(b))
    assert found == pytest.approx(jensenshannon(a, b, 2), abs=1e-7)
    assert drift_contributions(np.array(a), np.array(b)).sum() == pytest.approx(found**2, abs=1e-9)


def test_a_window_without_transitions_has_no_distance() -> None:
    assert math.isnan(drift_distances(np.zeros(3), np.ones(3)))


def test_chance_swaps_the_windows_of_whole_groups() -> None:
    before, after = np.zeros((2, GROUPS), int), np.zeros((2, GROUPS), int)
    before[0], after[1] = 5, 5
    drawn = drift_by_chance(before, after, 200, seed=1)
    possible = [drift_distances(np.array([16 - k, k]), np.array([k, 16 - k])) for k in range(17)]
    assert all(np.isclose(value, possible).any() for value in drawn)
    assert np.median(drawn) < 0.3
    assert np.array_equal(drawn, drift_by_chance(before, after, 200, seed=1))
