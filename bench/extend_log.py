"""Extend a built log by a hundredth of new events, beside copying its files to disk.

``python -m bench.extend_log --events 100000000`` writes a log of EVENTS events, then adds EVENTS / 100 that
came since, most of customers who are there, in a fresh process. 100 M events and 1 M more must take less than
10 s.
It is asked twice: with customer, time and event alone (10 bytes an event), and with a channel and a value as
well (20 bytes). Everything is flushed to disk, so the disk's own speed bounds both.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
from bench import arrays
from bench.data import CHANNELS, FOLDER
from bench.results import Result, keep

from giljabi.store import Column, Log, MemoryBucket, build_log, extend_log, write_log


def with_columns(log: Log) -> Log:
    """Give a log with a channel and a value for each event."""
    generator = np.random.default_rng(5)
    buckets = []
    for bucket in log.buckets:
        assert isinstance(bucket, MemoryBucket)
        channel = generator.integers(-1, len(CHANNELS), bucket.events, dtype=np.int16)
        value = np.where(generator.random(bucket.events) < 0.1, 20.0, np.nan)
        buckets.append(replace(bucket, values={"channel": channel, "value": value}))
    columns = {"channel": Column("channel", "code", CHANNELS), "value": Column("value", "number")}
    return replace(log, columns=columns, buckets=tuple(buckets))


def events_since(count: int, customers: int, wide: bool) -> pa.Table:
    """Make events of customers who are there, and of one in fifty who is new, after half a year."""
    generator = np.random.default_rng(7)
    who = generator.integers(0, customers + customers // 50, count)
    columns: dict[str, Any] = {
        "customer": pa.array(who).cast(pa.string()),
        "time": pa.array(
            generator.integers(0, 7 * 86_400_000, count) + arrays.START + arrays.HALF_A_YEAR
        ).cast(pa.timestamp("ms", "UTC")),
        "event": pa.array(
            np.array([f"event {code:02}" for code in range(40)])[generator.integers(0, 40, count)]
        ),
    }
    if wide:
        columns["channel"] = pa.array(np.array(CHANNELS)[generator.integers(0, len(CHANNELS), count)])
        columns["value"] = pa.array(generator.random(count))
    return pa.table(columns)


def extend(directory: Path, scratch: Path, events: int, customers: int, wide: bool) -> Mapping[str, float]:
    """Extend the log once and measure it, after a small one that compiles the kernels."""
    build_log(events_since(1_000, 100, wide), scratch)
    extend_log(events_since(1_000, 150, wide), scratch)
    since = events_since(events // 100, customers, wide)
    wall, cores = time.perf_counter(), time.process_time()
    made = extend_log(since, directory)
    return {
        "events": made.events,
        "customers": made.customers,
        "seconds": time.perf_counter() - wall,
        "core seconds": time.process_time() - cores,
        "peak GB (with mapped pages)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def copy(directory: Path, aside: Path) -> float:
    """Give the seconds of writing the log's files to disk once more, with nothing else done."""
    start = time.perf_counter()
    shutil.copytree(directory, aside)
    for path in aside.rglob("*.arrow"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    return time.perf_counter() - start


@click.command()
@click.option("--events", default=50_000_000, help="How many events the log has before.")
def main(events: int) -> None:
    """Extend logs of EVENTS events by a hundredth of new ones."""
    directory, aside, scratch = FOLDER / "extended", FOLDER / "copied", FOLDER / "small"
    customers = max(1, events // 20)
    for wide in (False, True):
        for folder in (directory, aside, scratch):
            shutil.rmtree(folder, ignore_errors=True)
        FOLDER.mkdir(exist_ok=True)
        log = arrays.log(events, customers, 40, buckets=max(4, events // 3_000_000))
        write_log(with_columns(log) if wide else log, directory)
        del log
        copied = copy(directory, aside)
        shutil.rmtree(aside)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            measured = pool.apply(extend, (directory, scratch, events, customers, wide))
        print(f"\nextend a log {'with channel and value' if wide else 'of customer, time and event'}")
        for name, value in (*measured.items(), ("seconds to write its files again", copied)):
            print(f"{name:>32}  {value:,.2f}" if isinstance(value, float) else f"{name:>32}  {value:,}")
        if events >= 100_000_000:
            title = f"extend by 1 %, {'20' if wide else '10'} bytes an event"
            keep(Result(title, "asked: under 10 s", measured["seconds"], 10, 1))
        for folder in (directory, scratch):
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
