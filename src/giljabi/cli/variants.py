"""``giljabi variants``: the most frequent ways through."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("variants")
@click.argument("source", required=False)
@click.option("--top", default=10, show_default=True, help="How many to show.")
@roles
@as_json
def command(source: str | None, top: int, as_json: bool, **named: str | None) -> None:
    """Show the most frequent ways through.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).variants(top=top)
    if as_json:
        print_json(answer.rows())
        return
    print_table(
        f"Variants: {answer.total:,} in all",
        [("customers", "right"), ("share", "right"), ("median", "right"), ("events", "left")],
        [
            (row["customers"], shown(row["share"], "share"), shown(row["median"]), " → ".join(row["events"]))
            for row in answer.rows()
        ],
    )
