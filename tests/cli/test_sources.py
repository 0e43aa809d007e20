"""``giljabi sources``: a write key at once, and rows of a database into the log."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from giljabi.bootstrap import open_workspace
from giljabi.cli import main


@pytest.fixture
def run(tmp_path: Path, database_address: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Give a runner of verbs over a new workspace."""
    monkeypatch.setenv("GILJABI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GILJABI_DATABASE_URL", database_address)
    monkeypatch.setenv("GILJABI_IMPORT_FOLDERS", str(tmp_path))
    return CliRunner()


def test_a_write_key_is_printed_and_the_source_listed(run: CliRunner) -> None:
    assert "sources add http" in run.invoke(main, ["sources"]).output
    added = run.invoke(main, ["sources", "add", "http", "--name", "웹사이트"])
    assert added.exit_code == 0, added.output
    key = added.output.split("write key: ")[1].strip()
    listed = json.loads(run.invoke(main, ["sources", "--json"]).output)
    assert [(one["name"], one["write_key"]) for one in listed] == [("웹사이트", key)]
    assert "웹사이트" in run.invoke(main, ["sources"]).output
    again = run.invoke(main, ["sources", "add", "http", "--name", "웹사이트"])
    assert (again.exit_code, "already a source" in again.output) == (2, True)
    assert run.invoke(main, ["sources", "remove", "웹사이트"]).exit_code == 0
    assert json.loads(run.invoke(main, ["sources", "--json"]).output) == []


def test_rows_of_a_database_are_in_the_log_after_a_pull(run: CliRunner, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("CREATE TABLE orders (id INTEGER, user_id TEXT, event TEXT, created_at TEXT)")
        rows = [(n, f"u{n % 5}", "pay", f"2026-11-01 10:{n:02}:00") for n in range(30)]
        database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
        database.commit()
    given = [f"url=sqlite:///{tmp_path}/shop.db", "table=orders", "cursor=id"]
    told = [part for one in given for part in ("--set", one)]
    added = run.invoke(main, ["sources", "add", "sql", "--name", "shop", "--every", "1h", *told])
    assert added.exit_code == 0, added.output
    pulled = run.invoke(main, ["sources", "pull", "shop"])
    assert "30 rows taken" in pulled.output, pulled.output
    assert "0 rows taken" in run.invoke(main, ["sources", "pull", "shop"]).output
    with open_workspace() as workspace:
        assert (workspace.log().events, workspace.log().customers) == (30, 5)
        assert workspace.sources.get("shop").every == 3600
