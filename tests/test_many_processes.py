"""Two servers and two workers over one PostgreSQL, one object store and one home folder."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from tests.faults.rig import wait_until
from tests.servers import Server, free_port

from giljabi.bootstrap import Settings, back_up, open_workspace, restore

KEY = "11" * 32


@pytest.fixture
def objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start an object store that speaks S3; give the address of a folder in it."""
    port = free_port()
    command = [sys.executable, "-m", "localbucket", str(tmp_path / "objects"), "--port", str(port)]
    (tmp_path / "objects").mkdir()
    store = Server(command, port, tmp_path / "objects.log")
    store.start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    urlopen(Request(f"http://127.0.0.1:{port}/shop", method="PUT")).close()
    yield "s3://shop"
    store.stop()


def track(port: int, key: str, number: int) -> None:
    call = {"type": "track", "event": "seen", "userId": f"u{number % 5}", "messageId": f"m{number}"}
    login = base64.b64encode(f"{key}:".encode()).decode()
    headers = {"content-type": "application/json", "authorization": f"Basic {login}"}
    urlopen(
        Request(f"http://127.0.0.1:{port}/v1/track", json.dumps(call).encode(), headers), timeout=60
    ).close()


def ask(port: int, path: str) -> Any:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return json.load(answer)


def test_what_is_sent_to_either_server_is_in_both_once(
    objects: str, database_address: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shared: dict[str, Any] = {
        "home": str(home),
        "database_url": database_address,
        "warehouse": f"{objects}/lake",
        "secret_key": KEY,
    }
    with open_workspace(settings=Settings(**shared)) as workspace:
        key = workspace.sources.add("http", "Website", {}).write_key
        assert key is not None
    ports = [free_port(), free_port()]
    with ExitStack() as running:
        environment = {
            **os.environ,
            **{f"GILJABI_{name.upper()}": value for name, value in shared.items()},
            "GILJABI_ACCOUNTS": "none",
        }
        for port in ports:
            log = running.enter_context((tmp_path / f"{port}.txt").open("wb"))
            for words in (["up", "--no-worker", "--port", str(port)], ["worker"]):
                start = [sys.executable, "-P", "-c", "from giljabi.cli import main; main()", *words]
                process = subprocess.Popen(
                    start, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
                )
                running.callback(process.wait, 60)
                running.callback(process.terminate)
        for port in ports:
            wait_until(lambda port=port: answers(port), "the servers answer")  # type: ignore[misc]
        for number in range(60):
            track(ports[number % 2], key, number)
            track(ports[(number + 1) % 2], key, number)  # sent again, to the other one
        for port in ports:
            wait_until(lambda port=port: events(port) == 60, f"60 events at {port}")  # type: ignore[misc]
            assert ask(port, "/api/v1/status")["log"]["customers"] == 5
    assert not (home / "lake").exists()
    with open_workspace(settings=Settings(**shared)) as workspace:
        messages = [row for batch in workspace._lake.scan() for row in batch.column("customer").to_pylist()]
        assert Counter(messages) == {f"u{number}": 12 for number in range(5)}


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
            return bool(answer.read())
    except OSError:
        return False


def events(port: int) -> int:
    log = ask(port, "/api/v1/status")["log"]
    return 0 if log is None else int(log["events"])


def test_a_backup_brings_a_lake_from_one_object_store_to_another_place(
    objects: str, database_address: str, tmp_path: Path
) -> None:
    (tmp_path / "events.csv").write_text(
        "user,action,time\na,view,2026-01-01 10:00\nb,buy,2026-01-01 10:01\n"
    )
    before = Settings(home=str(tmp_path / "one"), database_url=database_address, warehouse=f"{objects}/lake")
    with open_workspace(settings=before) as workspace:
        workspace.import_events(tmp_path / "events.csv")
        back_up(tmp_path / "backup.zip", before)
    for number, warehouse in enumerate([f"{objects}/other", None]):
        after = Settings(home=str(tmp_path / f"restored-{number}"), warehouse=warehouse)
        restore(tmp_path / "backup.zip", after)
        with open_workspace(settings=after) as workspace:
            assert workspace.log().events == 2
            assert all(str(after.lake) in file for file in files(workspace))


def files(workspace: Any) -> list[str]:
    tasks = workspace._lake._table().scan().plan_files()
    return [task.file.file_path for task in tasks]
