"""No source reaches this machine, its network or its files unless the operator names them."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.outside import HERE, plug_here

from giljabi.access import Outward
from giljabi.collect import plug
from giljabi.collect.sources.folder.remote import remote
from giljabi.collect.sources.folder.settings import Settings
from giljabi.model.errors import BadParameter, SourceUnavailable

ROLES = {"identifiers": {"user_id": "user"}, "event": "event", "time": "at"}


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def settings_of(kind: str, port: int) -> dict[str, Any]:
    table = {"table": "t", "cursor": "id", "roles": ROLES}
    told: dict[str, dict[str, Any]] = {
        "feed": {"url": f"http://127.0.0.1:{port}/rss"},
        "feed by name": {"url": f"http://localhost:{port}/rss"},
        "sql postgresql": {"url": f"postgresql://u:p@127.0.0.1:{port}/x", **table},
        "sql mysql": {"url": f"mysql://u:p@localhost:{port}/x", **table},
        "nats": {"url": f"nats://127.0.0.1:{port}", "stream": "S"},
        "mqtt": {"url": f"mqtt://127.0.0.1:{port}", "topics": "a", "roles": ROLES},
        "mailbox": {"host": "127.0.0.1", "port": port, "security": "plain", "user": "u", "password": "p"},
        "mailbox tls": {"host": "127.0.0.1", "port": port, "user": "u", "password": "p"},
        "folder": {"folder": "s3://shop/x", "endpoint": f"http://127.0.0.1:{port}"},
        "folder google": {"folder": "gs://shop/x", "endpoint": f"http://127.0.0.1:{port}"},
    }
    return told[kind]


KINDS = [
    "feed",
    "feed by name",
    "sql postgresql",
    "sql mysql",
    "nats",
    "mqtt",
    "mailbox",
    "mailbox tls",
    "folder",
    "folder google",
]


@pytest.mark.parametrize("kind", KINDS)
def test_this_machine_is_not_asked(kind: str, listening: socket.socket) -> None:
    settings = settings_of(kind, listening.getsockname()[1])
    found = plug(kind.split(maxsplit=1)[0])
    found.check(settings)

    with pytest.raises(BadParameter, match="GILJABI_PRIVATE_HOSTS"):
        found.test(settings)
    with pytest.raises(BadParameter, match="GILJABI_PRIVATE_HOSTS"):
        found.sample(settings)
    with pytest.raises(BadParameter, match="GILJABI_PRIVATE_HOSTS"):
        list(found.pull(settings, {}, "src", lambda: False))
    with pytest.raises(BlockingIOError):
        listening.accept()


@pytest.mark.parametrize("kind", ["sql postgresql", "sql mysql", "nats", "mqtt", "mailbox", "folder"])
def test_a_host_without_an_address_is_unavailable(kind: str) -> None:
    settings = {
        name: value.replace("127.0.0.1", "nowhere.invalid").replace("localhost", "nowhere.invalid")
        if isinstance(value, str)
        else value
        for name, value in settings_of(kind, 5000).items()
    }
    if kind == "mailbox":
        settings["security"] = "tls"
    with pytest.raises(SourceUnavailable, match=r"nowhere\.invalid"):
        plug_here(kind.split(maxsplit=1)[0]).test(settings)


def test_files_and_sockets_of_this_machine_are_not_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("CREATE TABLE t (id INTEGER)")
    (tmp_path / "a.csv").write_text("user,event\na,b\n")
    table = {"table": "t", "cursor": "id", "roles": ROLES}
    for address in (f"sqlite:///{tmp_path}/shop.db", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(BadParameter):
            plug("sql").test({"url": address, **table})
    with pytest.raises(BadParameter, match="GILJABI_PRIVATE_HOSTS"):
        plug("sql").test({"url": f"mysql://root@localhost/x?unix_socket={tmp_path}/sock", **table})
    with pytest.raises(BadParameter, match="GILJABI_IMPORT_FOLDERS"):
        plug("folder").test({"folder": str(tmp_path)})
    assert (
        plug_here("folder")
        .test({"folder": str(tmp_path), "pattern": "*.csv"})
        .startswith("there are 1 files")
    )


def test_a_link_out_of_the_folder_is_passed_over(tmp_path: Path) -> None:
    folder, beside = tmp_path / "in", tmp_path / "beside.csv"
    folder.mkdir()
    beside.write_text("user,event\na,b\n")
    (folder / "a.csv").symlink_to(beside)
    found = plug("folder", Outward(import_folders=[folder]))
    assert found.test({"folder": str(folder)}) == "the folder is there; no file fits yet"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u@db.example/x?host=127.0.0.1",
        "postgresql://u@db.example/x?hostaddr=127.0.0.1",
        "postgresql://u@db.example/x?service=prod",
        "postgresql://u@db.example/x?passfile=/etc/passwd",
        "postgresql:///x",
        "mysql://u@db.example/x?read_default_file=/etc/my.cnf",
        "mysql://u@db.example/x?local_infile=1",
        "sqlite:////data/shop.db?uri=true",
        "oracle://u@db.example/x",
        "mssql+pyodbc:///?odbc_connect=SERVER=127.0.0.1",
        "postgresql+pg8000://u@db.example/x",
    ],
)
def test_an_address_says_nothing_that_leads_around_it(address: str) -> None:
    with pytest.raises(BadParameter):
        plug("sql").check({"url": address, "table": "t", "cursor": "id", "roles": ROLES})


@pytest.mark.parametrize(
    "settings",
    [
        {
            "folder": "gs://b",
            "access_secret": '{"type": "external_account", "token_url": "http://127.0.0.1"}',
        },
        {"folder": "gs://b", "access_secret": '{"type": "service_account", "token_uri": "http://127.0.0.1"}'},
        {"folder": "az://b", "access_key": "evil.example/x", "access_secret": "a2V5"},
        {"folder": "az://b", "access_secret": "AccountName=shop;BlobEndpoint=http://127.0.0.1"},
        {"folder": "az://b", "access_secret": "AccountName=shop;AccountKey=a;EndpointSuffix=evil.example"},
        {"folder": "s3://b", "endpoint": "file:///etc"},
    ],
)
def test_a_key_of_a_store_leads_nowhere_else(settings: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        plug("folder").check(settings)


def test_what_the_machine_is_set_up_with_serves_named_stores_alone() -> None:
    named = Outward(import_folders=["s3://shop/exports"])
    known = Settings(folder="s3://shop/exports/2026")
    assert remote(known, "s3", named)[0].anon is False
    assert remote(known, "s3", HERE)[0].anon is True
    with pytest.raises(BadParameter, match="its key"):
        remote(Settings(folder="az://shop"), "az", HERE)
