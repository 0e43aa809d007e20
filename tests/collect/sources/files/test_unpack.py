from __future__ import annotations

import gzip

import pytest
from tests.collect.conftest import NOW, Write
from tests.collect.written import xes

from giljabi.collect import UnpackLimit, preview, read_events
from giljabi.model.errors import UnreadableFile

ROWS = "user_id,event,time\n" + "".join(f"u{number},view,2026-01-01\n" for number in range(20_000))


def test_a_zip_bomb_in_an_xes_file_is_refused_by_its_ratio(write: Write) -> None:
    head, tail = xes({"c1": [("a", "2026-01-01")]}).split("<trace>", 1)
    filling = (" " * (5 * 2**20) + '<string key="k" value="v"/>') * 16
    bomb = gzip.compress((head + filling + "<trace>" + tail).encode(), compresslevel=9)
    assert len(bomb) < 2**20
    with pytest.raises(UnreadableFile, match=r"200 times its size.*64 MiB"):
        read_events(write(bomb, "log.xes.gz"), now=NOW).table()


def test_a_text_larger_than_any_log_needs_is_refused(write: Write) -> None:
    head, tail = xes({"c1": [("a", "2026-01-01")]}).split("<trace>", 1)
    bomb = gzip.compress((head + " " * (20 * 2**20) + "<trace>" + tail).encode(), compresslevel=9)
    with pytest.raises(UnreadableFile, match="no log needs"):
        read_events(write(bomb, "log.xes.gz"), now=NOW).table()


def test_the_limit_of_size_is_named(write: Write) -> None:
    path = write(gzip.compress(ROWS.encode()), "events.csv.gz")
    with pytest.raises(UnreadableFile, match=r"events\.csv\.gz unpacks to more than the limit of 0\.25 MiB"):
        read_events(path, now=NOW, unpack_limit=UnpackLimit(size=2**18)).table()


def test_nothing_is_handed_over_of_a_file_that_unpacks_too_far(write: Write) -> None:
    path = write(gzip.compress(ROWS.encode() * 30), "events.csv.gz")
    batches = read_events(path, now=NOW, unpack_limit=UnpackLimit(size=12 * 2**20)).batches()
    with pytest.raises(UnreadableFile):
        next(batches)


def test_a_small_file_may_unpack_to_any_multiple(write: Write) -> None:
    repeated = "user_id,event,time\n" + "u1,view,2026-01-01\n" * 100_000
    packed = gzip.compress(repeated.encode(), compresslevel=9)
    assert len(repeated) > 200 * len(packed)
    assert read_events(write(packed, "events.csv.gz"), now=NOW).table().num_rows == 100_000


def test_the_limits_can_be_raised(write: Write) -> None:
    path = write(gzip.compress(ROWS.encode()), "events.csv.gz")
    limit = UnpackLimit(ratio=2, beyond=0)
    with pytest.raises(UnreadableFile, match="2 times"):
        preview(path, unpack_limit=limit)
    assert read_events(path, now=NOW, unpack_limit=UnpackLimit(ratio=1000)).table().num_rows == 20_000


def test_a_file_cut_off_in_the_middle_hands_over_nothing(write: Write) -> None:
    packed = gzip.compress(ROWS.encode() * 50, compresslevel=1)
    batches = read_events(write(packed[: len(packed) * 3 // 4], "events.csv.gz"), now=NOW).batches()
    with pytest.raises(UnreadableFile, match="cut off"):
        next(batches)
