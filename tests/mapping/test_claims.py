"""Each kind of claim measures what its page says it does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.logs import log_of
from tests.mapping.feedback import answers
from tests.mapping.maps import DAY, HOUR, a_map, stage

from giljabi.mapping import check
from giljabi.model import AnyClaim, Evidence, Follows, Reach, Score, Share, Stage, Takes, Touchpoint
from giljabi.store import Log

JOURNEYS = [
    [("a", 0), ("b", HOUR)],
    [("a", 0), ("b", 3 * DAY), ("a", 4 * DAY), ("b", 4 * DAY + HOUR)],
    [("b", 0), ("a", HOUR)],
    [("a", 0), ("x", 1), ("c", 2), ("b", 2 * DAY)],
    [("c", 0)],
]


def proven(claim: AnyClaim, log: Log | None = None, *, on: str = "a", **rules: Any) -> Evidence:
    stages = [stage(name, claims=(claim,) if name == on else (), **rules) for name in "abc"]
    return check(a_map(*stages), log_of(JOURNEYS, buckets=2) if log is None else log).claims[0].evidence


def test_reach_counts_customers_who_come_on_after_any_visit() -> None:
    found = proven(Reach(reach="b", at_least=0.5))
    assert (found.n, found.value) == (4, 0.75)


def test_reach_within_a_time_counts_from_the_start_that_arrives() -> None:
    assert proven(Reach(reach="b", at_least=0.5, within=timedelta(hours=1))).value == 0.5
    assert proven(Reach(reach="b", at_least=0.5, within=timedelta(minutes=59))).value == 0


def test_takes_runs_from_the_first_visit_to_the_first_later_one() -> None:
    found = proven(Takes(takes="b", median_at_most=timedelta(days=2)))
    assert (found.n, found.value, found.unit) == (3, 2 * DAY, "ms")
    assert (found.low, found.high, found.verdict) == (None, None, "undecided")


def test_takes_judges_the_ninth_decile_where_that_is_claimed() -> None:
    log = log_of([[("a", 0), ("b", HOUR * (1 + i % 10))] for i in range(200)])
    assert proven(Takes(takes="b", p90_at_most=timedelta(hours=10)), log).verdict == "supported"
    found = proven(Takes(takes="b", median_at_most=timedelta(days=1), p90_at_most=timedelta(hours=5)), log)
    assert (found.verdict, found.bound) == ("contradicted", 5 * HOUR)


def test_takes_says_why_nobody_could_be_timed() -> None:
    found = proven(Takes(takes="b", median_at_most=timedelta(days=2)), log_of([[("a", 0)], [("b", 0)]]))
    assert (found.verdict, found.n, found.why) == ("undecided", 0, "no customer came on to stage 'b'")


def test_share_takes_the_channel_of_the_first_visit() -> None:
    log = log_of(
        [[("a", 0), ("a", 1)], [("x", 0), ("a", 1)], [("a", 0)]],
        columns={"channel": [["app", "web"], ["app", "web"], ["app"]]},
    )
    found = proven(Share(share="app", at_least=0.5), log)
    assert found.n == 3
    assert found.value == pytest.approx(2 / 3)


def test_share_falls_back_on_the_channel_of_the_touchpoint() -> None:
    log = log_of([[("a", 0)], [("a", 0)]], columns={"channel": [["web"], [None]]})
    found = proven(Share(share="app", at_least=0.5), log, channel="app")
    assert (found.n, found.value, found.why) == (2, 0.5, "")


def test_share_leaves_out_and_tells_unknown_channels() -> None:
    log = log_of([[("a", 0)], [("a", 0)]], columns={"channel": [["app"], [None]]})
    found = proven(Share(share="app", at_least=0.5), log)
    assert (found.n, found.value, found.why) == (1, 1.0, "1 customers of unknown channel are left out")
    nowhere = proven(Share(share="app", at_least=0.5))
    assert (nowhere.n, nowhere.verdict, nowhere.grade) == (0, "undecided", "assumption")


def test_follows_looks_at_the_last_stage_before_the_first_visit() -> None:
    found = proven(Follows(follows="a", at_least=0.5), on="b")
    assert (found.n, found.value) == (4, 0.5)


def test_a_score_is_the_mean_of_the_answers_at_the_stage() -> None:
    feedback = answers(
        *[("c0", 0, "csat", score, "a") for score in (3.0, 4.0, 5.0)], ("c0", 0, "ces", 1.0, "a")
    )
    claimed = a_map(stage("a", claims=(Score(score="csat", at_least=3.0),)))
    found = check(claimed, log_of(JOURNEYS), feedback).claims[0].evidence
    assert (found.n, found.value, found.unit, found.grade) == (3, 4.0, "score", "feedback")


def test_a_net_promoter_score_weighs_nine_and_ten_against_six_and_less() -> None:
    feedback = answers(*[("c0", 0, "nps", float(score), "a") for score in (10, 9, 8, 7, 6)])
    claimed = a_map(stage("a", claims=(Score(score="nps", at_most=-50.0),)))
    found = check(claimed, log_of(JOURNEYS), feedback).claims[0].evidence
    assert found.n == 5
    assert found.value == pytest.approx(20)


def test_a_stage_that_is_not_bound_to_data_leaves_its_claims_undecided() -> None:
    unseen = Stage("dream", touchpoints=(Touchpoint("sleep"),), claims=(Reach(reach="b", at_least=0.5),))
    towards = stage("a", claims=(Takes(takes="dream", median_at_most=timedelta(1)),))
    found = check(a_map(unseen, towards, "b"), log_of(JOURNEYS)).claims
    for one in found:
        assert one.evidence.verdict == "undecided"
        assert "'dream' is not bound to data" in one.evidence.why
        assert (one.evidence.n, one.evidence.grade) == (0, "assumption")


def test_a_stage_nobody_came_to_leaves_its_claims_undecided() -> None:
    claims: tuple[AnyClaim, ...] = (
        Reach(reach="b", at_least=0.5),
        Takes(takes="b", median_at_most=timedelta(1)),
        Share(share="app", at_least=0.5),
        Follows(follows="b", at_least=0.5),
        Score(score="nps", at_least=0.0),
    )
    found = check(a_map(stage("never", claims=claims), "b"), log_of(JOURNEYS))
    assert [one.evidence.verdict for one in found.claims] == ["undecided"] * 5
    assert all(one.evidence.why for one in found.claims)


@pytest.mark.parametrize(
    ("at_least", "verdict"), [(0.3, "supported"), (0.5, "undecided"), (0.7, "contradicted")]
)
def test_verdicts_follow_the_interval(at_least: float, verdict: str) -> None:
    log = log_of([[("a", 0), ("b", 1)] if i % 2 else [("a", 0)] for i in range(200)])
    assert proven(Reach(reach="b", at_least=at_least), log).verdict == verdict
