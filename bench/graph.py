"""Race the directly-follows graph with durations: ``python -m bench.graph --events 50000000``.

It must be 25 times as fast as ClickHouse and DuckDB. Ours always counts starts and ends too, and distinct
customers where the peers do; what they add is shown beside them. DuckDB's streamed window is shown for what
it is: it counts on the order in which the rows lie.
"""

from __future__ import annotations

from datetime import timedelta

import click
from bench.race import Rows, field, race

from giljabi.discover import graph
from giljabi.store import Log

LEAN, FULL = "count(*), avg(took)", "count(*), avg(took), {distinct}, {quantiles}"
IN_ORDER = ", optimize_aggregation_in_order = 1"

# Neighbours by a window function, and by arrays of each customer's events, aggregated in order.
CLICKHOUSE_WINDOW = """select source, event, {asked} from (
    select customer, event, lagInFrame(event, 1, 65535) over journey as source,
        time - lagInFrame(time) over journey as took
    from race.events
    window journey as (partition by customer order by time rows between 1 preceding and current row)
) where source != 65535 group by source, event order by source, event"""
CLICKHOUSE_ARRAYS = """select source, target, {asked} from (
    select customer, groupArray(event) as events, groupArray(time) as times from race.events group by customer
) array join arrayPopBack(events) as source, arrayPopFront(events) as target,
    arrayPopFront(arrayDifference(times)) as took
group by source, target order by source, target"""
DUCKDB_WINDOW = """select source, event, {asked} from (
    select customer, event, lag(event) over journey as source, time - lag(time) over journey as took
    from events window journey as (partition by customer order by time)
) where source is not null group by source, event order by source, event"""
# A window over rows as they lie is streamed; right only because the table is in the log's order.
DUCKDB_STREAM = """select source, event, {asked} from (
    select customer, event, lag(customer) over () as before, lag(event) over () as source,
        time - lag(time) over () as took
    from events
) where before = customer group by source, event order by source, event"""


def _ours(log: Log, quantiles: bool, customers: bool = True) -> Rows:
    rows: Rows = []
    for edge in graph(log, quantiles=quantiles, customers=customers, loops=False).edges:
        pair = (float(edge.source[-2:]), float(edge.target[-2:]), edge.count, edge.mean)
        times = (edge.customers, edge.median, edge.p90) if quantiles else ()
        rows.append(
            tuple(
                one / timedelta(milliseconds=1) if isinstance(one, timedelta) else one or 0
                for one in pair + times
            )
        )
    return sorted(rows)


@click.command()
@click.option("--events", default=50_000_000, help="How many events; there is a customer for every twenty.")
@click.option("--names", default=40, help="How many event names, at most 100.")
def main(events: int, names: int) -> None:
    """Race the graph of EVENTS events, without and with distinct customers, median and p90."""
    clickhouse = FULL.format(
        distinct="uniqExact(customer)",
        quantiles="quantileExactInclusive(0.5)(took), quantileExactInclusive(0.9)(took)",
    )
    duck = FULL.format(
        distinct="count(distinct customer)",
        quantiles="quantile_cont(took, 0.5), quantile_cont(took, 0.9)",
    )
    with field(events, names) as (log, peers):
        race(
            "graph: count and mean duration per edge",
            lambda: _ours(log, quantiles=False, customers=False),
            {
                "giljabi, with distinct customers": lambda: _ours(log, quantiles=False),
                "ClickHouse, window": lambda: peers.clickhouse(CLICKHOUSE_WINDOW.format(asked=LEAN)),
                "ClickHouse, arrays in order": lambda: peers.clickhouse(
                    CLICKHOUSE_ARRAYS.format(asked=LEAN), IN_ORDER
                ),
                "DuckDB, window": lambda: peers.duckdb(DUCKDB_WINDOW.format(asked=LEAN)),
                "DuckDB, streamed window": lambda: peers.duckdb(DUCKDB_STREAM.format(asked=LEAN)),
            },
            asked={"ClickHouse, window": 25, "DuckDB, window": 25},
        )
        race(
            "graph: also distinct customers, exact median and p90",
            lambda: _ours(log, quantiles=True),
            {
                "ClickHouse, arrays in order": lambda: peers.clickhouse(
                    CLICKHOUSE_ARRAYS.format(asked=clickhouse), IN_ORDER
                ),
                "DuckDB, streamed window": lambda: peers.duckdb(DUCKDB_STREAM.format(asked=duck)),
            },
            rounds=1,
        )


if __name__ == "__main__":
    main()
