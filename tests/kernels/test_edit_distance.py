"""Bit vectors give the edit distances of the table, whatever the lengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles import representatives as oracle

from giljabi.kernels import edit_distances, nearest_patterns
from giljabi.store import Array

WAYS = st.lists(st.lists(st.integers(0, 2), max_size=9), min_size=1, max_size=7)


def columns(ways: list[list[int]]) -> tuple[Array, Array]:
    return (
        np.cumsum([0, *(len(way) for way in ways)]),
        np.array([code for way in ways for code in way], np.uint16),
    )


@given(ways=WAYS, cap=st.integers(1, 10))
@settings(max_examples=100, deadline=None)
def test_distances_are_those_of_the_table(ways: list[list[int]], cap: int) -> None:
    found = edit_distances(*columns(ways), np.arange(len(ways)), 3, cap)
    cut = [way[:cap] for way in ways]
    assert found == pytest.approx(np.array([[oracle.distance(a, b) for b in cut] for a in cut]))


@pytest.mark.parametrize("sizes", [(63, 64), (64, 65), (65, 200), (128, 129), (200, 192)])
def test_journeys_longer_than_a_word_are_compared_whole(sizes: tuple[int, int]) -> None:
    generator = np.random.default_rng(sizes[0])
    ways = [generator.integers(0, 4, size).tolist() for size in sizes]
    found = edit_distances(*columns(ways), np.arange(2), 4, 256)
    expected = oracle.distance(*ways)
    assert found == pytest.approx(np.array([[0, expected], [expected, 0]]))


@given(ways=WAYS, patterns=WAYS)
@settings(max_examples=60, deadline=None)
def test_the_first_of_the_nearest_patterns_is_given(ways: list[list[int]], patterns: list[list[int]]) -> None:
    which, distance = nearest_patterns(*columns(ways), *columns(patterns), 3, 100)
    for way, place, apart in zip(ways, which, distance, strict=True):
        expected = [oracle.distance(way, pattern) for pattern in patterns]
        assert apart == pytest.approx(min(expected))
        assert place == expected.index(min(expected))
