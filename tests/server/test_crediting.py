"""Attribution and drivers over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient


def ask(client: TestClient[Any], question: str, language: str = "en", **parameters: Any) -> dict[str, Any]:
    answer = client.post(
        f"/api/v1/questions/{question}", json=parameters, headers={"accept-language": language}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_credits_of_every_model_and_the_direct_ones_make_up_all_conversions(shop: TestClient[Any]) -> None:
    models = ["last", "first", "linear", "position", "time_decay", "markov", "shapley"]
    answer = ask(shop, "attribution", conversion=["paid"], models=models, by="channel")

    assert answer["models"] == models
    assert answer["conversions"] > answer["direct"]
    for i in range(len(models)):
        credited = sum(one["credits"][i] for one in answer["channels"])
        assert credited + answer["direct"] == pytest.approx(answer["total"])
    assert sum(one["conversions"] for one in answer["groups"]) == answer["conversions"]


def test_drivers_state_their_caveat_in_the_language_of_the_reader(shop: TestClient[Any]) -> None:
    english = ask(shop, "drivers", outcome=["paid"], within_ms=600_000)
    korean = ask(shop, "drivers", "ko", outcome=["paid"], within_ms=600_000)

    assert "experiment" in english["note"]
    assert "실험" in korean["note"]
    assert english["drivers"] == korean["drivers"]
    assert all(one["low"] < one["odds_ratio"] < one["high"] for one in english["drivers"])


@pytest.mark.parametrize(
    ("question", "parameters", "told"),
    [
        ("attribution", {"conversion": ["pay"], "models": ["last"]}, "no event is named 'pay'"),
        ("attribution", {"conversion": ["paid"], "models": ["best"]}, "best"),
        ("attribution", {"conversion": [], "models": ["last"]}, "conversion"),
        ("drivers", {"outcome": ["pay"]}, "no event is named 'pay'"),
        ("drivers", {"outcome": ["paid"], "top": 0}, "top"),
    ],
)
def test_a_wrong_question_is_refused_in_words(
    shop: TestClient[Any], question: str, parameters: Any, told: str
) -> None:
    answer = shop.post(f"/api/v1/questions/{question}", json=parameters)

    assert answer.status_code in {400, 422}
    assert told in answer.text
