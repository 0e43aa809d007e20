"""Simulate the driver of a large cluster: merge real partial answers of 10 to 10,000 buckets.

Partial answers of a few real buckets are pickled as workers send them and come again and again, as many as
asked, to the question's own merging: what is measured is what the driver receives, the seconds it takes and
the private memory it needs. A journey that only one customer has stays one of its own in every bucket. The
tree merges pairs first, as a second stage of the cluster would, and shows what that would save the driver.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from bench import arrays
from bench.questions import QUESTIONS

from giljabi.kernels import count_edges, merge_edges
from giljabi.notebook import EventLog
from giljabi.store import Bucket, Log
from giljabi.store.engines.shipping import pack, unpack

SHOWN = ("funnel", "graph", "variants")
COUNTS = (10, 100, 1_000, 10_000)


class Simulated:
    """An engine that answers for many buckets with the partial answers of a few."""

    def __init__(self, buckets: int) -> None:
        self._buckets = buckets
        self.received = 0

    def ask(self, log: Log, task: Callable[[Bucket], Any]) -> Iterator[Any]:
        """Yield as many partial answers as there are to be buckets."""
        real = [pack(task(bucket)) for bucket in log.buckets]
        for number in range(self._buckets):
            packed = real[number % len(real)]
            self.received += len(packed)
            yield _own(unpack(packed), number)


def _own(partial: Any, number: int) -> Any:
    if getattr(partial, "_fields", ()) == ("high", "low", "size"):
        lone = np.uint64(number * 0x9E3779B97F4A7C15 % 2**64)
        return partial._replace(low=np.where(partial.size == 1, partial.low ^ lone, partial.low))
    return partial


@click.command()
@click.option("--events", default=8_000_000, show_default=True, help="How many events the real buckets hold.")
@click.option("--most", default=10_000, show_default=True, help="The largest number of buckets.")
def main(events: int, most: int) -> None:
    """Print what the driver receives, its seconds and its memory, and how a tree would do."""
    log = arrays.log(events, max(1, events // 20), 40, buckets=4)
    for name in SHOWN:
        QUESTIONS[name](EventLog(log))  # compiles the kernels
    click.echo(f"partial answers of buckets of {events // len(log.buckets):,} events")
    click.echo(f"{'question':10} {'buckets':>8} {'received MB':>12} {'seconds':>8} {'private MB more':>16}")
    for buckets in COUNTS:
        for name in SHOWN if buckets <= most else ():
            engine = Simulated(buckets)
            # Variants are counted in turns by the number of customers, which is that of all buckets.
            customers = log.customers * buckets // len(log.buckets)
            asked = EventLog(replace(log, engine=engine, customers=customers))
            gc.collect()
            Path("/proc/self/clear_refs").write_text("5")
            before, began = _status("RssAnon"), time.perf_counter()
            QUESTIONS[name](asked)
            seconds, peak = time.perf_counter() - began, _status("VmHWM") - _status("RssFile") - before
            click.echo(f"{name:10} {buckets:8,} {engine.received / 1e6:12,.1f} {seconds:8.2f} {peak:16,.0f}")
    _tree(log, most)


def _tree(log: Log, most: int) -> None:
    names = len(log.names)
    real = [count_edges(b.offsets, b.time, b.event, names) for b in log.buckets]
    packed = [pack(one) for one in real]
    click.echo("\none pass of the graph, merged at once and in a tree")
    click.echo(f"{'buckets':>8} {'at once s':>10} {'tree s':>8} {'its last merge s':>17}")
    for buckets in (count for count in COUNTS if count <= most):
        began = time.perf_counter()
        merge_edges((unpack(packed[n % len(packed)]) for n in range(buckets)), names)
        flat = time.perf_counter() - began
        began, last = time.perf_counter(), 0.0
        level = [real[n % len(real)] for n in range(buckets)]
        while len(level) > 1:
            one = time.perf_counter()
            level = [merge_edges(iter(level[n : n + 2]), names) for n in range(0, len(level), 2)]
            last = time.perf_counter() - one
        click.echo(f"{buckets:8,} {flat:10.3f} {time.perf_counter() - began:8.3f} {last:17.4f}")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1e3


if __name__ == "__main__":
    main()
