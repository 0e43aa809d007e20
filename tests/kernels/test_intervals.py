import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from giljabi.kernels import quantile_interval, wilson


@given(n=st.integers(1, 100_000), share=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_wilson_is_that_of_scipy(n: int, share: float) -> None:
    successes = round(share * n)
    peer = binomtest(successes, n).proportion_ci(0.95, method="wilson")
    assert wilson(successes, n) == pytest.approx((peer.low, peer.high), abs=1e-12)


def test_a_share_of_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_wilson_holds_the_share_also_at_the_borders() -> None:
    for n in range(1, 200):
        for successes in (0, n):
            low, high = wilson(successes, n) or (2, -1)
            assert 0 <= low <= successes / n <= high <= 1


@given(n=st.integers(1, 400), share=st.sampled_from([0.5, 0.9]))
@settings(max_examples=60, deadline=None)
def test_a_quantile_lies_between_its_order_statistics_at_least_95_times_in_100(n: int, share: float) -> None:
    low, high = quantile_interval(np.arange(1, n + 1), share)
    below = 0 if low is None else binom.cdf(low - 1, n, share)
    above = 0 if high is None else binom.sf(high - 1, n, share)
    assert max(below, above) <= 0.025 + 1e-12
    if low is not None and high is not None:
        # One rank further in on either side would be too narrow.
        assert binom.cdf(low, n, share) > 0.025
        assert binom.sf(high - 2, n, share) > 0.025


@given(n=st.integers(6, 3000))
@settings(max_examples=40, deadline=None)
def test_the_interval_of_a_median_is_symmetric_in_ranks(n: int) -> None:
    low, high = quantile_interval(np.arange(1, n + 1), 0.5)
    assert (low or 0) + (high or 0) == n + 1


def test_five_values_are_too_few_for_the_interval_of_a_median() -> None:
    assert quantile_interval(np.arange(5), 0.5) == (None, None)
    assert quantile_interval(np.arange(6), 0.5) == (0, 5)
    assert quantile_interval(np.arange(0), 0.5) == (None, None)


def test_more_values_of_the_same_spread_narrow_the_interval() -> None:
    values = np.arange(100)
    assert quantile_interval(values, 0.5, many=10_000) == (49, 50)
