"""``giljabi export-customer`` and ``giljabi forget``: everything of a customer, and then nothing."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from giljabi.cli import main

EVENTS = "customer,event,time\nminji-01,visit,2026-02-01T10:00:00Z\nhana-02,visit,2026-02-01T11:00:00Z\n"


@pytest.fixture
def run(tmp_path: Path, database_address: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Give a runner of verbs over a workspace with two customers."""
    monkeypatch.setenv("GILJABI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GILJABI_DATABASE_URL", database_address)
    (tmp_path / "events.csv").write_text(EVENTS, "utf-8")
    runner = CliRunner()
    assert runner.invoke(main, ["import", str(tmp_path / "events.csv")]).exit_code == 0
    return runner


def test_a_customers_record_is_written_as_a_document_and_as_tables(run: CliRunner, tmp_path: Path) -> None:
    document, tables = tmp_path / "minji.json", tmp_path / "minji.zip"
    for file in (document, tables):
        written = run.invoke(main, ["export-customer", "minji-01", str(file)])
        assert written.exit_code == 0, written.output
        assert "1 events" in written.output
    assert [one["event"] for one in json.loads(document.read_text("utf-8"))["events"]] == ["visit"]
    assert "events.csv" in zipfile.ZipFile(tables).namelist()
    wrong = run.invoke(main, ["export-customer", "minji-01", str(tmp_path / "minji.txt")])
    assert (wrong.exit_code, "neither .json nor .zip" in wrong.output) == (2, True)
    nobody = run.invoke(main, ["export-customer", "nobody", str(document)])
    assert (nobody.exit_code, "no customer 'nobody'" in nobody.output) == (2, True)


def test_a_customer_is_forgotten_once_their_id_was_typed(run: CliRunner, tmp_path: Path) -> None:
    unsure = run.invoke(main, ["forget", "minji-01"], input="hana-02\n")
    assert unsure.exit_code == 1
    sure = run.invoke(main, ["forget", "minji-01"], input="minji-01\n")
    assert sure.exit_code == 0, sure.output
    assert "events: 1 events" in sure.output
    again = run.invoke(main, ["forget", "minji-01", "--yes"])
    assert (again.exit_code, "no customer 'minji-01'" in again.output) == (2, True)
    told = run.invoke(main, ["forget", "hana-02", "--yes", "--json"])
    assert json.loads(told.stdout)["removed"]["events"] == {"events": 1}
