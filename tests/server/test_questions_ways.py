"""The graph, its animation, prefix trees and steps over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient


def ask(client: TestClient[Any], question: str, **parameters: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/questions/{question}", json=parameters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_graph_names_its_loops(shop: TestClient[Any]) -> None:
    answer = ask(shop, "graph", coverage=0.5)

    counts = [loop["count"] for loop in answer["loops"]]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) <= answer["total_loops"]
    assert all(
        len(loop["events"]) == (2 if loop["kind"] == "back_and_forth" else 1) for loop in answer["loops"]
    )
    assert all(knot["share"] <= 1 for knot in answer["knots"])


def test_an_animation_counts_all_customers_and_draws_some(shop: TestClient[Any]) -> None:
    edges = [[edge["source"], edge["target"]] for edge in ask(shop, "graph", coverage=0.5)["edges"]]
    answer = ask(shop, "animation", edges=edges, frames=20, customers=7)

    assert answer["frames"] == 20
    assert all(len(flow["customers"]) == 20 for flow in answer["flows"])
    assert len(answer["tokens"]) == 7 < answer["active"]
    assert all(move[1] <= move[2] for token in answer["tokens"] for move in token["moves"])


def test_a_prefix_tree_is_told_parent_first(shop: TestClient[Any]) -> None:
    answer = ask(shop, "prefix_tree", depth=4)

    prefixes = answer["prefixes"]
    roots = [one for one in prefixes if one["parent"] is None]
    assert sum(one["customers"] for one in roots) == answer["customers"]
    for place, one in enumerate(prefixes):
        if one["parent"] is not None:
            assert one["parent"] < place
            assert prefixes[one["parent"]]["step"] == one["step"] - 1


def test_steps_are_counted_around_an_anchor(shop: TestClient[Any]) -> None:
    answer = ask(shop, "steps", start=["cart_added"], before=2, depth=3, top=5)

    assert answer["steps"] == [-2, -1, 1, 2, 3]
    anchor = [cell for cell in answer["cells"] if cell["step"] == 1]
    assert [(cell["event"], cell["customers"]) for cell in anchor] == [("cart_added", answer["customers"])]
    assert len(answer["events"]) <= 5
    going = sum(link["customers"] for link in answer["links"] if link["step"] == 1)
    assert going + anchor[0]["over"] == answer["customers"]


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("steps", {"depth": 0}),
        ("steps", {"before": 101}),
        ("steps", {"top": 0}),
        ("steps", {"start": ["vist"]}),
        ("prefix_tree", {"depth": 0}),
        ("prefix_tree", {"min_share": 2}),
        ("animation", {"edges": [], "frames": 1}),
        ("animation", {"edges": [], "customers": 9999}),
        ("animation", {"edges": [], "seed": -1}),
    ],
)
def test_what_is_out_of_range_is_told_in_both_languages(
    shop: TestClient[Any], question: str, wrong: dict[str, Any]
) -> None:
    english = shop.post(f"/api/v1/questions/{question}", json=wrong)
    korean = shop.post(f"/api/v1/questions/{question}", json=wrong, headers={"accept-language": "ko"})

    assert (english.status_code, korean.status_code) == (422, 422)
    assert any("가" <= letter <= "힣" for letter in korean.json()["detail"]), korean.json()["detail"]
    assert not any("가" <= letter <= "힣" for letter in english.json()["detail"])
