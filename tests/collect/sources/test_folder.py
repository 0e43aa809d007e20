"""Files of folders, here and in an object store, are taken whole and once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from tests.outside import plug_here
from tests.store.engines.conftest import await_port, free_port

from giljabi.collect import look
from giljabi.model.errors import BadParameter, SourceUnavailable

FOLDER = plug_here("folder")
ROWS = "user,event,at\n{who},view,2026-11-01 10:00:00\n"


def put(folder: Path, name: str, who: str, age: float = 100) -> None:
    """Write a file that was last written to some seconds ago."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ROWS.format(who=who))
    os.utime(path, (time.time() - age, time.time() - age))


def taken(settings: dict[str, Any], cursor: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Give the files that are taken, by name, and the cursor."""
    files: dict[str, str] = {}
    for portion in FOLDER.pull(settings, cursor, "src", lambda: False):
        for path in portion.files:
            files[path.name] = path.read_text().splitlines()[1].split(",")[0]
        cursor = dict(portion.cursor)
    return files, cursor


def test_new_and_changed_files_are_taken_and_no_file_twice(tmp_path: Path) -> None:
    settings = {"folder": str(tmp_path), "pattern": "*.csv"}
    put(tmp_path, "a.csv", "a", age=300)
    put(tmp_path, "b.csv", "b", age=200)
    put(tmp_path, "notes.txt", "x")
    put(tmp_path, ".hidden.csv", "x")
    put(tmp_path, "deep/c.csv", "c")
    files, cursor = taken(settings, {})
    assert list(files.items()) == [("a.csv", "a"), ("b.csv", "b")], "the oldest first"
    assert taken(settings, cursor)[0] == {}
    put(tmp_path, "a.csv", "aa", age=50)
    put(tmp_path, "d.csv", "d")
    files, cursor = taken(settings, cursor)
    assert files == {"a.csv": "aa", "d.csv": "d"}
    (tmp_path / "b.csv").unlink()
    assert sorted(taken(settings, cursor)[1]["files"]) == ["a.csv", "d.csv"]


def test_a_changed_file_may_be_left_alone(tmp_path: Path) -> None:
    settings = {"folder": str(tmp_path), "changed": "leave"}
    put(tmp_path, "a.csv", "a")
    _, cursor = taken(settings, {})
    put(tmp_path, "a.csv", "longer", age=50)
    assert taken(settings, cursor)[0] == {}


def test_a_file_that_is_being_written_is_taken_next_time(tmp_path: Path) -> None:
    settings = {"folder": str(tmp_path)}
    put(tmp_path, "a.csv", "a", age=0)
    files, cursor = taken(settings, {})
    assert files == {}
    os.utime(tmp_path / "a.csv", (0, time.time() - 60))
    assert taken(settings, cursor)[0] == {"a.csv": "a"}


def test_folders_within_are_looked_into_where_the_pattern_says_so(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "a")
    put(tmp_path, "deep/er/c.csv", "c")
    assert sorted(taken({"folder": str(tmp_path), "pattern": "**/*.csv"}, {})[0]) == ["a.csv", "c.csv"]


def test_a_folder_is_tested_and_its_newest_file_looked_at(tmp_path: Path) -> None:
    settings = {"folder": str(tmp_path)}
    assert "no file fits yet" in FOLDER.test(settings)
    put(tmp_path, "a.csv", "a")
    assert FOLDER.test(settings) == "there are 1 files, such as a.csv"
    assert [one.name for one in look(FOLDER.sample(settings)).columns] == ["user", "event", "at"]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"folder": "file:///etc"}, "file:// are not read"),
        ({"folder": "http://example.com/a"}, "http:// are not read"),
        ({"folder": "gs://b", "access_secret": "/etc/passwd"}, "service account"),
        ({"changed": "twice"}, "changed"),
        ({"roles": {"identifiers": {"user_id": "a"}, "event_name": "x"}}, "files hold events"),
    ],
)
def test_settings_that_are_wrong_are_refused(wrong: dict[str, Any], expected: str) -> None:
    with pytest.raises(BadParameter, match=expected):
        FOLDER.check({"folder": "/tmp", **wrong})


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="no folder"):
        FOLDER.test({"folder": str(tmp_path / "none")})


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Start an S3 server; give the folder of its bucket named shop, and the settings that reach it."""
    folder, port = tmp_path_factory.mktemp("objects"), free_port()
    log = tmp_path_factory.mktemp("s3") / "log"
    command = [sys.executable, "-m", "localbucket", str(folder), "--port", str(port)]
    reach = {"access_key": "test", "access_secret": "test", "endpoint": f"http://127.0.0.1:{port}"}
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as server:
        try:
            await_port(port, server, log)
            urlopen(Request(f"{reach['endpoint']}/shop", method="PUT")).close()
            yield folder / "shop", reach
        finally:
            server.kill()


def upload(reach: dict[str, Any], name: str, who: str) -> None:
    body = ROWS.format(who=who).encode()
    urlopen(Request(f"{reach['endpoint']}/shop/{name}", data=body, method="PUT")).close()


def test_files_of_an_object_store_are_taken(bucket: tuple[Path, dict[str, Any]]) -> None:
    _, reach = bucket
    settings = {"folder": "s3://shop/exports", "pattern": "*.csv", **reach}
    upload(reach, "exports/a.csv", "a")
    upload(reach, "other/b.csv", "b")
    assert "1 files, such as a.csv" in FOLDER.test(settings)
    files, cursor = taken(settings, {})
    assert files == {"a.csv": "a"}
    assert taken(settings, cursor)[0] == {}
    upload(reach, "exports/a.csv", "changed")
    upload(reach, "exports/b.csv", "b")
    assert taken(settings, cursor)[0] == {"a.csv": "changed", "b.csv": "b"}
    assert [one.name for one in look(FOLDER.sample(settings)).columns] == ["user", "event", "at"]


def test_a_bucket_that_is_not_there_is_told(bucket: tuple[Path, dict[str, Any]]) -> None:
    _, reach = bucket
    with pytest.raises(SourceUnavailable):
        FOLDER.test({"folder": "s3://nowhere/x", **reach})
