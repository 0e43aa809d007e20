"""Funnels with rules, conversion, durations and waiting over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient

STEPS = [["visit"], ["search"], ["paid"]]


def ask(client: TestClient[Any], question: str, **parameters: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/questions/{question}", json=parameters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_an_optional_step_and_a_limit_change_who_comes_through(shop: TestClient[Any]) -> None:
    plain = ask(shop, "funnel", steps=STEPS)
    loose = ask(shop, "funnel", steps=STEPS, optional=[2])
    tight = ask(shop, "funnel", steps=STEPS, step_within_ms=[None, 1000, None])

    customers = [answer["steps"][2]["customers"] for answer in (loose, plain, tight)]
    assert customers == sorted(customers, reverse=True)
    assert customers[0] > customers[2]
    assert loose["steps"][1]["optional"]
    assert tight["steps"][1]["within_ms"] == 1000
    assert plain["median_ms"] > 0


def test_an_excluded_event_keeps_customers_back(shop: TestClient[Any]) -> None:
    whole = ask(shop, "funnel", steps=[["visit"], ["paid"]])["steps"][1]["customers"]
    anywhere = ask(shop, "funnel", steps=[["visit"], ["paid"]], exclude=[{"events": ["search"]}])
    after = ask(shop, "funnel", steps=[["visit"], ["paid"]], exclude=[{"events": ["search"], "after": 1}])

    assert anywhere["steps"][1]["customers"] < whole
    assert after["steps"] == anywhere["steps"]


def test_who_fell_out_is_listed_in_parts(shop: TestClient[Any]) -> None:
    first, second, _ = ask(shop, "funnel", steps=STEPS)["steps"]
    lost = first["customers"] - second["customers"]

    whole = ask(shop, "funnel/customers", steps=STEPS, step=2, limit=100_000)
    part = ask(shop, "funnel/customers", steps=STEPS, step=2, limit=3, offset=1)
    came = ask(shop, "funnel/customers", steps=STEPS, step=2, which="reached")

    assert whole["total"] == len(whole["customers"]) == lost
    assert part["customers"] == whole["customers"][1:4]
    assert came["total"] == second["customers"]
    assert {one["step"] for one in whole["customers"]} == {1}


def test_conversion_stands_beside_the_rest(shop: TestClient[Any]) -> None:
    answer = ask(shop, "conversion", start=["search"], end=["paid"], within_ms=604_800_000, by="channel")

    whole = answer["whole"]
    assert 0 < whole["low"] < whole["share"] < whole["high"] < 1
    assert whole["customers"] == sum(group["customers"] for group in answer["groups"])
    assert whole["rest_customers"] > 0


def test_durations_have_percentiles_bins_and_a_curve(shop: TestClient[Any]) -> None:
    answer = ask(shop, "durations", start=["visit"], end=["paid"], by="channel")

    whole = answer["whole"]
    assert whole["p10_ms"] <= whole["median_ms"] <= whole["p99_ms"]
    assert sum(one["count"] for one in whole["bins"]) == whole["n"]
    assert whole["curve_ms"] == sorted(whole["curve_ms"])
    assert sum(group["n"] for group in answer["groups"]) == whole["n"]


def test_waiting_adds_up(shop: TestClient[Any]) -> None:
    answer = ask(shop, "waiting", stages=STEPS)

    assert sum(wait["share"] for wait in answer["waits"]) == pytest.approx(1)
    assert all(sum(wait["shares"]) == pytest.approx(1) for wait in answer["waits"])
    assert len(answer["waits"][0]["shares"]) == len(answer["bounds_ms"])


@pytest.mark.parametrize(
    ("question", "parameters", "told"),
    [
        ("funnel", {"steps": STEPS, "optional": [1]}, "1단계"),
        ("funnel", {"steps": STEPS, "step_within_ms": [None]}, "기한이 1개"),
        ("funnel", {"steps": STEPS, "optional": [2], "order": "strict"}, "차례로"),
        ("funnel", {"steps": STEPS, "exclude": [{"events": ["search"], "after": 3}]}, "제외"),
        ("funnel/customers", {"steps": STEPS, "step": 1}, "1단계의 고객"),
        ("waiting", {"stages": [["visit"]]}, "단계 2개부터"),
        ("conversion", {"start": [], "end": ["paid"]}, "전환"),
    ],
)
def test_a_wrong_question_is_refused_in_korean(
    shop: TestClient[Any], question: str, parameters: Any, told: str
) -> None:
    answer = shop.post(f"/api/v1/questions/{question}", json=parameters, headers={"accept-language": "ko"})

    assert answer.status_code in {400, 422}
    assert told in answer.json()["detail"]
