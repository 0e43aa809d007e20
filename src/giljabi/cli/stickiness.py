"""``giljabi stickiness``: on how many days customers are active."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("stickiness")
@click.argument("source", required=False)
@click.option("--within", type=click.Choice(["week", "month"]), default="month", show_default=True)
@click.option("--time-zone", default="UTC", show_default=True, help="IANA name, such as Asia/Seoul.")
@roles
@as_json
def command(source: str | None, within: str, time_zone: str, as_json: bool, **named: str | None) -> None:
    """Count customers by the number of days on which they are active within a month or week.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).stickiness(within=within, time_zone=time_zone)
    if as_json:
        print_json(answer.rows())
        return
    print_table(
        f"Days active in a {within}",
        [("days", "right"), ("customers", "right"), ("share", "right")],
        [(row["days"], row["customers"], shown(row["share"], "share")) for row in answer.rows()],
    )
    print_table(
        f"By {within}",
        [("period", "left"), ("customers", "right"), ("a day", "right"), ("share", "right")],
        [
            (one.period.isoformat(), one.customers, one.daily, shown(one.share, "share"))
            for one in answer.months
        ],
    )
