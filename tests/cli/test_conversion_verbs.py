"""Funnels, conversion, durations and waiting on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from giljabi.cli import main

CSV = """user,action,at,device
ann,view,2026-03-01T10:00:00Z,web
ann,cart,2026-03-01T10:05:00Z,web
ann,pay,2026-03-01T10:10:00Z,app
bob,view,2026-03-01T11:00:00Z,app
bob,cart,2026-03-01T11:30:00Z,app
eve,view,2026-03-02T09:00:00Z,web
eve,call,2026-03-02T09:10:00Z,web
eve,cart,2026-03-02T09:20:00Z,web
eve,pay,2026-03-03T09:20:00Z,web
kim,call,2026-03-03T09:20:00Z,web
"""

MAP = """title: Shop
stages:
  - id: look
    touchpoints:
      - {id: page, match: {event: view}}
  - id: buy
    title: Buying
    touchpoints:
      - {id: till, match: {event: [cart, pay]}}
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    file = tmp_path / "shop.csv"
    file.write_text(CSV)
    return file


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


def customers(*arguments: object) -> list[int]:
    return [row["customers"] for row in json.loads(run(*arguments, "--json").output)]


def test_a_funnel_takes_limits_optional_steps_and_exclusions(csv: Path) -> None:
    funnel = ("funnel", csv, "view", "cart", "pay")
    assert customers(*funnel) == [3, 3, 2]
    assert customers(*funnel, "--step-within", "3=1h") == [3, 3, 1]
    assert customers(*funnel, "--exclude", "call") == [3, 2, 1]
    assert customers(*funnel, "--exclude", "2=call") == [3, 3, 2]
    assert customers("funnel", csv, "view", "call", "pay", "--optional", "2") == [3, 1, 2]
    assert "(optional)" in run("funnel", csv, "view", "call", "pay", "--optional", "2").output


def test_a_funnel_lists_who_fell_out_and_who_came(csv: Path) -> None:
    assert run("funnel", csv, "view", "cart", "pay", "--fell-out", "3").output == "bob\n"
    assert run("funnel", csv, "view", "cart", "pay", "--reached", "3").output == "ann\neve\n"


def test_a_step_that_is_not_there_is_refused(csv: Path) -> None:
    for asked in (("--fell-out", "1"), ("--step-within", "9=1h"), ("--exclude", "7=call")):
        refused = CliRunner().invoke(main, ["funnel", str(csv), "view", "pay", *asked])
        assert refused.exit_code == 2
        assert "step" in refused.output


def test_conversion_is_compared_with_the_rest(csv: Path) -> None:
    (row,) = json.loads(run("conversion", csv, "view", "pay", "--within", "1h", "--json").output)
    assert (row["customers"], row["count"], row["rest_customers"]) == (3, 1, 1)
    assert "view → pay" in run("conversion", csv, "view", "pay", "--by", "device").output


def test_durations_are_told_by_group(csv: Path) -> None:
    rows = json.loads(run("durations", csv, "view", "cart", "--by", "device", "--json").output)
    assert {row["group"]: row["n"] for row in rows} == {"web": 2, "app": 1}
    assert "median" in run("durations", csv, "view", "cart", "--which", "each").output


def test_waiting_takes_events_or_a_map(csv: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "shop.journey.yaml"
    drawn.write_text(MAP)
    rows = json.loads(run("waiting", csv, "--map", drawn, "--json").output)
    assert [(row["stage"], row["next"], row["count"]) for row in rows] == [("look", "Buying", 3)]
    assert "cart" in run("waiting", csv, "view", "cart|pay").output
