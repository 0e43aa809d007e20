import errno
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from tests.event_tables import table_of

from giljabi.model.errors import LogError
from giljabi.store.log import build_log, open_log, to_table, write_log
from giljabi.store.log.versions import clean, drafting

OLD = table_of([{"customer": f"c{n}", "time": n, "event": "old"} for n in range(20)])
NEW = table_of([{"customer": f"c{n}", "time": n, "event": "new"} for n in range(30)])


def breaking_off() -> Iterator[pa.RecordBatch]:
    yield from NEW.to_batches()
    raise ZeroDivisionError


def versions(place: Path) -> list[str]:
    return sorted(path.name for path in place.glob("log-*"))


def test_a_new_log_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    build_log(OLD, tmp_path)
    build_log(NEW, tmp_path)
    gc.collect()
    assert open_log(tmp_path).names == ("new",)
    clean(tmp_path)
    assert len(versions(tmp_path)) == 1


def test_a_reader_keeps_the_old_log_even_the_buckets_it_has_not_touched(tmp_path: Path) -> None:
    reader = build_log(OLD, tmp_path, buckets=2)
    _ = reader.buckets[0].time
    build_log(NEW, tmp_path)
    assert to_table(reader).num_rows == 20
    assert open_log(tmp_path).events == 30


def test_the_old_log_goes_once_nobody_holds_it(tmp_path: Path) -> None:
    reader = build_log(OLD, tmp_path)
    build_log(NEW, tmp_path)
    assert len(versions(tmp_path)) == 2
    del reader
    gc.collect()
    clean(tmp_path)
    assert versions(tmp_path) == [(tmp_path / "CURRENT").read_text().split()[0]]


def test_arrays_outlive_the_files_they_were_mapped_from(tmp_path: Path) -> None:
    time = build_log(OLD, tmp_path).buckets[0].time
    build_log(NEW, tmp_path)
    gc.collect()
    clean(tmp_path)
    assert sorted(time.tolist()) == list(range(20))


def test_a_log_may_be_saved_over_itself(tmp_path: Path) -> None:
    log = build_log(OLD, tmp_path, buckets=2)
    write_log(log, tmp_path)
    assert to_table(open_log(tmp_path)).equals(to_table(log))


def test_a_failed_build_leaves_the_old_log(tmp_path: Path) -> None:
    build_log(OLD, tmp_path)
    with pytest.raises(ZeroDivisionError):
        build_log(breaking_off(), tmp_path)
    assert open_log(tmp_path).names == ("old",)
    assert len(versions(tmp_path)) == 1


def test_a_killed_build_leaves_the_old_log_and_what_it_left_is_removed_by_the_next(tmp_path: Path) -> None:
    build_log(OLD, tmp_path)
    gc.collect()
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from giljabi.store.log.versions import drafting\n"
        "with drafting(Path(sys.argv[1])) as draft:\n"
        "    (draft.path / 'bucket-0000.events.arrow').write_bytes(b'half')\n"
        "    print('half', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        clean(tmp_path)
        # A build that runs is left alone.
        assert len(versions(tmp_path)) == 2
        os.kill(child.pid, signal.SIGKILL)
    assert open_log(tmp_path).names == ("old",)
    build_log(NEW, tmp_path)
    gc.collect()
    clean(tmp_path)
    assert open_log(tmp_path).names == ("new",)
    assert len(versions(tmp_path)) == 1


def test_a_stopped_build_leaves_no_trace(tmp_path: Path) -> None:
    def stopped() -> None:
        with drafting(tmp_path) as draft:
            (draft.path / "parts").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert not versions(tmp_path)


def test_a_full_disk_is_told_and_leaves_no_trace(tmp_path: Path) -> None:
    def full() -> None:
        with drafting(tmp_path):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(LogError, match=r"cannot be written to .*: No space left"):
        full()
    assert not versions(tmp_path)


def test_other_files_in_the_directory_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "log-of-my-day").mkdir()
    build_log(OLD, tmp_path)
    build_log(NEW, tmp_path)
    assert (tmp_path / "notes").is_dir()
    assert (tmp_path / "log-of-my-day").is_dir()
