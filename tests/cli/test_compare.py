"""``giljabi compare`` and the option that keeps an audience."""

from __future__ import annotations

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
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    file = tmp_path / "shop.csv"
    file.write_text(CSV)
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_an_audience_is_compared_with_the_rest(csv: Path) -> None:
    answered = run("compare", csv, "{did: {event: cart}}", "--json")

    assert answered.exit_code == 0, answered.output
    rows = {row["event"]: row for row in json.loads(answered.output)}
    assert (rows["cart"]["a"], rows["cart"]["b"], rows["pay"]["a"]) == (1, 0, 0.5)


def test_periods_steps_and_times_are_shown_for_people(csv: Path) -> None:
    day = run("compare", csv, "2026-03-02..2026-03-03", "--question", "funnel", "--step", "view")
    slow = run(
        *("compare", csv, "{did: {event: pay}}", "--question", "durations"),
        "--start",
        "view",
        "--end",
        "cart",
    )

    assert "2026-03-02 – 2026-03-03" in day.output
    assert "100.0 %" in day.output
    assert "-25m" in slow.output.replace("−", "-")


def test_another_file_can_be_the_other_side(csv: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("user,action,at,device\nzoe,view,2026-03-01T10:00:00Z,web\n")

    rows = {row["event"]: row for row in json.loads(run("compare", csv, other, "--json").output)}

    assert (rows["cart"]["n_a"], rows["cart"]["n_b"], rows["cart"]["b"]) == (3, 1, 0)


def test_a_side_that_is_none_is_told(csv: Path) -> None:
    refused = run("compare", csv, "payers")

    assert refused.exit_code == 2
    assert "2026-03-01..2026-04-01" in refused.output
    assert "did you mean 'did'" in run("compare", csv, "{dd: {event: pay}}").output


def test_every_question_can_be_asked_of_an_audience_only(csv: Path) -> None:
    answered = run("funnel", csv, "view", "pay", "--only", "{did: {event: cart}}", "--json")

    assert [row["customers"] for row in json.loads(answered.output)] == [2, 1]
    assert run("variants", csv, "--only", "{did: {event: cart}}").exit_code == 0
    refused = run("graph", csv, "--only", "{did: {evnt: cart}}")
    assert refused.exit_code == 2
    assert "did you mean 'event'" in refused.output
