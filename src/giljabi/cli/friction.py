"""``giljabi friction``: where customers repeat, step back, hesitate, rage or leave."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("friction")
@click.argument("source", required=False)
@click.option("--top", default=20, show_default=True, help="How many events to show.")
@click.option("--again", default="30m", show_default=True, help="Longest pause inside one visit.")
@roles
@as_json
def command(source: str | None, top: int, again: str, as_json: bool, **named: str | None) -> None:
    """Show where customers repeat, step back, hesitate, rage or leave.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).friction(top=top, again=again)
    if as_json:
        print_json(answer.rows())
        return
    print_table(
        f"Friction: {answer.total:,} events",
        [
            ("", "right"),
            ("event", "left"),
            ("kind", "left"),
            ("customers", "right"),
            ("share", "right"),
            ("95 %", "right"),
            ("times", "right"),
            ("lost each", "right"),
        ],
        [
            (
                row["rank"],
                row["event"],
                row["kind"].replace("_", " "),
                row["customers"],
                shown(row["share"], "share"),
                f"{shown(row['low'], 'share')}–{shown(row['high'], 'share')}",
                row["count"],
                shown(row["lost"]),
            )
            for row in answer.rows()
        ],
    )
