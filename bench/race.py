"""Race answers against peers: the same events, the same two cores, one process, turn by turn."""

from __future__ import annotations

import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import duckdb
import numpy as np
from bench import arrays
from bench.data import FOLDER
from bench.results import Result, keep
from chdb.session import Session

from giljabi.store import Log

Rows = list[tuple[float, ...]]
CORES = 2


class Peers:
    """The events in ClickHouse (MergeTree ordered by customer and time, merged) and in DuckDB (same order).

    Both have a table ``events (customer uint32, time uint64 in ms, event uint16)`` and use two threads.
    """

    def __init__(self, source: Path, folder: Path) -> None:
        session: Any = Session
        self._session = session(str(folder / "clickhouse"))
        self.clickhouse("create database race")
        self.clickhouse(
            "create table race.events (customer UInt32, time UInt64, event UInt16)"
            " engine = MergeTree order by (customer, time)"
        )
        self.clickhouse(f"insert into race.events select * from file('{source}')")
        self.clickhouse("optimize table race.events final")
        self._duckdb = duckdb.connect(str(folder / "duckdb"), config={"threads": CORES})
        self._duckdb.execute(f"create table events as from '{source}'")

    def clickhouse(self, query: str, settings: str = "") -> Rows:
        """Ask ClickHouse."""
        chosen = f" settings max_threads = {CORES}{settings}" if query.startswith("select") else ""
        answer = str(self._session.query(query + chosen, "TSV"))
        return [tuple(map(float, line.split("\t"))) for line in answer.splitlines()]

    def duckdb(self, query: str) -> Rows:
        """Ask DuckDB."""
        return [tuple(map(float, row)) for row in self._duckdb.execute(query).fetchall()]

    def close(self) -> None:
        """Let go of both."""
        self._session.close()
        self._duckdb.close()


@contextmanager
def field(events: int, names: int) -> Iterator[tuple[Log, Peers]]:
    """Give the log and the peers that hold the same events, on two cores; clear up afterwards."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    folder = FOLDER / "race"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        log = arrays.log(events, max(1, events // 20), names)
        arrays.write_parquet(log, folder / "events.parquet")
        peers = Peers(folder / "events.parquet", folder)
        yield log, peers
        peers.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def race(
    title: str,
    ours: Callable[[], Rows],
    peers: Mapping[str, Callable[[], Rows]],
    rounds: int = 3,
    asked: Mapping[str, float] | None = None,
) -> None:
    """Run all in turn, some rounds; print the best times, the ratios to ours, and whether answers agree.

    ``asked`` has, by peer, the least ratio of times that is asked for.
    """
    expected = ours()  # compiles the kernels
    best = {"giljabi": _timed(ours)[:2]}
    agree = {"giljabi": True}
    for _ in range(rounds):
        for name, question in {"giljabi": ours, **peers}.items():
            seconds, cores, rows = _timed(question)
            before = best.get(name, (np.inf, np.inf))
            best[name] = min(before[0], seconds), min(before[1], cores)
            agree[name] = len(rows) == len(expected) and np.allclose(rows, expected, rtol=1e-9, atol=1e-3)
    click.echo(f"\n{title}\n{'':40} {'seconds':>8} {'ratio':>7} {'core s':>8} {'ratio':>7}  answers")
    for name, (seconds, cores) in best.items():
        ratios = seconds / best["giljabi"][0], cores / best["giljabi"][1]
        told = "agree" if agree[name] else "DIFFER"
        if name != "giljabi":
            least = (asked or {}).get(name)
            keep(Result(title, name, best["giljabi"][0], seconds, least, bool(agree[name])))
        click.echo(f"{name:40} {seconds:8.3f} {ratios[0]:6.1f}× {cores:8.3f} {ratios[1]:6.1f}×  {told}")


def _timed(asked: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, cores = time.perf_counter(), _core_seconds()
    rows = asked()
    return time.perf_counter() - wall, _core_seconds() - cores, rows


def _core_seconds() -> float:
    # Both peers run inside this process, so its own account is fair to all, also on a busy machine.
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
