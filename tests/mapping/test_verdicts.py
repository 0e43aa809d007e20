"""Verdicts come from intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from giljabi.mapping.verdicts import (
    Interval,
    Side,
    decide,
    judge_share,
    mean_interval,
    promoter_interval,
    quantile_interval,
    share_interval,
    sides,
)


def test_too_few_values_leave_a_median_open() -> None:
    assert quantile_interval(np.arange(5.0), 0.5) == Interval(2.0, None, None)
    assert quantile_interval(np.arange(6.0), 0.5) == Interval(2.5, 0.0, 5.0)


def test_means_have_the_interval_of_student_cut_to_the_scale() -> None:
    scores = np.array([4.0, 5.0, 3.0, 4.0, 5.0])
    low, high = stats.t.interval(0.95, 4, scores.mean(), stats.sem(scores))
    found = mean_interval(4.2, float(scores.std(ddof=1)), 5, 1, 5)
    assert found == pytest.approx((4.2, low, min(high, 5)))


def test_equal_answers_do_not_make_a_few_of_them_certain() -> None:
    value, low, high = mean_interval(5.0, 0.0, 3, 1, 5)
    assert (value, high) == (5.0, 5.0)
    assert low is not None
    assert low < 3
    assert mean_interval(5.0, 0.0, 10_000, 1, 5).low == pytest.approx(5, abs=0.01)


def test_net_promoter_scores_have_the_adjusted_wald_interval() -> None:
    # Eleven promoters, three passives, two detractors: measuringu.com's worked method, (16 + 3) answers.
    plus, minus = 11.75 / 19, 2.75 / 19
    half = 1.959964 * np.sqrt((plus + minus - (plus - minus) ** 2) / 19)
    found = promoter_interval(11, 2, 16)
    assert found == pytest.approx((56.25, 100 * (plus - minus - half), 100 * (plus - minus + half)), rel=1e-6)
    assert promoter_interval(2, 0, 2).high == 100


@pytest.mark.parametrize(
    ("side", "low", "high", "verdict"),
    [
        ("at_least", 0.5, 0.7, "supported"),
        ("at_least", 0.3, 0.49, "contradicted"),
        ("at_least", 0.4, 0.6, "undecided"),
        ("at_least", None, 0.4, "contradicted"),
        ("at_least", None, 0.6, "undecided"),
        ("at_most", 0.4, 0.5, "supported"),
        ("at_most", 0.51, None, "contradicted"),
        ("at_most", 0.4, None, "undecided"),
    ],
)
def test_an_interval_wholly_on_one_side_decides(
    side: Side, low: float | None, high: float | None, verdict: str
) -> None:
    assert decide(side, 0.5, Interval(0.5, low, high)) == verdict


def test_undecided_claims_tell_how_many_more_customers_would_decide_them() -> None:
    found = judge_share(55, 100, sides(0.5, None))
    assert found.verdict == "undecided"
    assert found.more is not None
    enough = 100 + found.more
    assert share_interval(0.55 * enough, enough).low >= 0.5  # type: ignore[operator]
    assert share_interval(0.55 * (enough - 1), enough - 1).low < 0.5  # type: ignore[operator]


def test_no_number_of_customers_decides_a_value_on_the_bound() -> None:
    assert judge_share(50, 100, sides(0.5, None)).more is None


def test_of_two_sides_the_contradicted_one_is_told() -> None:
    found = judge_share(900, 1000, sides(0.2, 0.5))
    assert (found.verdict, found.side, found.bound) == ("contradicted", "at_most", 0.5)
    assert judge_share(400, 1000, sides(0.2, 0.5)).verdict == "supported"
