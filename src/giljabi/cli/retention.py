"""``giljabi retention``: what share of customers comes back."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("retention")
@click.argument("source", required=False)
@click.option("--every", type=click.Choice(["day", "week", "month"]), default="week", show_default=True)
@click.option("--start", metavar="EVENT", help="What makes a customer begin; any event when left out.")
@click.option("--back", metavar="EVENT", help="What counts as coming back; any event when left out.")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA name, such as Asia/Seoul.")
@click.option("--periods", default=12, show_default=True, help="How many periods to follow.")
@click.option("--kind", type=click.Choice(["on", "by"]), default="on", help="In period k, or k and later.")
@click.option("--by", metavar="COLUMN", help="Break down by this column.")
@roles
@as_json
def command(
    source: str | None,
    every: str,
    start: str | None,
    back: str | None,
    time_zone: str,
    periods: int,
    kind: str,
    by: str | None,
    as_json: bool,
    **named: str | None,
) -> None:
    """Show what share of customers comes back, period after period, by when they began.

    SOURCE is a file of events or a built log; the workspace's events when left out. A dash in the table is a
    period that is not over at the end of the events.
    """
    answer = events(source, **named).retention(
        every=every, start=start, back=back, time_zone=time_zone, periods=periods, by=by, kind=kind
    )
    rows = answer.rows()
    if as_json:
        print_json(rows)
        return
    first = answer.columns[0]
    lines: dict[object, list[dict[str, object]]] = {}
    for row in rows:
        lines.setdefault(row[first], []).append(row)
    print_table(
        f"Back in {every} k" if kind == "on" else f"Back in {every} k or later",
        [(first, "left"), ("customers", "right"), *((str(k), "right") for k in range(periods + 1))],
        [
            (
                "all" if name is None and first == "cohort" else str(name),
                cells[0]["customers"],
                *(shown(cell["share"], "share") for cell in cells),
            )
            for name, cells in lines.items()
        ],
    )
