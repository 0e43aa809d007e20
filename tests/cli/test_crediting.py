"""Attribution and drivers on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from giljabi.cli import main

CSV = """user,action,at,device
ann,view,2026-03-01T10:00:00Z,web
ann,cart,2026-03-01T10:05:00Z,app
ann,pay,2026-03-03T10:10:00Z,app
bob,pay,2026-03-01T11:00:00Z,app
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    file = tmp_path / "shop.csv"
    file.write_text(CSV)
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_attribution_credits_channels_by_each_model(csv: Path) -> None:
    asked = run(
        "attribution", csv, "pay", "--channels", "event", "--model", "last", "--model", "linear", "--json"
    )
    assert asked.exit_code == 0, asked.output
    told = json.loads(asked.output)
    assert (told["conversions"], told["direct"]) == (2, 1)
    assert told["channels"] == [
        {"channel": "cart", "count": 1, "last": 1.0, "linear": 0.5},
        {"channel": "view", "count": 1, "last": 0.0, "linear": 0.5},
    ]


def test_attribution_without_a_model_shows_them_all(csv: Path) -> None:
    shown = run("attribution", csv, "pay", "--channels", "device").output
    assert "markov" in shown
    assert "Without a touch: 1 of 2" in shown


def test_drivers_state_the_caveat(csv: Path) -> None:
    shown = run("drivers", csv, "pay")
    assert shown.exit_code == 0, shown.output
    assert "1 customers compared" in shown.output
    assert "experiment" in shown.output
    assert json.loads(run("drivers", csv, "pay", "--json").output)["early"] == 1
