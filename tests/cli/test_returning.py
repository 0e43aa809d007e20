"""The verbs about coming back."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from giljabi.cli import main

CSV = """user,action,at,device
ann,view,2026-03-02T10:00:00Z,web
ann,pay,2026-03-02T10:05:00Z,web
ann,view,2026-03-10T10:10:00Z,app
bob,view,2026-03-03T11:00:00Z,app
bob,view,2026-03-18T11:30:00Z,app
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    file = tmp_path / "shop.csv"
    file.write_text(CSV)
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_retention_follows_cohorts_and_leaves_open_what_is_not_over(csv: Path) -> None:
    answered = run("retention", csv, "--periods", 2, "--json")

    assert answered.exit_code == 0, answered.output
    rows = json.loads(answered.output)
    assert [(row["cohort"], row["share"]) for row in rows if row["cohort"]] == [
        ("2026-03-02", 1.0),
        ("2026-03-02", 0.5),
        ("2026-03-02", None),
    ]
    assert "–" in run("retention", csv, "--periods", 2).output
    assert "web" in run("retention", csv, "--by", "device").output


def test_lifecycle_tells_kinds_per_period(csv: Path) -> None:
    rows = json.loads(run("lifecycle", csv, "--json").output)

    assert [(row["returning"], row["dormant"]) for row in rows] == [(0, 0), (1, 1), (0, None)]
    assert "2026-03-09" in run("lifecycle", csv).output


def test_stickiness_tells_days_active(csv: Path) -> None:
    rows = json.loads(run("stickiness", csv, "--json").output)

    assert [row["customers"] for row in rows[:3]] == [0, 2, 0]
    assert "2026-03-01" in run("stickiness", csv).output


def test_sessions_are_cut_and_described(csv: Path) -> None:
    (row,) = json.loads(run("sessions", csv, "--json").output)

    assert (row["count"], row["customers"]) == (4, 2)
    shown = run("sessions", csv, "--gap", "learned").output
    assert "First events" in shown


def test_what_cannot_be_asked_is_told_without_a_traceback(csv: Path) -> None:
    for call in (["retention", csv, "--time-zone", "Soul"], ["sessions", csv, "--gap", "often"]):
        refused = run(*call)
        assert refused.exit_code == 2
        assert refused.output.startswith("giljabi: no ") or "is no gap" in refused.output
