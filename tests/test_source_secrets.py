"""Secrets of sources are encrypted at rest, each for its source, and lost ones can be entered anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.outside import SETTINGS

from giljabi.bootstrap import Workspace, open_workspace
from giljabi.model.errors import BadParameter

MAILBOX = {"host": "imap.example.com", "user": "cs", "password": "geheim"}


def opened(home: Path, address: str) -> Workspace:
    return open_workspace(home, address, "secrets", settings=SETTINGS)


def stored(address: str) -> dict[str, Any]:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT settings FROM source").fetchone()
    assert row is not None
    found: dict[str, Any] = row[0]
    return found


def test_a_password_and_an_address_with_one_are_not_in_the_database(
    empty_workspace: Workspace, database_address: str
) -> None:
    roles = {"identifiers": {"user_id": "user"}, "event": "event", "time": "at"}
    url = "postgresql://me:geheim@db.example.com/shop"
    added = empty_workspace.sources.add(
        "sql", "Orders", {"url": url, "table": "t", "cursor": "id", "roles": roles}
    )

    assert "geheim" not in str(stored(database_address))
    assert stored(database_address)["table"] == "t"
    assert empty_workspace.sources.settings_of(added)["url"] == url
    assert "geheim" not in str(empty_workspace.sources.shown(added))


def test_what_an_earlier_version_kept_plain_is_encrypted_when_the_workspace_is_opened(
    database_address: str, tmp_path: Path
) -> None:
    with opened(tmp_path, database_address) as workspace:
        workspace.sources.add("mailbox", "Mail", MAILBOX)
    with psycopg.connect(database_address) as connection:
        connection.execute('UPDATE source SET settings = settings || \'{"password": "geheim"}\'')

    with opened(tmp_path, database_address) as workspace:
        source = workspace.sources.get("Mail")
        assert workspace.sources.settings_of(source) == MAILBOX
    assert "geheim" not in str(stored(database_address))


def test_a_secret_of_another_source_cannot_be_read(empty_workspace: Workspace, database_address: str) -> None:
    empty_workspace.sources.add("mailbox", "One", MAILBOX)
    other = empty_workspace.sources.add("mailbox", "Other", {**MAILBOX, "password": "other"})
    with psycopg.connect(database_address) as connection:
        connection.execute(
            "UPDATE source SET settings = (SELECT settings FROM source WHERE name = 'One') "
            "WHERE name = 'Other'"
        )

    with pytest.raises(BadParameter, match="another key"):
        empty_workspace.sources.settings_of(empty_workspace.sources.get(other.id))


def test_without_the_key_sources_are_listed_and_their_secrets_entered_anew(
    database_address: str, tmp_path: Path
) -> None:
    with opened(tmp_path / "one", database_address) as workspace:
        workspace.sources.add("mailbox", "Mail", MAILBOX)

    with opened(tmp_path / "two", database_address) as workspace:
        source = workspace.sources.get("Mail")
        shown = workspace.sources.shown(source)
        assert shown["host"] == "imap.example.com"
        with pytest.raises(BadParameter, match=r"secret\.key"):
            workspace.sources.pull("Mail")
        assert "another key" in workspace.sources.get("Mail").last_error
        with pytest.raises(BadParameter, match="again"):
            workspace.sources.change("Mail", settings=shown)
        changed = workspace.sources.change("Mail", settings={**shown, "password": "neu"})
        assert workspace.sources.settings_of(changed)["password"] == "neu"
