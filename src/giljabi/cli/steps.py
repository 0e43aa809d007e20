"""``giljabi steps``: where customers are at each step."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("steps")
@click.argument("source", required=False)
@click.option("--depth", type=click.IntRange(1, 100), default=8, show_default=True, help="Steps to show.")
@click.option("--start", metavar="EVENT", help="Count from each customer's first event of this name.")
@click.option("--end", metavar="EVENT", help="Close journeys at this event.")
@click.option("--before", type=click.IntRange(0, 100), default=0, help="Steps before the start to show.")
@click.option("--top", type=click.IntRange(1, 200), default=12, show_default=True, help="Events told apart.")
@roles
@as_json
def command(
    source: str | None,
    depth: int,
    start: str | None,
    end: str | None,
    before: int,
    top: int,
    as_json: bool,
    **named: str | None,
) -> None:
    """Show which event customers are at, step by step.

    SOURCE is a file of events or a built log; the workspace's events when left out. The table has a row per
    event and a column per step; JSON has a row per step and event, with customers.
    """
    answer = events(source, **named).steps(depth, start=start, end=end, before=before, top=top)
    if as_json:
        print_json(answer.rows())
        return
    share = {(cell.event, cell.step): cell.share for cell in answer.cells}
    listed: list[str | None] = [*answer.events, None]
    print_table(
        f"Where {answer.customers:,} customers are at each step",
        [("event", "left"), *((str(step), "right") for step in answer.steps)],
        [
            (
                "…" if event is None else event,
                *(
                    shown(share[event, step], "share") if (event, step) in share else ""
                    for step in answer.steps
                ),
            )
            for event in listed
            if any((event, step) in share for step in answer.steps)
        ],
    )
