"""Build a log from one unsorted Parquet file: events per second, peak memory, time to open.

``python -m bench.build_log --events 50000000`` builds in a process of its own, after a small build there that
compiles the kernels. It must reach 3,000,000 events/s with less than 6 GB, and open in less than 50 ms.
"""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import statistics
import time
from pathlib import Path

import click
from bench.data import FOLDER, event_parquet

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
    source = event_parquet(events, max(1, events // 20), names, seed=1)
    small = event_parquet(200_000, 10_000, names, seed=1)
    directory = FOLDER / "built"
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        measured = pool.apply(build, (source, small, directory))
    measured["opening ms"] = opening(directory)
    shutil.rmtree(directory)
    for name, value in measured.items():
        print(f"{name:>18}  {value:,.2f}" if isinstance(value, float) else f"{name:>18}  {value:,}")


if __name__ == "__main__":
    main()
