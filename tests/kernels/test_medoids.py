"""The iterative c-min is the one by the book, and exchanges end where none helps."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.oracles import representatives as oracle

from giljabi.kernels import add_medoid, cover_in_turn, swap_medoids
from giljabi.store import Array

WAYS = st.lists(st.text("abc", min_size=1, max_size=5), min_size=6, max_size=6)


def table(ways: list[str]) -> tuple[list[str], Array, Array]:
    count = Counter(ways)
    order = sorted(count, key=lambda way: (-count[way], way))
    apart = np.array([[oracle.distance(a, b) for b in order] for a in order], np.float32)
    return order, apart, np.array([count[way] for way in order], np.float64)


@given(ways=WAYS, k=st.sampled_from([1, 2, 3]))
@example(ways=["a", "b", "c", "ab", "aaa", "aab"], k=1)
@settings(max_examples=80, deadline=None)
def test_covering_in_turn_is_the_iterative_c_min(ways: list[str], k: int) -> None:
    order, apart, weight = table(ways)
    k = k if k <= len(order) else 1
    nearness = np.argsort(apart, axis=1, kind="stable").astype(np.int32)
    chosen = cover_in_turn(apart, nearness, weight, k)
    assert [order[one] for one in chosen] == ["".join(map(str, way)) for way in oracle.c_min(ways, k)]


@given(ways=WAYS, k=st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_no_exchange_helps_at_the_end(ways: list[str], k: int) -> None:
    order, apart, weight = table(ways)
    k = min(k, len(order))
    chosen, cost = swap_medoids(apart, weight, np.arange(k))
    assert len(set(chosen.tolist())) == k
    assert cost == pytest.approx(weight @ apart[chosen].min(axis=0), abs=1e-5)
    for place in range(k):
        for candidate in range(len(order)):
            other = chosen.copy()
            other[place] = candidate
            assert weight @ apart[other].min(axis=0) >= cost - 1e-5


def test_a_medoid_is_added_where_it_helps_most() -> None:
    order, apart, weight = table(["aaaa", "aaaa", "bbbb", "bbbb", "bbbb", "aaab"])
    first = add_medoid(apart, weight, np.zeros(0, np.int64))
    assert [order[one] for one in add_medoid(apart, weight, first)] == ["bbbb", "aaaa"]
