"""``giljabi durations``: how long it takes from one event to another."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles

_TIMES = ("median", "p10", "p25", "p75", "p90", "p95", "p99", "mean")


@click.command("durations")
@click.argument("source")
@click.argument("start")
@click.argument("end")
@click.option(
    "--which",
    type=click.Choice(["first", "each"]),
    default="first",
    help="From each customer's first START, or from each START to the next END.",
)
@click.option("--by", metavar="COLUMN", help="Break down by this column.")
@roles
@as_json
def command(
    source: str, start: str, end: str, which: str, by: str | None, as_json: bool, **named: str | None
) -> None:
    """Measure the time from START to the next END.

    SOURCE is a file of events or a built log; a single dash means the workspace's events. START and END may
    be several names joined by "|".
    """
    log = events(None if source == "-" else source, **named)
    begin, done = (one.split("|") if one not in log.names else one for one in (start, end))
    rows = log.durations(begin, done, which=which, by=by).rows()
    if as_json:
        print_json(rows)
        return
    print_table(
        f"Time from {start} to {end}",
        [*([(by, "left")] if by else []), *((name, "right") for name in ("n", "started", *_TIMES))],
        [
            (
                *((str(row["group"]),) if by else ()),
                row["n"],
                row["started"],
                *(shown(row[name]) for name in _TIMES),
            )
            for row in rows
        ],
    )
