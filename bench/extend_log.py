"""Extend a built log by a hundredth of new events, beside copying its files.

``python -m bench.extend_log --events 100000000`` builds a log of EVENTS events, then adds EVENTS / 100 that
came since, in a fresh process. 100 M events and 1 M more must take less than 10 s.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import time
from pathlib import Path

import click
from bench.arrays import log
from bench.data import FOLDER, event_parquet

from giljabi.store import build_log, extend_log, write_log


def extend(source: Path, directory: Path, small: Path, scratch: Path) -> dict[str, float]:
    """Extend the log once and measure it, after a small one that compiles the kernels."""
    build_log([small], scratch)
    extend_log([small], scratch)
    wall, cores = time.perf_counter(), time.process_time()
    made = extend_log([source], directory)
    return {
        "events": made.events,
        "customers": made.customers,
        "seconds": time.perf_counter() - wall,
        "core seconds": time.process_time() - cores,
        "peak GB (mapped pages too)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def copy(directory: Path, aside: Path) -> float:
    """Give the seconds of reading every file of the log and writing it to disk, with nothing else done."""
    start = time.perf_counter()
    shutil.copytree(directory, aside)
    os.sync()
    return time.perf_counter() - start


@click.command()
@click.option("--events", default=50_000_000, help="How many events the log has before.")
def main(events: int) -> None:
    """Extend a log of EVENTS events by a hundredth of new ones."""
    directory, aside, scratch = FOLDER / "extended", FOLDER / "copied", FOLDER / "small"
    shutil.rmtree(directory, ignore_errors=True)
    customers, names = max(1, events // 20), 40
    more = event_parquet(max(1, events // 100), max(1, customers // 100), names, seed=2)
    small = event_parquet(200_000, 10_000, names, seed=1)
    if events <= 50_000_000:
        build_log([event_parquet(events, customers, names, seed=1)], directory)
    else:
        # Written straight from arrays: a file to build from would not fit the memory of a small machine.
        write_log(log(events, customers, names, buckets=max(4, events // 3_000_000)), directory)
    copied = copy(directory, aside)
    shutil.rmtree(aside)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        measured = pool.apply(extend, (more, directory, small, scratch))
    measured["seconds to copy the log's files"] = copied
    for folder in (directory, scratch):
        shutil.rmtree(folder)
    for name, value in measured.items():
        print(f"{name:>32}  {value:,.2f}" if isinstance(value, float) else f"{name:>32}  {value:,}")


if __name__ == "__main__":
    main()
