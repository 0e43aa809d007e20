"""Questions over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient


def ask(client: TestClient[Any], question: str, **parameters: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/questions/{question}", json=parameters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_graph_is_simplified_to_its_coverage(shop: TestClient[Any]) -> None:
    whole, part = ask(shop, "graph", coverage=1.0), ask(shop, "graph", coverage=0.5)

    assert len(whole["edges"]) == whole["total_edges"] > len(part["edges"])
    assert 0.5 <= part["kept"] < whole["kept"] == 1.0
    assert {edge["source"] for edge in part["edges"]} <= {node["event"] for node in part["nodes"]}


def test_variants_are_listed_by_frequency(shop: TestClient[Any]) -> None:
    answer = ask(shop, "variants", top=5)

    counts = [one["customers"] for one in answer["variants"]]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 5 < answer["total"]


def test_a_funnel_breaks_down_by_channel(shop: TestClient[Any]) -> None:
    answer = ask(
        shop, "funnel", steps=[["visit"], ["cart_added"], ["paid"]], within_ms=604_800_000, by="channel"
    )

    first = answer["steps"][0]
    assert first["events"] == ["visit"]
    assert sum(group["steps"][0]["customers"] for group in answer["groups"]) == first["customers"]


def test_filters_narrow_the_log(shop: TestClient[Any]) -> None:
    steps = [["visit"], ["search"]]
    whole = ask(shop, "funnel", steps=steps)["steps"][0]["customers"]

    app = ask(shop, "funnel", steps=steps, filters={"channels": ["app"]})["steps"][0]["customers"]
    web = ask(shop, "funnel", steps=steps, filters={"channels": ["web"]})["steps"][0]["customers"]
    none = ask(shop, "variants", filters={"last": "1999-01-01T00:00:00Z"})["customers"]

    assert 0 < app < whole
    assert 0 < web < whole
    assert none == 0


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"steps": [["vist"]]}, "did you mean 'visit'"),
        ({"steps": []}, "step"),
        ({"steps": [["visit"]], "order": "random"}, "random"),
        ({"steps": [["visit"]], "by": "chanel"}, "did you mean 'channel'"),
        ({"steps": [["visit"]], "within_ms": -5}, "range"),
        ({"steps": "visit"}, "steps"),
    ],
)
def test_a_wrong_question_is_refused_in_words(shop: TestClient[Any], parameters: Any, told: str) -> None:
    answer = shop.post("/api/v1/questions/funnel", json=parameters)

    assert answer.status_code in {400, 422}
    assert told in answer.json()["detail"]
