"""The first start: a link that makes the owner is printed, and nobody else is let near until then."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.servers import free_port

from giljabi.bootstrap import open_workspace

UP = [sys.executable, "-c", "from giljabi.cli import main; main()", "up", "--no-worker"]


def surroundings(tmp_path: Path, database_address: str, **more: str) -> dict[str, str]:
    own = {"GILJABI_HOME": str(tmp_path / "home"), "GILJABI_DATABASE_URL": database_address}
    return {**os.environ, **own, **more}


def test_without_an_owner_it_listens_on_this_machine_only(tmp_path: Path, database_address: str) -> None:
    environment = surroundings(tmp_path, database_address, GILJABI_PORT=str(free_port()))

    done = subprocess.run(
        [*UP, "--host", "0.0.0.0"], env=environment, capture_output=True, text=True, check=False, timeout=300
    )

    assert done.returncode == 2
    assert "listens on this machine only, not on 0.0.0.0" in done.stderr
    assert "make-owner" in done.stderr


def test_the_link_it_prints_is_good_and_stands_in_no_log(tmp_path: Path, database_address: str) -> None:
    port = str(free_port())
    environment = surroundings(tmp_path, database_address, GILJABI_PORT=port, GILJABI_LOG_LEVEL="debug")
    with subprocess.Popen(
        UP, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        said = [server.stdout.readline() for _ in range(2)]
        # Whoever follows the link at once is let in.
        socket.create_connection(("127.0.0.1", int(port)), 5).close()
        with open_workspace(environment["GILJABI_HOME"], database_address) as workspace:
            address, _, token = said[1].removeprefix("Make the owner: ").strip().partition("#")
            purpose = workspace.accounts.look_at_link(token).purpose
        server.terminate()
        _, logged = server.communicate(timeout=300)

    assert address == f"http://127.0.0.1:{port}/start"
    assert purpose == "owner"
    assert token not in logged


def test_the_owner_can_be_made_where_no_browser_reaches(tmp_path: Path, database_address: str) -> None:
    environment = surroundings(tmp_path, database_address)
    password = "Zwölf Boxkämpfer jagen Viktor"
    make = [*UP[:3], "accounts", "make-owner", "mina@example.com"]

    made = subprocess.run(
        make, env=environment, input=f"{password}\n{password}\n", capture_output=True, text=True, check=False
    )

    assert made.returncode == 0, made.stderr
    with open_workspace(environment["GILJABI_HOME"], database_address) as workspace:
        assert [one.role for one in workspace.accounts.people()] == ["owner"]
