"""``giljabi graph``: which event follows which."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("graph")
@click.argument("source", required=False)
@click.option("--top", default=25, show_default=True, help="How many of the most frequent steps to show.")
@roles
@as_json
def command(source: str | None, top: int, as_json: bool, **named: str | None) -> None:
    """Show which event follows which, how often and how fast.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    rows = events(source, **named).graph(top=top).rows()
    if as_json:
        print_json(rows)
        return
    print_table(
        "Steps from one event to the next",
        [
            ("from", "left"),
            ("to", "left"),
            ("count", "right"),
            ("customers", "right"),
            ("median", "right"),
            ("p90", "right"),
        ],
        [
            (
                row["source"],
                row["target"],
                row["count"],
                row["customers"],
                shown(row["median"]),
                shown(row["p90"]),
            )
            for row in rows
        ],
    )
