"""Who runs the server makes the first owner, invites people, and helps them back in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from giljabi.access import Visit
from giljabi.bootstrap import open_workspace
from giljabi.cli import main

PASSWORD = "paper lantern over the harbour"
Run = Callable[..., Result]


@pytest.fixture
def run(database_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("GILJABI_DATABASE_URL", database_address)
    monkeypatch.setenv("GILJABI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GILJABI_URL", "https://maps.example.com")
    return lambda *words: CliRunner().invoke(main, ["accounts", *words], catch_exceptions=False)


def test_from_the_first_owner_to_a_link_for_who_forgot(run: Run) -> None:
    assert "owner-link" in run().output
    assert run("invite", "jun@example.com").exit_code == 2
    address = run("owner-link").output.strip()
    assert address.startswith("https://maps.example.com/start#")
    with open_workspace() as workspace:
        workspace.accounts.begin(
            address.partition("#")[2], "mina@example.com", "Mina", PASSWORD, "ko", Visit()
        )
    assert run("owner-link").exit_code == 2
    invited = run("invite", "jun@example.com", "--role", "editor").output.strip()
    assert invited.startswith("https://maps.example.com/join#")
    told = json.loads(run("--json").output)
    assert [(one["email"], one["role"]) for one in told["accounts"]] == [("mina@example.com", "owner")]
    assert [(one["email"], one["role"]) for one in told["invitations"]] == [("jun@example.com", "editor")]
    assert invited.partition("#")[2] not in run("--json").output
    assert "jun@example.com" in run().output
    reset = run("reset-link", "MINA@example.com").output.strip()
    with open_workspace() as workspace:
        done = workspace.accounts.reset(reset.partition("#")[2], "a quiet glacier at noon", Visit())
        assert done.complete
    assert "needs no second factor" in run("turn-off-second-factor", "mina@example.com").output
    assert run("reset-link", "nobody@example.com").exit_code == 2
    assert run("sign-out-everyone").output == "1 session ended\n"
    with open_workspace() as workspace:
        noted = [(one.actor, one.action) for one in workspace.audit.entries()]
        assert ("command line", "accounts.invite") in noted
        assert workspace.accounts.principal(done.token) is None


def test_an_invitation_without_its_maps_is_refused_in_words(run: Run) -> None:
    address = run("owner-link").output.strip()
    with open_workspace() as workspace:
        workspace.accounts.begin(address.partition("#")[2], "mina@example.com", "", PASSWORD, "ko", Visit())
    done = run("invite", "gil@example.com", "--role", "guest")
    assert done.exit_code == 2
    assert "choose at least one map" in done.stderr
