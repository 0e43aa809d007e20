"""Simulate the shop chunk by chunk, and stream it to Parquet in flat memory."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from giljabi.model.errors import BadParameter
from giljabi.simulate.clock import Clock
from giljabi.simulate.journeys import live
from giljabi.simulate.shop import PERSONAS, STAGES
from giljabi.simulate.table import EVENT_SCHEMA, FEEDBACK_SCHEMA, Lived, settle
from giljabi.simulate.troubles import TROUBLES, Effects, chosen_troubles, effects_of
from giljabi.simulate.truth import truth

DEFAULT_END = date(2026, 10, 31)
"""Last day of the period where none is given: fixed, so that a seed always means the same shop."""

MOST = 200_000_000
_LARGEST_SEED = 2**63 - 1
_CHUNK = 32_768
# About as many events as a customer has: chunks beyond this estimate are not begun ahead.
_LIVELY = 8
# Without the Arrow schema, dictionary columns read back as plain strings. Statistics of words cost as much as
# writing them; rows rise in time, so that deltas are small.
_FORMAT: dict[str, Any] = {
    "compression": "zstd",
    "store_schema": False,
    "write_statistics": ["time"],
    "column_encoding": {"time": "DELTA_BINARY_PACKED"},
}


@dataclass(frozen=True, slots=True)
class Simulation:
    """Where a simulated shop lies, and how large it is.

    ``customers``, ``events`` and ``feedback`` count the rows' customers, the events and the answers.
    """

    events_path: Path
    feedback_path: Path
    truth_path: Path
    customers: int
    events: int
    feedback: int


@dataclass(slots=True)
class _Totals:
    customers: int = 0
    events: int = 0
    feedback: int = 0
    affected: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TROUBLES, 0))
    reached: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    personas: list[int] = field(default_factory=lambda: [0] * len(PERSONAS))


def simulate_shop(
    directory: Path,
    *,
    customers: int | None = None,
    events: int | None = None,
    seed: int = 1,
    troubles: Iterable[str] | None = None,
    end: date | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Simulation:
    """Simulate 90 days of a Korean online shop whose truth is known.

    Writes ``events.parquet`` and ``feedback.parquet`` (the canonical tables, rows roughly in order of
    arrival) and ``truth.json``. Customer *i* of a seed is the same in every run with the same troubles and
    end, however many customers there are.

    Parameters
    ----------
    directory
        Where to write; made if missing.
    customers
        How many customers, 1 to 200,000,000. Give this or ``events``.
    events
        Least number of events: as few customers as have so many, 1 to 200,000,000.
    seed
        0 to 2⁶³ − 1.
    troubles
        Names out of `TROUBLES`; none of them when empty, all when None.
    end
        Last whole day of the period in Seoul; by default 2026-10-31.
    progress
        Called with what is being done and the part done (0..1).

    Returns
    -------
    Simulation

    Raises
    ------
    BadParameter
        If a parameter is out of range, or not exactly one of ``customers`` and ``events`` is given.
    """
    planted = chosen_troubles(troubles)
    if (customers is None) == (events is None):
        raise BadParameter("give either customers or events, for example customers=10000")
    for name, number, least, most in (
        ("customers", customers, 1, MOST),
        ("events", events, 1, MOST),
        ("seed", seed, 0, _LARGEST_SEED),
    ):
        if number is not None:
            _check_whole(name, number, least, most)
    clock = Clock(end or DEFAULT_END)
    if not date(1990, 7, 1) <= clock.end <= date(2200, 1, 1):
        raise BadParameter(f"end={clock.end} is out of range; it lies within 1990-07-01 and 2200-01-01")

    directory.mkdir(parents=True, exist_ok=True)
    events_path, feedback_path = directory / "events.parquet", directory / "feedback.parquet"
    totals = _Totals()
    with ExitStack() as stack:
        write_events = stack.enter_context(_replacing(events_path, EVENT_SCHEMA))
        write_feedback = stack.enter_context(_replacing(feedback_path, FEEDBACK_SCHEMA))
        for lived in _chunks(seed, clock, effects_of(planted), customers or (events or 0) // _LIVELY):
            left = (customers or events or 0) - (totals.customers if customers else totals.events)
            wanted = min(left, _CHUNK) if customers else _enough(lived, left)
            _count(lived, wanted, totals)
            write_events(lived.event_table(wanted))
            said = lived.feedback_table(wanted)
            totals.feedback += said.num_rows
            write_feedback(said)
            done = (totals.customers if customers else totals.events) / (customers or events or 1)
            if progress:
                progress("simulate", min(1.0, done))
            if done >= 1:
                break

    truth_path = directory / "truth.json"
    content = truth(
        seed=seed,
        clock=clock,
        planted=planted,
        customers=totals.customers,
        events=totals.events,
        feedback=totals.feedback,
        affected=totals.affected,
        reached=totals.reached,
        personas=totals.personas,
    )
    truth_path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return Simulation(
        events_path, feedback_path, truth_path, totals.customers, totals.events, totals.feedback
    )


def _check_whole(name: str, number: int, least: int, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int):
        raise BadParameter(f"{name}={number!r} is no whole number")
    if not least <= number <= most:
        raise BadParameter(f"{name}={number} is out of range; it lies within {least} and {most}")


def _chunks(seed: int, clock: Clock, effects: Effects, expected: int) -> Iterator[Lived]:
    """Yield chunk after chunk without end; those of the ``expected`` customers are made ahead in threads."""

    def make(index: int) -> Lived:
        rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(index,))))
        return settle(live(rng, clock, effects, _CHUNK), index * _CHUNK)

    workers = len(os.sched_getaffinity(0))
    chunks = -(-expected // _CHUNK)
    ahead: deque[Future[Lived]] = deque()
    begun = 0
    with ThreadPoolExecutor(workers, thread_name_prefix="giljabi-simulate") as pool:
        try:
            while True:
                while not ahead or (len(ahead) <= workers and begun < chunks):
                    ahead.append(pool.submit(make, begun))
                    begun += 1
                yield ahead.popleft().result()
        finally:
            for chunk in ahead:
                chunk.cancel()


def _enough(lived: Lived, events: int) -> int:
    """Say how many of a chunk's customers it takes for so many events, at most all."""
    running = np.cumsum(lived.per_customer)
    return min(len(running), int(np.searchsorted(running, events)) + 1)


def _count(lived: Lived, customers: int, totals: _Totals) -> None:
    totals.customers += customers
    totals.events += int(lived.per_customer[:customers].sum())
    for trouble, mask in lived.affected.items():
        totals.affected[trouble] += int(mask[:customers].sum())
    for stage, mask in lived.reached.items():
        totals.reached[stage] += int(mask[:customers].sum())
    for code, number in enumerate(np.bincount(lived.persona[:customers], minlength=len(PERSONAS))):
        totals.personas[code] += int(number)


def _words(schema: pa.Schema) -> list[str]:
    return [column.name for column in schema if pa.types.is_dictionary(column.type)]


@contextmanager
def _replacing(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    """Give a writer of tables; the file takes its place only when all are written."""
    part = path.with_name(path.name + ".part")
    try:
        with pq.ParquetWriter(part, schema, **_FORMAT | {"use_dictionary": _words(schema)}) as writer:
            yield lambda table: writer.write_table(table, row_group_size=len(table) or 1)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
