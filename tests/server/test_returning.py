"""Questions about coming back, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient
from tests.server.test_questions import ask


def test_retention_gives_cohorts_and_leaves_open_what_is_not_over(shop: TestClient[Any]) -> None:
    answer = ask(shop, "retention", every="week", periods=4, time_zone="Asia/Seoul")

    assert len(answer["cohorts"]) == answer["total"] > 1
    assert answer["cohorts"][0]["periods"][0]["share"] == 1.0
    assert answer["cohorts"][-1]["periods"][1]["share"] is None
    assert all(0 <= cell["low"] <= cell["share"] <= cell["high"] <= 1 for cell in answer["overall"])


def test_retention_breaks_down_by_channel_and_takes_steps(shop: TestClient[Any]) -> None:
    whole = ask(shop, "retention", start=["visit"], back=["paid"], kind="by")
    split = ask(shop, "retention", start=["visit"], back=["paid"], kind="by", by="channel")

    assert len(split["groups"]) > 1
    assert sum(one["customers"] for one in split["groups"]) == whole["overall"][0]["customers"]


def test_lifecycle_and_stickiness_tell_periods(shop: TestClient[Any]) -> None:
    periods = ask(shop, "lifecycle", every="week")["periods"]
    sticky = ask(shop, "stickiness", within="week")

    assert [one["customers"] for one in periods] == [
        one["new"] + one["returning"] + one["resurrected"] for one in periods
    ]
    assert periods[-1]["dormant"] is None
    assert [one["customers"] for one in sticky["months"]] == [one["customers"] for one in periods]
    assert sum(one["share"] for one in sticky["days"]) == pytest.approx(1)


@pytest.mark.parametrize("cut", ["fixed", "learned", "time"])
def test_sessions_are_cut_and_described(shop: TestClient[Any], cut: str) -> None:
    answer = ask(shop, "sessions", cut=cut, top=3)

    assert answer["count"] >= answer["customers"] > 0
    for spread in ("times", "lengths"):
        assert sum(one["count"] for one in answer[spread]) == answer["count"]
    assert len(answer["starts"]) == 3
    assert bool(answer["pairs"]) == (cut == "learned")


@pytest.mark.parametrize(
    ("question", "parameters", "told"),
    [
        ("retention", {"time_zone": "Asia/Soul"}, "Asia/Soul"),
        ("retention", {"start": ["vist"]}, "did you mean 'visit'"),
        ("retention", {"periods": 0}, "periods"),
        ("retention", {"every": "hour"}, "every"),
        ("lifecycle", {"time_zone": ""}, "time zone"),
        ("stickiness", {"within": "year"}, "within"),
        ("sessions", {"gap_ms": 0}, "gap_ms"),
        ("sessions", {"cut": "often"}, "cut"),
    ],
)
def test_a_wrong_question_is_refused_in_words(
    shop: TestClient[Any], question: str, parameters: Any, told: str
) -> None:
    answer = shop.post(f"/api/v1/questions/{question}", json=parameters)

    assert answer.status_code in {400, 422}
    assert told in answer.json()["detail"]


def test_a_wrong_time_zone_is_told_in_korean(shop: TestClient[Any]) -> None:
    answer = shop.post(
        "/api/v1/questions/retention", json={"time_zone": "Asia/Soul"}, headers={"accept-language": "ko"}
    )

    assert answer.json()["detail"] == "‘Asia/Soul’ 시간대는 없어요. Asia/Seoul이나 UTC처럼 적어 주세요."
