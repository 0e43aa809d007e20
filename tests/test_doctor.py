"""The doctor finds what is unsafe or broken, and changes nothing by looking."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from giljabi.bootstrap import Finding, Settings, examine, open_workspace
from giljabi.bootstrap.doctor.database import on_first_look, on_server
from giljabi.bootstrap.doctor.files import on_files
from giljabi.bootstrap.doctor.settings import on_settings
from giljabi.store import DatabaseFacts
from giljabi.store.postgres import FirstLook

PROXIED = "https://giljabi.example.com"


def bad(findings: Iterable[Finding]) -> dict[str, str]:
    """Give the state of whatever is not well, by check."""
    return {one.check: one.state for one in findings if one.state != "ok"}


def server(**facts: Any) -> DatabaseFacts:
    """Give what is known of a server that is well, but for what is named."""
    usual = {"version": "18.6", "number": 180_006, "migration": "1", "newest": "1", "encrypted": None}
    return DatabaseFacts(**{**usual, "clock": datetime.now(UTC), **facts})


def test_nothing_is_wrong_with_the_defaults() -> None:
    assert bad(on_settings(Settings(), {})) == {}


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        (Settings(accounts="none"), {"accounts": "warning"}),
        (Settings(accounts="none", host="0.0.0.0", url=PROXIED), {"accounts": "error"}),
        (Settings(host="0.0.0.0"), {"address": "warning"}),
        (Settings(host="0.0.0.0", url="http://giljabi.example.com"), {"address": "error"}),
        (Settings(url="http://localhost:8400"), {}),
        (Settings(host="0.0.0.0", url=PROXIED), {}),
        (Settings(host="::1"), {}),
        (Settings(url=PROXIED), {"proxies": "warning"}),
        (Settings(url=PROXIED, trusted_proxies=("127.0.0.1",)), {}),
        (Settings(trusted_proxies=("*",)), {"proxies": "error"}),
        (Settings(trusted_proxies=("0.0.0.0/0",)), {"proxies": "error"}),
        (Settings(debug=True), {"debug": "warning"}),
        (Settings(debug=True, host="0.0.0.0", url=PROXIED), {"debug": "error"}),
        (Settings(metrics_port=9100), {}),
        (Settings(metrics_port=9100, metrics_host="0.0.0.0"), {"metrics": "warning"}),
    ],
    ids=repr,
)
def test_unsafe_settings_are_found(settings: Settings, found: dict[str, str]) -> None:
    assert bad(on_settings(settings, {})) == found


def test_a_variable_that_does_nothing_is_found_with_what_may_be_meant() -> None:
    (found,) = [
        one
        for one in on_settings(Settings(), {"GILJABI_DATABSE_URL": "GILJABI_DATABASE_URL"})
        if one.state != "ok"
    ]
    assert "GILJABI_DATABSE_URL" in found.said
    assert "GILJABI_DATABASE_URL" in found.advice


@pytest.mark.parametrize(
    ("mode", "key", "found"),
    [
        (0o700, 0o600, {}),
        (0o750, 0o600, {}),
        (0o711, 0o600, {"home": "warning"}),
        (0o755, 0o600, {"home": "warning"}),
        (0o700, 0o640, {"key": "error"}),
        (0o700, 0o604, {"key": "error"}),
    ],
    ids=lambda one: f"{one:o}" if isinstance(one, int) else None,
)
def test_files_that_others_may_read_are_found(
    tmp_path: Path, mode: int, key: int, found: dict[str, str]
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=mode)
    (home / "secret.key").touch()
    (home / "secret.key").chmod(key)
    findings = [one for one in on_files(Settings(home=str(home)), None, frozenset()) if one.check != "disk"]
    assert bad(findings) == found


@pytest.mark.parametrize(
    ("mode", "names", "found"),
    [
        (0o600, {"database_url"}, {}),
        (0o644, {"port"}, {}),
        (0o644, {"database_url"}, {"settings file": "error"}),
        (0o640, {"secret_key"}, {"settings file": "error"}),
        (0o622, {"port"}, {"settings file": "error"}),
    ],
    ids=["own", "public", "password", "secret", "writable"],
)
def test_a_settings_file_that_others_may_use_is_found(
    tmp_path: Path, mode: int, names: set[str], found: dict[str, str]
) -> None:
    tmp_path.chmod(0o700)
    file = tmp_path / "giljabi.toml"
    file.touch()
    file.chmod(mode)
    findings = on_files(Settings(home=str(tmp_path)), file, frozenset(names))
    assert bad(one for one in findings if one.check == "settings file") == found


@pytest.mark.parametrize(
    ("look", "found"),
    [
        (FirstLook(None, "0006", unbound=False, has_workspace=False), {}),
        (FirstLook("0006", "0006", unbound=False, has_workspace=True), {}),
        (FirstLook("0004", "0006", unbound=False, has_workspace=True), {"migrations": "warning"}),
        (FirstLook("0007", "0006", unbound=False, has_workspace=True), {"migrations": "error"}),
        (FirstLook("0006", "0006", unbound=True, has_workspace=True), {"row security": "error"}),
    ],
    ids=["empty", "newest", "older", "newer", "unbound"],
)
def test_what_is_wrong_with_the_tables_is_found(look: FirstLook, found: dict[str, str]) -> None:
    assert bad(on_first_look(look)) == found


@pytest.mark.parametrize(
    ("encrypted", "mode", "found"),
    [
        (None, "", {}),
        (False, "", {"connection": "error"}),
        (True, "?sslmode=require", {"connection": "warning"}),
        (True, "?sslmode=verify-full", {}),
    ],
    ids=["here", "open", "unchecked", "checked"],
)
def test_an_open_way_to_the_database_is_found(
    encrypted: bool | None, mode: str, found: dict[str, str]
) -> None:
    facts = server(encrypted=encrypted)
    settings = Settings(database_url=f"postgresql://me@db.example.com/giljabi{mode}")
    assert bad(one for one in on_server(facts, settings) if one.check != "clock") == found


@pytest.mark.parametrize(
    ("skew", "state"), [(0, "ok"), (10, "warning"), (-10, "warning"), (600, "error")], ids=str
)
def test_clocks_that_differ_are_found(skew: int, state: str) -> None:
    facts = server(clock=datetime.now(UTC) + timedelta(seconds=skew))
    assert [one.state for one in on_server(facts, Settings()) if one.check == "clock"] == [state]


def test_an_old_server_is_found() -> None:
    facts = server(number=150_002)
    assert bad(on_server(facts, Settings()))["database"] == "error"


def test_where_there_is_nothing_yet_nothing_is_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert bad(examine({"GILJABI_HOME": str(home)})) == {}
    assert not home.exists()


def test_a_wrong_setting_is_found_and_ends_it(tmp_path: Path) -> None:
    (found,) = examine({"GILJABI_HOME": str(tmp_path), "GILJABI_PORT": "0"})
    assert (found.check, found.state) == ("settings", "error")
    assert "GILJABI_PORT" in found.said


def test_a_database_that_does_not_answer_is_found(tmp_path: Path) -> None:
    address = f"postgresql://nobody@/none?host={tmp_path}"
    environ = {"GILJABI_HOME": str(tmp_path / "home"), "GILJABI_DATABASE_URL": address}
    assert bad(examine(environ)) == {"database": "error"}


def test_a_database_without_the_workspace_is_left_without(database_address: str, tmp_path: Path) -> None:
    environ = {"GILJABI_HOME": str(tmp_path / "home"), "GILJABI_DATABASE_URL": database_address}
    before = workspaces(database_address)
    assert "error" not in bad(examine(environ)).values()
    assert workspaces(database_address) == before


def test_a_new_workspace_lacks_an_owner_and_a_worker(database_address: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with open_workspace(home, database_address):
        pass
    environ = {"GILJABI_HOME": str(home), "GILJABI_DATABASE_URL": database_address}
    found = bad(one for one in examine(environ) if one.check not in {"disk", "key"})
    assert found == {"owner": "warning", "worker": "warning"}


def test_a_home_that_is_made_is_nobody_else_s(database_address: str, tmp_path: Path) -> None:
    with open_workspace(tmp_path / "home", database_address):
        pass
    environ = {"GILJABI_HOME": str(tmp_path / "home"), "GILJABI_DATABASE_URL": database_address}
    assert [one.state for one in examine(environ) if one.check == "home"] == ["ok"]


def test_an_idle_write_key_is_found(database_address: str, tmp_path: Path) -> None:
    with open_workspace(tmp_path / "home", database_address) as workspace:
        workspace.sources.add("http", "old shop")
        workspace.sources.add("http", "new shop")
    with psycopg.connect(database_address) as connection:
        connection.execute("SET row_security = off")
        connection.execute(
            "UPDATE source SET created_at = now() - interval '91 days' WHERE name = 'old shop'"
        )
    environ = {"GILJABI_HOME": str(tmp_path / "home"), "GILJABI_DATABASE_URL": database_address}
    (found,) = [one for one in examine(environ) if one.check == "write keys"]
    assert found.state == "warning"
    assert "old shop" in found.said
    assert "new shop" not in found.said


def workspaces(address: str) -> set[str]:
    with psycopg.connect(address) as connection:
        return {str(name) for (name,) in connection.execute("SELECT name FROM workspace")}
