"""Build a log from one unsorted Parquet file: events per second, peak memory, time to open.

``python -m bench.build_log --events 50000000`` builds in a process of its own, after a small build there that
compiles the kernels. It must be no slower than ClickHouse, which inserts the same file into a MergeTree table
ordered by customer and time and merges it into one part, also in a process of its own; reach 3,000,000
events/s with less than 6 GB; and open in less than 50 ms.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import click
from bench.data import FOLDER, event_parquet
from bench.race import CORES
from bench.results import Result, keep

from giljabi.store.log import build_log, open_log


def build(source: Path, small: Path, directory: Path) -> dict[str, float]:
    """Build the log once and measure it; run in a fresh process, so that peak memory is the build's own."""
    build_log([small], directory)
    wall, cores = time.perf_counter(), time.process_time()
    log = build_log([source], directory)
    wall, cores = time.perf_counter() - wall, time.process_time() - cores
    return {
        "events": log.events,
        "customers": log.customers,
        "buckets": len(log.buckets),
        "seconds": wall,
        "core seconds": cores,
        "events per second": log.events / wall,
        "peak GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "bytes on disk": sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()),
    }


def clickhouse(source: Path, folder: Path) -> dict[str, float]:
    """Insert the file into a MergeTree table and merge it; run in a fresh process."""
    from chdb.session import Session

    session: Any = Session
    opened = session(str(folder))
    opened.query("create database build")
    opened.query(
        "create table build.events (customer String, time DateTime64(3), event LowCardinality(String),"
        " channel LowCardinality(Nullable(String)), value Nullable(Float64))"
        " engine = MergeTree order by (customer, time)"
    )
    start = time.perf_counter()
    opened.query(f"insert into build.events select * from file('{source}') settings max_threads = {CORES}")
    opened.query("optimize table build.events final")
    seconds = time.perf_counter() - start
    counted = float(str(opened.query("select count() from build.events", "TSV")))
    opened.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"events": counted, "seconds": seconds, "peak GB": peak}


def opening(directory: Path, times: int = 21) -> float:
    """Give the median time to open the log, in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        open_log(directory)
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


@click.command()
@click.option("--events", default=50_000_000, help="How many events; there is a customer for every twenty.")
@click.option("--names", default=40, help="How many event names.")
def main(events: int, names: int) -> None:
    """Build a log of EVENTS events and print what it took."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    source = event_parquet(events, max(1, events // 20), names, seed=1)
    small = event_parquet(200_000, 10_000, names, seed=1)
    directory = FOLDER / "built"
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        measured = pool.apply(build, (source, small, directory))
    measured["opening ms"] = opening(directory)
    shutil.rmtree(directory)
    peer = FOLDER / "clickhouse"
    shutil.rmtree(peer, ignore_errors=True)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        theirs = pool.apply(clickhouse, (source, peer))
    shutil.rmtree(peer)
    same = measured["events"] == theirs["events"]
    merged = "ClickHouse, insert and merge"
    keep(Result("build from unsorted Parquet", merged, measured["seconds"], theirs["seconds"], 1, same))
    keep(Result("build, peak memory", merged, measured["peak GB"], theirs["peak GB"], unit="GB"))
    keep(Result("build, peak memory", "asked: under 6 GB", measured["peak GB"], 6, 1, unit="GB"))
    measured |= {f"ClickHouse {name}": value for name, value in theirs.items()}
    for name, value in measured.items():
        print(f"{name:>22}  {value:,.2f}" if isinstance(value, float) else f"{name:>22}  {value:,}")


if __name__ == "__main__":
    main()
