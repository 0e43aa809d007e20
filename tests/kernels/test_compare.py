"""Differences between shares and medians of customers who may be on both sides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giljabi.kernels import (
    Overlap,
    median_difference,
    overlap_difference,
    share_difference,
    share_p_value,
    wilson,
)

pairs_of_answers = st.lists(
    st.tuples(st.sampled_from([None, False, True]), st.sampled_from([None, False, True])), max_size=60
)


def counted(answers: list[tuple[bool | None, bool | None]]) -> Overlap:
    from tests.oracles.compare import overlap

    return Overlap(*overlap(answers))


@given(pairs_of_answers)
@settings(max_examples=100, deadline=None)
def test_a_difference_lies_within_its_interval(answers: list[tuple[bool | None, bool | None]]) -> None:
    counts = counted(answers)
    found = overlap_difference(counts)
    if not counts.n_a or not counts.n_b:
        assert found is None
        return
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.p is not None
    assert found.difference is not None
    assert -1 <= found.low <= found.difference + 1e-12
    assert found.difference - 1e-12 <= found.high <= 1
    assert 0 <= found.p <= 1
    assert found.difference == pytest.approx(counts.a / counts.n_a - counts.b / counts.n_b)


@given(st.integers(1, 80), st.integers(1, 80), st.data())
@settings(max_examples=50, deadline=None)
def test_with_nobody_on_both_sides_the_shares_are_independent(
    n_a: int, n_b: int, data: st.DataObject
) -> None:
    a, b = data.draw(st.integers(0, n_a)), data.draw(st.integers(0, n_b))
    found = overlap_difference(Overlap(n_a, a, n_b, b))
    assert found is not None
    assert found[:3] == pytest.approx(share_difference(a, n_a, b, n_b))
    assert found.p == share_p_value(a, n_a, b, n_b)


def test_the_same_people_on_both_sides_are_pairs() -> None:
    # 30 of 100 say yes to both, 25 to the first only, 5 to the second only.
    pairs = Overlap(100, 55, 100, 35, 100, 55, 35, 30)
    found = overlap_difference(pairs)
    assert found is not None
    low_a, high_a = wilson(55, 100) or (0, 0)
    low_b, high_b = wilson(35, 100) or (0, 0)
    phi = (30 * 40 - 25 * 5) / (55 * 45 * 35 * 65) ** 0.5
    down, up = (0.55 - low_a, high_b - 0.35), (high_a - 0.55, 0.35 - low_b)
    assert found.low == pytest.approx(
        0.2 - (down[0] ** 2 - 2 * phi * down[0] * down[1] + down[1] ** 2) ** 0.5
    )
    assert found.high == pytest.approx(0.2 + (up[0] ** 2 - 2 * phi * up[0] * up[1] + up[1] ** 2) ** 0.5)
    # McNemar: (25 − 5)² / 30 = 13.33.
    assert found.p == pytest.approx(0.000261, abs=1e-5)


def test_few_who_differ_are_tested_exactly() -> None:
    # 9 against 1: twice the probability of at most 1 of 10.
    found = overlap_difference(Overlap(50, 29, 50, 21, 50, 29, 21, 20))
    assert found is not None
    assert found.p == pytest.approx(2 * 11 / 1024)


def test_an_audience_against_one_that_holds_it_is_as_sure_as_against_the_rest() -> None:
    within = overlap_difference(Overlap(300, 150, 100, 70, 100, 70, 70, 70))
    against_rest = overlap_difference(Overlap(100, 70, 200, 80))
    assert within is not None
    assert against_rest is not None
    assert within.p == pytest.approx(against_rest.p, rel=0.35)


@pytest.mark.parametrize("shared", [0, 60, 120])
def test_intervals_of_shares_hold_the_truth_in_19_of_20_cases(shared: int) -> None:
    random = np.random.default_rng(7)
    held = 0
    for _ in range(1000):
        mood = random.normal(size=240)
        a = mood + random.normal(size=240) > 0.3
        b = mood + random.normal(size=240) > -0.2
        in_a, in_b = np.arange(240) < 120, (np.arange(240) >= 120 - shared) & (np.arange(240) < 240 - shared)
        both = in_a & in_b
        found = overlap_difference(
            Overlap(
                *(120, int(a[in_a].sum()), 120, int(b[in_b].sum())),
                *(int(both.sum()), int(a[both].sum()), int(b[both].sum()), int((a & b)[both].sum())),
            )
        )
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        # P(N(0, 2) > 0.3) − P(N(0, 2) > −0.2)
        held += found.low <= 0.415996 - 0.556231 <= found.high
    assert 930 <= held <= 970


@pytest.mark.parametrize("shared", [0, 50, 100])
def test_intervals_of_medians_hold_the_truth_in_19_of_20_cases(shared: int) -> None:
    random = np.random.default_rng(3)
    held = 0
    for _ in range(1000):
        taste = random.normal(size=200)
        a = np.exp(taste + 0.5 * random.normal(size=200))[:100]
        b = np.exp(taste + 0.5 * random.normal(size=200) + 0.4)[100 - shared : 200 - shared]
        pairs = np.stack([a[100 - shared :], b[:shared]])
        found = median_difference(a, b, pairs)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 1 - np.exp(0.4) <= found.high
    assert 925 <= held <= 980


def test_too_few_values_give_no_interval() -> None:
    found = median_difference(np.array([1, 2, 3]), np.array([5, 6, 7, 8, 9, 10]), np.zeros((2, 0)))
    assert found == (2 - 7.5, None, None, None)
    assert median_difference(np.array([]), np.array([1]), np.zeros((2, 0))) is None
