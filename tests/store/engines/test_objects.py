"""Logs in an object store: a real server that speaks S3, on this machine."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pyarrow.parquet as pq
import pytest
from tests.store.engines.conftest import await_port, free_port
from tests.store.engines.test_spark import events

import giljabi as gj
from giljabi.model.errors import LogDamaged, LogMissing
from giljabi.store import build_log, log_info, open_log, to_table, verify_log


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start an S3 server with a bucket named shop; its objects are the files of the folder that is given."""
    folder, port = tmp_path_factory.mktemp("objects"), free_port()
    log = tmp_path_factory.mktemp("s3") / "log"
    command = [sys.executable, "-m", "localbucket", str(folder), "--port", str(port)]
    settings = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
    }
    with (
        pytest.MonkeyPatch.context() as patch,
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out) as server,
    ):
        try:
            await_port(port, server, log)
            urlopen(Request(f"http://127.0.0.1:{port}/shop", method="PUT")).close()
            for name, value in settings.items():
                patch.setenv(name, value)
            yield folder / "shop"
        finally:
            server.kill()


def fetched() -> list[str]:
    return sorted(path.stem for path in Path(os.environ["XDG_CACHE_HOME"]).rglob("*.arrow"))


def test_a_log_is_kept_in_an_object_store_and_fetched_as_it_is_touched(bucket: Path, tmp_path: Path) -> None:
    near = build_log(events(), tmp_path, buckets=4)
    url = "s3://shop/kept"
    assert to_table(build_log(events(), url, buckets=4)).equals(to_table(near))
    verify_log(url)
    for path in Path(os.environ["XDG_CACHE_HOME"]).rglob("*.arrow"):
        path.unlink()
    info, log = log_info(url), open_log(url)
    dictionaries = [column.file.sha256 for column in info.columns if column.file is not None]
    assert fetched() == sorted(dictionaries)
    assert log.buckets[2].time.sum() == near.buckets[2].time.sum()
    assert fetched() == sorted([*dictionaries, info.buckets[2].events_file.sha256])


def test_a_log_is_saved_to_an_object_store_and_replaced_whole(bucket: Path) -> None:
    log = gj.read_events(events())
    log.save("s3://shop/saved")
    first = gj.open_log("s3://shop/saved")
    log.only(customers=["c1", "c2"]).save("s3://shop/saved")
    second = gj.open_log("s3://shop/saved")
    assert second.customers == 2
    # Whoever has the old version open keeps it.
    assert first.graph() == log.graph()
    assert len(list((bucket / "saved").glob("log-*"))) == 2


def test_versions_that_nobody_needs_are_removed_after_a_day(bucket: Path) -> None:
    log = gj.read_events(events()).only(customers=["c1"])
    log.save("s3://shop/old")
    (old,) = (bucket / "old").glob("log-*")
    for path in old.iterdir():
        os.utime(path, (0, 0))
    log.save("s3://shop/old")
    current = (bucket / "old" / "CURRENT").read_text().split()[0]
    assert [path.name for path in (bucket / "old").glob("log-*/manifest.json")] == ["manifest.json"]
    assert (bucket / "old" / current / "manifest.json").exists()


def test_what_is_absent_or_damaged_is_named(bucket: Path) -> None:
    with pytest.raises(LogMissing, match="there is no event log in s3://shop/nowhere"):
        open_log("s3://shop/nowhere")
    build_log(events(), "s3://shop/damaged", buckets=2)
    opened = open_log("s3://shop/damaged")
    (path,) = (bucket / "damaged").glob("log-*/bucket-0001.events.arrow")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for known in Path(os.environ["XDG_CACHE_HOME"]).rglob("*.arrow"):
        known.unlink()
    with pytest.raises(LogDamaged, match=r"bucket-0001\.events\.arrow is not as it was written"):
        _ = opened.buckets[1].time
    assert hashlib.sha256(content).hexdigest() not in fetched()
    path.unlink()
    with pytest.raises(LogDamaged, match=r"bucket-0001\.events\.arrow is missing"):
        _ = opened.buckets[1].time
    (bucket / "damaged" / "CURRENT").write_text("nonsense")
    with pytest.raises(LogDamaged, match="does not name a version"):
        open_log("s3://shop/damaged")


def test_raw_files_are_found_and_built_into_a_log_by_url(bucket: Path, tmp_path: Path) -> None:
    raw = bucket / "raw"
    raw.mkdir()
    pq.write_table(events().slice(0, 3000), raw / "2026-01.parquet")
    pq.write_table(events().slice(3000), raw / "2026-02.parquet")
    (raw / "notes.txt").write_text("no events")
    near = build_log(events(), tmp_path)
    for source in ("s3://shop/raw/*.parquet", "s3://shop/raw", "s3://shop/raw/"):
        built = gj.build_log(source, to="s3://shop/built")
        assert built.to_arrow().equals(to_table(near))
    one = gj.build_log("s3://shop/raw/2026-02.parquet", to=tmp_path / "one")
    assert one.events == 3000


def test_a_cluster_builds_and_asks_a_log_in_an_object_store(bucket: Path, tmp_path: Path) -> None:
    """The workers need the way to the store, so this server starts after it: it inherits the settings."""
    if os.environ.get("SPARK_REMOTE"):
        pytest.skip("SPARK_REMOTE names a server that does not know the way to this object store")
    port, log = free_port(), tmp_path / "log.txt"
    environment = {**os.environ, "SAIL_MODE": "local-cluster"}
    command = [sys.executable, "-m", "pysail", "spark", "server", "--port", str(port)]
    pq.write_table(events(), tmp_path / "events.parquet")
    (bucket / "far").mkdir()
    pq.write_table(events(), bucket / "far" / "events.parquet")
    near = gj.build_log(tmp_path / "events.parquet", to=tmp_path / "near")
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as server:
        try:
            await_port(port, server, log)
            engine = f"spark://127.0.0.1:{port}"
            built = gj.build_log("s3://shop/far/*.parquet", to="s3://shop/farlog", engine=engine)
            opened = gj.open_log("s3://shop/farlog", engine=engine)
            assert built.graph() == opened.graph() == near.graph()
            assert opened.where(gj.event("e1")).events == near.where(gj.event("e1")).events
            assert opened.to_arrow().equals(near.to_arrow())
        finally:
            from giljabi.store.engines.spark import disconnect

            disconnect()
            server.kill()
