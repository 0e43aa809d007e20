"""Race a five-step funnel within seven days: ``python -m bench.funnel --events 50000000``.

It must be 8 times as fast as ClickHouse's ``windowFunnel`` aggregated in sort order, with equal counts. Ours
also finds the median and p90 times between the steps.
"""

from __future__ import annotations

import click
from bench.race import Rows, field, race

from giljabi.measure import funnel
from giljabi.store import Log

WINDOW = 7 * 86_400_000
STEPS = (38, 37, 23, 11, 29)


def _ours(log: Log) -> Rows:
    answer = funnel(log, [log.names[step] for step in STEPS], within="7d")
    return [tuple(float(step.customers) for step in answer.steps)]


def _clickhouse(where: str) -> str:
    conditions = ", ".join(f"event = {step}" for step in STEPS)
    reached = ", ".join(f"countIf(level >= {level})" for level in range(1, len(STEPS) + 1))
    return (
        f"select {reached} from (select windowFunnel({WINDOW})(time, {conditions}) as level"
        f" from race.events {where} group by customer)"
    )


def _duckdb() -> str:
    """Carry the latest start along, level by level, as ``windowFunnel`` does; an event is one step only."""
    journey = "over (partition by customer order by time rows unbounded preceding)"
    listed = ", ".join(map(str, STEPS))
    query = f"select *, max(time) filter (event = {STEPS[0]}) {journey} as start from events"
    query += f" where event in ({listed})"
    for level, step in enumerate(STEPS[1:], 2):
        before = "start" if level == 2 else f"start{level - 1}"
        reached = f"event = {step} and time - {before} <= {WINDOW}"
        query = f"select *, max({before}) filter ({reached}) {journey} as start{level} from ({query})"
    starts = ["start", *(f"start{level}" for level in range(2, len(STEPS) + 1))]
    counts = ", ".join(f"count(distinct customer) filter ({start} is not null)" for start in starts)
    return f"select {counts} from ({query})"


@click.command()
@click.option("--events", default=50_000_000, help="How many events; there is a customer for every twenty.")
def main(events: int) -> None:
    """Race the funnel of EVENTS events with 40 names."""
    only = f"where event in ({', '.join(map(str, STEPS))})"
    in_order = ", optimize_aggregation_in_order = 1"
    with field(events, 40) as (log, peers):
        race(
            "funnel: five steps within seven days",
            lambda: _ours(log),
            {
                "ClickHouse, in order": lambda: peers.clickhouse(_clickhouse(""), in_order),
                "ClickHouse, in order, steps only": lambda: peers.clickhouse(_clickhouse(only), in_order),
                "ClickHouse, hashed": lambda: peers.clickhouse(_clickhouse("")),
                "ClickHouse, hashed, steps only": lambda: peers.clickhouse(_clickhouse(only)),
                "DuckDB, windows": lambda: peers.duckdb(_duckdb()),
            },
            asked={"ClickHouse, in order": 8},
        )


if __name__ == "__main__":
    main()
