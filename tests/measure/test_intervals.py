import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from giljabi.measure import median_interval, wilson


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


@given(n=st.integers(6, 3000))
@settings(max_examples=40, deadline=None)
def test_the_median_interval_is_the_narrowest_that_covers(n: int) -> None:
    low, high = median_interval(np.arange(1, n + 1)) or (0, 0)
    assert low + high == n + 1

    def coverage(rank: float) -> float:
        return float(1 - 2 * binom.cdf(rank - 1, n, 0.5))

    assert coverage(low) >= 0.95
    assert coverage(low + 1) < 0.95 or 2 * (low + 1) > n + 1


def test_five_values_are_too_few_for_a_median_interval() -> None:
    assert median_interval(np.arange(5)) is None
    assert median_interval(np.arange(6)) == (0, 5)
    assert median_interval(np.arange(0)) is None
