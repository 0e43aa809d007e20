"""Align journeys to an eight-stage map, exactly: ``python -m bench.align --events 50000000``.

It must do 40,000,000 events/s, and 1,000 times what PM4Py does. Neither ClickHouse nor DuckDB can ask this
question; the peer is PM4Py, on the journeys of up to twenty events of BPI Challenge 2013, where costs must
agree.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from bench import arrays
from bench.race import CORES
from bench.results import Result, keep
from tests.mapping.real_logs import xes
from tests.peers.nets import net_of

from giljabi.mapping import Alignment, align
from giljabi.model import EventIs, JourneyMap, Stage, Touchpoint, event
from giljabi.store import Log, filter_customers

INCIDENTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "bpic2013_incidents.xes.gz"


def eight_stages(names: tuple[str, ...], **rules: Any) -> JourneyMap:
    """Make a map of eight stages over these names, two of which lead back."""
    returns = {3: ("stage 1",), 6: ("stage 4",)}
    stages = tuple(
        Stage(
            f"stage {number}",
            required=number % 3 != 2,
            returns_to=returns.get(number, ()),
            touchpoints=(Touchpoint(f"touch {number}", match=event(*names[number::8])),),
        )
        for number in range(8)
    )
    return JourneyMap("eight stages", stages, **rules)


def incidents_map() -> JourneyMap:
    """Make the way of an incident."""
    names = (("accepted", "Accepted"), ("queued", "Queued"), ("done", "Completed"))
    return JourneyMap(
        "incidents",
        tuple(
            Stage(
                id=id,
                required=id != "queued",
                repeats=id != "done",
                returns_to=("accepted",) if id == "done" else (),
                touchpoints=(Touchpoint(f"{id}-point", match=event(name)),),
            )
            for id, name in names  # noqa: A001 - the field's name
        ),
        unmatched="count",
        ends="last",
    )


def best_of(asked: Callable[[], Any], rounds: int = 3) -> tuple[float, float, Any]:
    """Give the shortest time of some rounds, the least core seconds, and the answer."""
    walls, cores, answer = [], [], None
    for _ in range(rounds):
        wall, core = time.perf_counter(), time.process_time()
        answer = asked()
        walls.append(time.perf_counter() - wall)
        cores.append(time.process_time() - core)
    return min(walls), min(cores), answer


def told(title: str, log: Log, journey_map: JourneyMap) -> None:
    """Align a log and print how fast that was."""
    wall, core, found = best_of(lambda: align(journey_map, log))
    keep(Result(f"align, {title}", "asked for", log.events / wall / 1e6, 40, 1, None, "M events/s"))
    click.echo(
        f"{title:44} {wall:8.3f} s {log.events / wall / 1e6:7.1f} M events/s {core:8.3f} core s"
        f"   exact {found.exact:.3f}, fitness {found.fitness:.3f}"
    )


def pm4py_costs(log: Log, journey_map: JourneyMap) -> tuple[float, int]:
    """Align every variant with PM4Py; give the seconds and the summed cost of all journeys."""
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.log.obj import Event, EventLog, Trace

    ids = {name: stage.id for stage in journey_map.stages for name in _names(stage)}
    labels = [ids.get(name, "off the map") for name in log.names]
    traces = EventLog(
        Trace([Event({"concept:name": labels[code]}) for code in bucket.event[begin:end]])
        for bucket in log.buckets
        for begin, end in zip(bucket.offsets, bucket.offsets[1:], strict=False)
    )
    net = net_of(journey_map)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.perf_counter()
        found = algorithm.apply_log(traces, *net, parameters={"show_progress_bar": False})
        seconds = time.perf_counter() - start
    return seconds, sum(one["cost"] // 10_000 for one in found)


def _names(stage: Stage) -> tuple[str, ...]:
    match = stage.touchpoints[0].match
    return match.names if isinstance(match, EventIs) else ()


def race_incidents() -> None:
    """Race PM4Py on the incidents, which it aligns once per variant."""
    if not INCIDENTS.exists():
        click.echo("the incidents of BPI Challenge 2013 are not here; no race with PM4Py")
        return
    log, journey_map = xes(INCIDENTS), incidents_map()
    short = filter_customers(log, [np.diff(bucket.offsets) <= 20 for bucket in log.buckets])
    ours, _, found = best_of(lambda: align(journey_map, short))
    theirs, cost = pm4py_costs(short, journey_map)
    assert isinstance(found, Alignment)
    agree = "agree" if found.cost == cost else "DIFFER"
    per_event = (ours / short.events * 1e6, theirs / short.events * 1e6)
    keep(Result("align bpic2013, per event", "PM4Py", *per_event, 1000, found.cost == cost, "µs"))
    click.echo(f"\nincidents, {short.events:,} events: costs {agree}")
    for name, seconds in (("giljabi", ours), ("PM4Py", theirs)):
        click.echo(
            f"{name:44} {seconds:8.3f} s {seconds / short.events * 1e6:8.3f} µs/event {seconds / ours:9.0f}×"
        )


@click.command()
@click.option("--events", default=50_000_000, help="How many events; there is a customer for every twenty.")
def main(events: int) -> None:
    """Align EVENTS events with 40 names, then race PM4Py."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    log = arrays.log(events, max(1, events // 20), 40)
    align(eight_stages(log.names), arrays.log(20_000, 1_000, 40))  # compiles the kernel
    told("all 40 names on the map, ends anywhere", log, eight_stages(log.names))
    told("all 40 names on the map, to the last", log, eight_stages(log.names, ends="last"))
    told("16 of 40 names on the map, others counted", log, eight_stages(log.names[:16], unmatched="count"))
    told("16 of 40 names on the map, others ignored", log, eight_stages(log.names[:16]))
    race_incidents()


if __name__ == "__main__":
    main()
