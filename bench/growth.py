"""How time grows from a million events to EVENTS, and how near it is to reading memory once.

``python -m bench.growth --events 100000000`` asks funnel, graph, variants, retention and sessions over logs
of 1, 3, 10, 30 and 100 M events on two cores. The share of the memory's bandwidth is the bytes of the columns
a question touches, by its time, by what plain reading of 1 GB reaches on the same cores.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click
import numba
import numpy as np
from bench import arrays
from bench.race import CORES

from giljabi.discover import graph, variants
from giljabi.measure import funnel, retention, sessions
from giljabi.store import Array, Log

STEPS = (38, 37, 23, 11, 29)
QUESTIONS: dict[str, tuple[int, Callable[[Log], Any]]] = {
    # Bytes an event: time 8, name 2.
    "funnel, five steps": (10, lambda log: funnel(log, [log.names[step] for step in STEPS], within="7d")),
    "graph, counts and means": (10, lambda log: graph(log, quantiles=False)),
    "graph, medians and p90": (10, graph),
    "variants": (10, variants),
    "retention, weekly": (8, lambda log: retention(log, every="week")),
    "sessions, 30 minutes": (10, lambda log: sessions(log, "30m")),
}


def bandwidth() -> float:
    """Give the bytes a second that two threads read from memory, best of five."""
    halves = np.array_split(np.ones(1 << 27, np.int64), CORES)
    best = float("inf")
    with ThreadPoolExecutor(CORES) as pool:
        for _ in range(6):
            start = time.perf_counter()
            list(pool.map(_read, halves))
            best = min(best, time.perf_counter() - start)
    return (1 << 30) / best


@numba.njit(nogil=True, cache=True)
def _read(values: Array) -> int:
    total = 0
    for value in values:
        total += value
    return total


@click.command()
@click.option("--events", default=100_000_000, help="The most events; a million is the least.")
def main(events: int) -> None:
    """Ask logs of growing size."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    reached = bandwidth()
    click.echo(f"plain reading: {reached / 1e9:.1f} GB/s")
    sizes = [size for size in (1, 3, 10, 30, 100) if size * 1_000_000 <= events] or [1]
    seconds: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    for size in sizes:
        log = arrays.log(size * 1_000_000, size * 50_000, 40, buckets=max(4, size // 3))
        for name, (_, asked) in QUESTIONS.items():
            asked(log)
            times = []
            for _ in range(3):
                start = time.perf_counter()
                asked(log)
                times.append(time.perf_counter() - start)
            seconds[name].append(min(times))
    click.echo(f"{'seconds at':26}" + "".join(f"{size:>7} M" for size in sizes) + "   of reading once")
    for name, (width, _) in QUESTIONS.items():
        share = width * sizes[-1] * 1e6 / seconds[name][-1] / reached
        told = "".join(f"{one:9.3f}" for one in seconds[name])
        click.echo(f"{name:26}{told} {share:12.1%}")


if __name__ == "__main__":
    main()
