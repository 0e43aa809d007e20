"""``giljabi funnel``: how many customers come through."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("funnel")
@click.argument("source")
@click.argument("steps", nargs=-1, required=True)
@click.option("--within", metavar="DURATION", help="Longest time from the first step, such as 7d.")
@click.option("--order", type=click.Choice(["ordered", "strict", "unordered"]), default="ordered")
@click.option("--by", metavar="COLUMN", help="Break down by this column.")
@roles
@as_json
def command(
    source: str,
    steps: tuple[str, ...],
    within: str | None,
    order: str,
    by: str | None,
    as_json: bool,
    **named: str | None,
) -> None:
    """Count the customers who come through STEPS, event names in order.

    SOURCE is a file of events or a built log; a single dash means the workspace's events. A step may be
    several names joined by "|".
    """
    log = events(None if source == "-" else source, **named)
    asked = [step.split("|") if step not in log.names else step for step in steps]
    rows = log.funnel(asked, within=within, order=order, by=by).rows()
    if as_json:
        print_json(rows)
        return
    group = [(by, "left")] if by else []
    print_table(
        "Funnel",
        [
            *group,
            ("step", "right"),
            ("events", "left"),
            ("customers", "right"),
            ("of first", "right"),
            ("95 %", "right"),
            ("of previous", "right"),
            ("median", "right"),
        ],
        [
            (
                *((str(row["group"]),) if by else ()),
                row["step"],
                row["events"],
                row["customers"],
                shown(row["share"], "share"),
                f"{shown(row['low'], 'share')}–{shown(row['high'], 'share')}",
                shown(row["share_of_previous"], "share"),
                shown(row["median"]),
            )
            for row in rows
        ],
    )
