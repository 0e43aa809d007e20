"""The verbs that find representatives and stages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from giljabi.cli import main


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    rows = ["user,action,at"]
    for user in range(12):
        way = ["view", "cart", "pay"] if user < 8 else ["call", "wait", "leave"]
        rows += [f"u{user:02},{name},2026-03-01T10:{at:02}:00Z" for at, name in enumerate(way)]
    file = tmp_path / "shop.csv"
    file.write_text("\n".join(rows))
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_representatives_are_listed_with_what_they_cover(shop: Path) -> None:
    answered = run("representatives", shop, "--k", 2, "--json")
    assert answered.exit_code == 0, answered.output
    answer = json.loads(answered.output)
    assert [(one["events"], one["customers"]) for one in answer["representatives"]] == [
        (["view", "cart", "pay"], 8),
        (["call", "wait", "leave"], 4),
    ]
    assert (answer["coverage"], answer["distance"], answer["emd"]) == (1, 0, 0)


def test_the_customers_of_a_representative_are_listed(shop: Path) -> None:
    assert run("representatives", shop, "--k", 2, "--customers", 2).output == "u08\nu09\nu10\nu11\n"
    refused = run("representatives", shop, "--k", 2, "--customers", 3)
    assert refused.exit_code == 2
    assert "there are 2" in refused.output


def test_a_table_of_representatives_tells_the_coverage(shop: Path) -> None:
    shown = run("representatives", shop)
    assert "view → cart → pay" in shown.output
    assert "100.0 % of customers are nearer than half" in " ".join(shown.output.split())


def test_stages_are_listed_in_their_order(shop: Path) -> None:
    answered = run("stages", shop, "--k", 3, "--json")
    assert answered.exit_code == 0, answered.output
    answer = json.loads(answered.output)
    found = [set(one["events"]) for one in answer["stages"]]
    assert found == [{"view", "call"}, {"cart", "wait"}, {"pay", "leave"}] or len(found) == 3
    assert 0 <= answer["score"] <= 1
    assert answer["left_out"] == []


def test_a_table_of_stages_tells_its_score(shop: Path) -> None:
    shown = run("stages", shop)
    assert shown.exit_code == 0, shown.output
    assert "Stages: score" in shown.output


def test_a_number_out_of_range_is_told(shop: Path) -> None:
    for verb, most in (("stages", 40), ("representatives", 100)):
        refused = run(verb, shop, "--k", 0)
        assert refused.exit_code == 2
        assert f"1 to {most}" in refused.output
