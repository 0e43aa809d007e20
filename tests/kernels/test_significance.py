import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from giljabi.kernels import benjamini_hochberg, share_difference, share_p_value


def test_the_difference_of_shares_has_newcombes_interval() -> None:
    # Newcombe (1998), table II, example (a): 56/70 and 48/80.
    found = share_difference(56, 70, 48, 80)
    assert found is not None
    assert found == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_no_difference_is_told_of_an_empty_group() -> None:
    assert share_difference(0, 0, 1, 2) is None
    assert share_p_value(0, 0, 1, 2) == 1


@given(a=st.integers(0, 12), more=st.integers(0, 12), b=st.integers(0, 12), rest=st.integers(0, 12))
@settings(max_examples=100, deadline=None)
def test_small_tables_are_judged_by_fishers_exact_test(a: int, more: int, b: int, rest: int) -> None:
    n, m = a + more, b + rest
    whole = n + m
    small = whole and min(a + b, whole - a - b) * min(n, m) / whole < 5
    if n and m and small:
        expected = stats.fisher_exact(np.array([[a, more], [b, rest]])).pvalue
        assert share_p_value(a, n, b, m) == pytest.approx(expected, rel=1e-6)


def test_large_tables_are_judged_by_the_pooled_test() -> None:
    assert share_p_value(520, 1000, 480, 1000) == pytest.approx(0.0736, abs=5e-5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_adjusted_values_are_those_of_benjamini_and_hochberg(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values) == pytest.approx(stats.false_discovery_control(np.array(p_values)))
