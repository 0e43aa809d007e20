"""The main job on the command line: a file goes in, a proven map comes out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from giljabi.cli import main

ROOT = Path(__file__).resolve().parents[2]
FOUR_STEPS = ROOT / "examples" / "helpdesk.journey.yaml"

TICKETS = "case,activity,at\n" + "".join(
    f"t{n},{activity},2026-03-0{day} 10:00\n"
    for n in range(40)
    for day, activity in enumerate(
        ["Assign seriousness", "Take in charge ticket", "Resolve ticket", "Closed"][: 4 if n % 2 else 3],
        start=1,
    )
)


@pytest.fixture(autouse=True)
def home(database_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GILJABI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GILJABI_DATABASE_URL", database_address)
    monkeypatch.delenv("GILJABI_WORKSPACE", raising=False)
    return tmp_path / "home"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_tickets_become_a_proven_map(tmp_path: Path) -> None:
    file, proposed = tmp_path / "tickets.csv", tmp_path / "first.journey.yaml"
    file.write_text(TICKETS)

    imported = run("import", file, "--json")
    assert imported.exit_code == 0, imported.output
    assert json.loads(imported.stdout)["accepted"] == 140
    assert run("propose", "--out", proposed).exit_code == 0
    assert run("check", proposed).exit_code == 0

    found = json.loads(run("check", FOUR_STEPS, "--json").stdout)
    assert found["exact"] == 0.5
    assert {(one["kind"], one["count"]) for one in found["deviations"]} == {("missing", 20)}


def test_a_file_imported_twice_adds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text(TICKETS)

    run("import", file)
    again = run("import", file)

    assert again.exit_code == 0
    assert "nothing was added" in again.output
    assert sum(row["customers"] for row in json.loads(run("variants", "--json").stdout)) == 40


def test_refused_rows_are_told_with_their_file(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text(TICKETS + ",Closed,2026-03-01 10:00\nt1,Closed,soon\n")

    imported = run("import", file)

    assert "140 rows taken, 2 refused" in imported.output
    assert "1 no_customer" in imported.output
    rejects = next((tmp_path / "home").rglob("rejects/*.csv"))
    assert rejects.read_text(encoding="utf-8-sig").count("\n") == 3


def test_asking_an_empty_workspace_says_what_to_do() -> None:
    asked = run("graph")

    assert asked.exit_code == 2
    assert "import" in asked.output


def test_the_help_desk_gives_the_published_figures(shared_data: Path) -> None:
    imported = run("import", shared_data / "helpdesk.xes.gz", "--json")
    assert json.loads(imported.stdout)["accepted"] == 21_348

    found = json.loads(run("check", FOUR_STEPS, "--json").stdout)

    missing = {one["stage"]: one["count"] for one in found["deviations"] if one["kind"] == "missing"}
    waits = [one["count"] for one in found["deviations"] if one["event"] == "Wait"]
    assert found["customers"] == 4_580
    assert round(found["exact"], 4) == 0.5166
    assert round(found["fitness"], 4) == 0.9140
    assert waits == [1_463]
    assert sum(missing.values()) == 413
    assert missing["take"] in {295, 296}
