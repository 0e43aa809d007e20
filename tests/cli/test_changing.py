"""The verbs that tell changes, drift and friction of a file."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from giljabi.cli import main

HOUR = 3600


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Give two days of a shop that lost its till on the second; one customer clicks in a rage."""
    rows = ["user,action,at"]

    def add(who: str, event: str, at: int) -> None:
        rows.append(f"{who},{event},{datetime.fromtimestamp(at, UTC).isoformat()}")

    for i in range(96):
        at = 1_772_323_200 + i * HOUR // 2 + 7
        add(f"u{i}", "view", at)
        add(f"u{i}", "cart", at + 60 + i)
        if i < 48:
            add(f"u{i}", "pay", at + 400)
    for second in range(4):
        add("angry", "view", 1_772_323_201 + second)
    file = tmp_path / "shop.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_changes_name_what_was_lost(csv: Path) -> None:
    answered = run("changes", csv, "--last", "1d", "--json")

    assert answered.exit_code == 0, answered.output
    rows = json.loads(answered.output)
    assert ("transition", "vanished", "cart → pay") in [
        (row["kind"], row["became"], row["subject"]) for row in rows
    ]
    assert "pay" in run("changes", csv, "--last", "1d", "--top", "2").output


def test_drift_tells_the_windows(csv: Path) -> None:
    answered = run("drift", csv, "--every", "day", "--json")

    assert answered.exit_code == 0, answered.output
    assert [row["count"] for row in json.loads(answered.output)][:2] == [99, 48]
    assert "Drift" in run("drift", csv, "--every", "day").output


def test_friction_tells_events_and_kinds(csv: Path) -> None:
    answered = run("friction", csv, "--json")

    assert answered.exit_code == 0, answered.output
    rows = json.loads(answered.output)
    assert ("view", "rage", 1) in [(row["event"], row["kind"], row["count"]) for row in rows]
    assert "rage" in run("friction", csv).output


def test_what_cannot_be_asked_is_refused(csv: Path) -> None:
    assert run("changes", csv, "--q", "2").exit_code == 2
    assert run("drift", csv, "--every", "fortnight").exit_code == 2
    assert run("friction", csv, "--top", "0").exit_code == 2
