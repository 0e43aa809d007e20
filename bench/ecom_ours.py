"""Our side of `bench.ecom`; prints the same lines as `bench.ecom_peer`."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

import giljabi as gj
from giljabi import EventLog


def timed(name: str, asked: Callable[[], Any], answer: Callable[[Any], Any], rounds: int) -> Any:
    """Ask some rounds; print the shortest time and the answer in plain values."""
    best, found = float("inf"), None
    for _ in range(rounds):
        found = None
        start = time.perf_counter()
        found = asked()
        best = min(best, time.perf_counter() - start)
    print(json.dumps({"name": name, "seconds": best, "answer": answer(found)}), flush=True)
    return found


def questions(log: EventLog, rounds: int) -> None:
    """Ask what the peer is asked."""
    timed(
        "graph",
        log.graph,
        lambda found: {f"{edge.source} > {edge.target}": edge.count for edge in found.edges},
        rounds,
    )
    timed(
        "conversion",
        lambda: log.conversion("catalog", "add_to_cart"),
        lambda found: [found.groups[0].customers, found.groups[0].converted],
        rounds,
    )
    timed("sessions", lambda: log.sessions("30m"), lambda found: found.count, rounds)
    timed(
        "steps",
        lambda: log.steps(10, top=100),
        lambda found: {
            str(step): {cell.event: cell.share for cell in found.cells if cell.step == step and cell.share}
            for step in found.steps
        },
        rounds,
    )


def peak() -> None:
    """Print the peak memory of this process."""
    print(json.dumps({"name": "peak", "gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))


def construct(frame: str, rounds: int, folder: str) -> None:
    """Construct the log of a frame, after a small one that compiles the kernels, and save it."""
    events = pd.read_parquet(frame)

    def read(some: pd.DataFrame) -> EventLog:
        return gj.read_events(some, customer="user_id", event="event", time="timestamp")

    read(events.head(30_000)).save(folder)
    timed("construct", lambda: read(events), len, rounds).save(folder)
    peak()


def ask(rounds: int, folder: str) -> None:
    """Ask all questions of a saved log, after a few customers of it."""
    log = gj.open_log(folder)
    few = log.sample(1_000)
    few.graph(), few.sessions("30m"), few.steps(10), few.conversion("catalog", "add_to_cart")
    questions(log, rounds)
    peak()


if __name__ == "__main__":
    if sys.argv[1] == "ask":
        ask(int(sys.argv[2]), sys.argv[3])
    else:
        construct(sys.argv[1], int(sys.argv[2]), sys.argv[3])
