"""``giljabi lifecycle``: new, returning, resurrected and dormant customers."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table
from giljabi.cli.source import events, roles


@click.command("lifecycle")
@click.argument("source", required=False)
@click.option("--every", type=click.Choice(["day", "week", "month"]), default="week", show_default=True)
@click.option("--time-zone", default="UTC", show_default=True, help="IANA name, such as Asia/Seoul.")
@roles
@as_json
def command(source: str | None, every: str, time_zone: str, as_json: bool, **named: str | None) -> None:
    """Count new, returning, resurrected and dormant customers, period by period.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).lifecycle(every=every, time_zone=time_zone)
    if as_json:
        print_json(answer.rows())
        return
    print_table(
        f"Lifecycle by {every}",
        [("period", "left"), *((name, "right") for name in answer.columns[1:])],
        [(row["period"].isoformat(), *list(row.values())[1:]) for row in answer.rows()],
    )
