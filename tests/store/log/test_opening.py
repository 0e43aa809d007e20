import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.event_tables import table_of

from giljabi.model.errors import InputError, LogDamaged, LogError, LogMissing
from giljabi.store.log import build_log, log_info, memory_log, open_log, to_table, verify_log, write_log
from giljabi.store.log.versions import drafting

ROWS = [
    {
        "customer": f"c{n % 7}",
        "time": (n * 37) % 101,
        "event": f"e{n % 3}",
        "channel": "web",
        "value": float(n),
    }
    for n in range(50)
]
TABLE = table_of(ROWS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    build_log(TABLE, tmp_path / "log", buckets=2)
    return tmp_path / "log"


def version(place: Path) -> Path:
    return place / (place / "CURRENT").read_text().split()[0]


def mapped_files() -> str:
    return Path("/proc/self/maps").read_text()


def test_opening_reads_only_the_manifest_and_buckets_are_mapped_when_touched(place: Path) -> None:
    log = open_log(place)
    assert log.buckets[0].events + log.buckets[1].events == log.events
    assert str(version(place)) not in mapped_files()
    _ = log.buckets[0].time
    assert f"{version(place)}/bucket-0000.events.arrow" in mapped_files()
    assert f"{version(place)}/bucket-0001.events.arrow" not in mapped_files()


def test_columns_are_views_of_the_mapped_file(place: Path) -> None:
    before = pa.total_allocated_bytes()
    bucket = open_log(place).buckets[0]
    for array in (
        bucket.offsets,
        bucket.time,
        bucket.event,
        bucket.column("channel"),
        bucket.column("value"),
    ):
        assert not array.flags.owndata
        assert not array.flags.writeable
    assert pa.total_allocated_bytes() - before < bucket.time.nbytes


def test_many_threads_may_touch_a_bucket_first(place: Path) -> None:
    expected = [bucket.time.sum() for bucket in open_log(place).buckets]
    log = open_log(place)
    with ThreadPoolExecutor(8) as pool:
        sums = list(pool.map(lambda n: log.buckets[n % 2].time.sum(), range(64)))
    assert sums == expected * 32


def test_a_saved_log_opens_as_it_was(tmp_path: Path) -> None:
    log = memory_log(TABLE, buckets=4)
    write_log(log, tmp_path / "log")
    opened = open_log(tmp_path / "log")
    assert to_table(opened).equals(to_table(log))
    assert (opened.names, dict(opened.columns)) == (log.names, dict(log.columns))
    # A mapped log is saved elsewhere just so.
    write_log(opened, tmp_path / "copy")
    assert to_table(open_log(tmp_path / "copy")).equals(to_table(log))
    verify_log(tmp_path / "copy")


def test_large_dictionaries_lie_in_files_of_their_own(tmp_path: Path) -> None:
    texts = [f"order {n:05}" for n in range(5000)]
    table = pa.table(
        {
            "customer": ["a"] * 5000,
            "time": pa.array(range(5000), pa.timestamp("ms")),
            "event": ["x"] * 5000,
            "order": texts,
        }
    )
    log = build_log(table, tmp_path)
    file = log_info(tmp_path).columns[0].file
    assert file is not None
    assert (version(tmp_path) / file.name).stat().st_size == file.size
    assert log.columns["order"].dictionary == tuple(texts)
    write_log(log, tmp_path)
    assert open_log(tmp_path).columns["order"].dictionary == tuple(texts)
    verify_log(tmp_path)


def test_an_absent_log_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for absent in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        for reads in (open_log, log_info, verify_log):
            with pytest.raises(LogMissing, match=f"no event log in {absent}"):
                reads(absent)


def test_a_log_does_not_take_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file; an event log is a directory"):
        write_log(memory_log(TABLE), tmp_path / "file")


@pytest.mark.parametrize("name", ["bucket-0000.events.arrow", "bucket-0001.customers.arrow"])
def test_a_truncated_file_is_named_on_opening(place: Path, name: str) -> None:
    path = version(place) / name
    path.write_bytes(path.read_bytes()[:-1])
    for reads in (open_log, verify_log):
        with pytest.raises(LogDamaged, match=rf"{name} has [\d,]+ bytes where [\d,]+ were written"):
            reads(place)


def test_a_file_that_is_gone_is_named_on_opening(place: Path) -> None:
    (version(place) / "bucket-0001.events.arrow").unlink()
    with pytest.raises(LogDamaged, match=r"bucket-0001\.events\.arrow is missing"):
        open_log(place)


def test_a_file_truncated_after_opening_is_named_when_touched(place: Path) -> None:
    log = open_log(place)
    path = version(place) / "bucket-0000.events.arrow"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(LogDamaged, match=r"bucket-0000\.events\.arrow"):
        _ = log.buckets[0].time


def test_a_changed_byte_is_found_by_verifying(place: Path) -> None:
    verify_log(place)
    path = version(place) / "bucket-0001.events.arrow"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    open_log(place)
    with pytest.raises(LogDamaged, match=r"contents of .*bucket-0001\.events\.arrow changed"):
        verify_log(place)


def test_rubbish_of_the_right_length_is_no_arrow_file(place: Path) -> None:
    path = version(place) / "bucket-0000.events.arrow"
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(LogDamaged, match="is no whole Arrow file"):
        _ = open_log(place).buckets[0].time


def test_a_changed_manifest_is_found_on_opening(place: Path) -> None:
    path = version(place) / "manifest.json"
    path.write_text(path.read_text().replace('"events": 50', '"events": 51'))
    with pytest.raises(LogDamaged, match=r"manifest\.json was changed"):
        open_log(place)


def test_a_manifest_that_is_gone_is_named(place: Path) -> None:
    (version(place) / "manifest.json").unlink()
    with pytest.raises(LogDamaged, match=r"manifest\.json is missing"):
        open_log(place)


def test_a_version_that_is_gone_is_named(place: Path) -> None:
    version(place).rename(place / "elsewhere")
    with pytest.raises(LogDamaged, match=r"is missing, though .*CURRENT points to it"):
        open_log(place)


def test_a_pointer_to_nowhere_is_damage(place: Path) -> None:
    (place / "CURRENT").write_text("../../etc 00\n")
    with pytest.raises(LogDamaged, match="does not name a version"):
        open_log(place)


@pytest.mark.parametrize(
    ("manifest", "error", "message"),
    [
        (b"{}", LogDamaged, "is no manifest"),
        (b"not json", LogDamaged, "is no manifest"),
        (json.dumps({"format": 99}).encode(), LogError, "has format 99, this version of Giljabi reads 1"),
    ],
)
def test_a_manifest_of_another_form_is_told_from_damage(
    tmp_path: Path, manifest: bytes, error: type[Exception], message: str
) -> None:
    with drafting(tmp_path) as draft:
        draft.publish(manifest)
    with pytest.raises(error, match=message):
        open_log(tmp_path)


def test_saving_an_empty_log_is_refused(tmp_path: Path) -> None:
    log = memory_log(TABLE)
    empty = type(log)(log.names, log.columns, (), 0, 0)
    with pytest.raises(InputError, match="the log is empty"):
        write_log(empty, tmp_path)


def test_buckets_without_customers_are_kept(tmp_path: Path) -> None:
    write_log(memory_log(TABLE, buckets=32), tmp_path)
    log = open_log(tmp_path)
    assert 0 in [bucket.customers for bucket in log.buckets]
    assert [len(bucket.offsets) - 1 for bucket in log.buckets] == [bucket.customers for bucket in log.buckets]
    assert int(np.sum([len(bucket.time) for bucket in log.buckets])) == log.events
