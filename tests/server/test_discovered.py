"""Representatives and stages over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient


def ask(client: TestClient[Any], question: str, **parameters: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/questions/{question}", json=parameters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_representatives_stand_for_all_customers(shop: TestClient[Any]) -> None:
    answer = ask(shop, "representatives", k=4)

    assert len(answer["representatives"]) == 4
    assert sum(one["customers"] for one in answer["representatives"]) == answer["customers"]
    assert 0 < answer["coverage"] <= 1
    assert answer["emd"] == answer["distance"]
    assert not answer["chosen"]


def test_a_representative_becomes_a_segment(shop: TestClient[Any]) -> None:
    asked = {"k": 3, "number": 2, "name": "Second crowd"}
    kept = shop.post("/api/v1/questions/representatives/segment", json=asked)
    try:
        assert kept.status_code == 201, kept.text
        second = ask(shop, "representatives", k=3)["representatives"][1]
        inside = ask(shop, "variants", filters={"segment": kept.json()["id"]})
        assert inside["customers"] == second["customers"]
    finally:
        shop.delete(f"/api/v1/segments/{kept.json()['id']}")


def test_stages_are_in_order_with_a_score(shop: TestClient[Any]) -> None:
    answer = ask(shop, "stages")

    assert [one["stage"] for one in answer["stages"]] == list(range(1, len(answer["stages"]) + 1))
    assert answer["score"] == max(one["score"] for one in answer["scores"])
    assert answer["stages"][-1]["gap_ms"] is None
    assert 0 < answer["kept"] <= 1
    assert len(ask(shop, "stages", k=3)["stages"]) == 3


@pytest.mark.parametrize(
    ("question", "parameters", "told"),
    [
        ("representatives", {"k": 0}, "1 to 100"),
        ("representatives/segment", {"k": 2, "number": 9, "name": "x"}, "there are 2"),
        ("stages", {"k": 41}, "1 to 40"),
    ],
)
def test_a_number_out_of_range_is_refused(
    shop: TestClient[Any], question: str, parameters: Any, told: str
) -> None:
    answer = shop.post(f"/api/v1/questions/{question}", json=parameters)

    assert answer.status_code in {400, 404, 422}
    assert told in answer.json()["detail"]
