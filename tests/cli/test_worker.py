"""The worker's process ends when it is told to, and with whoever started it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.fixture
def environment(database_address: str, tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "GILJABI_HOME": str(tmp_path / "home"), "GILJABI_DATABASE_URL": database_address}


def worker(environment: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-c", "from giljabi.cli import main; main()", "worker", *words]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def wait_until_it_works(environment: dict[str, str]) -> None:
    from giljabi.bootstrap import open_workspace

    with open_workspace(environment["GILJABI_HOME"], environment["GILJABI_DATABASE_URL"]) as workspace:
        while not workspace.jobs.state().workers:
            time.sleep(0.05)


def test_it_ends_in_order_when_it_is_told_to(environment: dict[str, str]) -> None:
    with worker(environment) as process:
        wait_until_it_works(environment)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate()
    assert process.returncode == 0
    told = [json.loads(line) for line in said.splitlines()]
    assert [line for line in told if line["level"] not in {"debug", "info"}] == []


def test_it_ends_with_whoever_holds_its_input(environment: dict[str, str]) -> None:
    with worker(environment, "--until-closed") as process:
        wait_until_it_works(environment)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0
