"""Race weekly retention over twelve weeks: ``python -m bench.retention --events 50000000``.

It must be 5 times as fast as ClickHouse, with equal counts: of each cohort (the customers whose first event
lies in a week from Monday, UTC), how many have an event in week 0, 1, … 12 after it. ClickHouse is asked for
the distinct weeks of each customer, and for a bit per week; its ``retention`` takes 32 conditions at most,
fewer than the log has weeks, and was slower where they sufficed. Ours also gives the intervals, the overall
row and what is not over.
"""

from __future__ import annotations

import click
from bench.race import Rows, field, race

from giljabi.measure import retention
from giljabi.measure.periods import read_periods
from giljabi.store import Log

PERIODS = 12
WEEK = 7 * 86_400_000


def _ours(log: Log, begin: int) -> Rows:
    answer = retention(log, every="week", periods=PERIODS)
    first = answer.cohorts[0].cohort
    weeks = [(one.cohort - first).days // 7 for one in answer.cohorts]
    last = (read_periods(log, "week", "UTC").bounds[-1] - begin) // WEEK - 1
    return [
        (float(week), float(cell.period), float(cell.count))
        for week, one in zip(weeks, answer.cohorts, strict=True)
        for cell in one.periods
        if cell.count and week + cell.period < last
    ]


def _groups(week: str, last: int) -> str:
    """Distinct weeks of each customer, spread out and counted."""
    return (
        "select cohort, back - cohort as k, count() from (select min(w) as cohort, groupUniqArray(w) as weeks"
        f" from (select customer, {week} as w from race.events) group by customer)"
        f" array join weeks as back where k <= {PERIODS} and back < {last}"
        " group by cohort, k order by cohort, k"
    )


def _bits(week: str, last: int) -> str:
    """A bit per week of each customer; cohorts begin in the first half year, so 64 weeks are enough."""
    return (
        "select cohort, back - cohort as k, count() from (select min(w) as cohort,"
        f" groupBitOr(bitShiftLeft(toUInt64(1), w)) as weeks from (select customer, {week} as w"
        f" from race.events where {week} < 64) group by customer)"
        f" array join bitPositionsToArray(weeks) as back where k <= {PERIODS} and back < {last}"
        " group by cohort, k order by cohort, k"
    )


def _duckdb(begin: int, last: int) -> str:
    """Distinct weeks of each customer, and the first of them by a window."""
    return (
        f"with weeks as (select distinct customer, ((time - {begin}) // {WEEK})::int as w from events),"
        " begun as (select *, min(w) over (partition by customer) as cohort from weeks)"
        f" select cohort, w - cohort as k, count(*) from begun where k <= {PERIODS} and w < {last}"
        " group by all order by all"
    )


@click.command()
@click.option("--events", default=50_000_000, help="How many events; there is a customer for every twenty.")
def main(events: int) -> None:
    """Race weekly retention of EVENTS events."""
    in_order = ", optimize_aggregation_in_order = 1"
    with field(events, 40) as (log, peers):
        bounds = read_periods(log, "week", "UTC").bounds
        begin, last = int(bounds[0]), len(bounds) - 2
        # Weeks numbered from the log's first Monday; cheaper than toStartOfWeek.
        week = f"toUInt16(intDiv(time - {begin}, {WEEK}))"
        race(
            f"retention: weekly over {PERIODS} weeks",
            lambda: _ours(log, begin),
            {
                "ClickHouse, weeks in order": lambda: peers.clickhouse(_groups(week, last), in_order),
                "ClickHouse, weeks, hashed": lambda: peers.clickhouse(_groups(week, last)),
                "ClickHouse, bits in order": lambda: peers.clickhouse(_bits(week, last), in_order),
                "DuckDB, distinct weeks": lambda: peers.duckdb(_duckdb(begin, last)),
            },
            asked={
                "ClickHouse, weeks in order": 5,
                "ClickHouse, weeks, hashed": 5,
                "ClickHouse, bits in order": 5,
                "ClickHouse, retention() in order": 5,
            },
        )


if __name__ == "__main__":
    main()
