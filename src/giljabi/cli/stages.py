"""``giljabi stages``: where journeys fall into parts."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, console, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("stages")
@click.argument("source", required=False)
@click.option("--k", type=int, metavar="NUMBER", help="How many; chosen when left out.")
@roles
@as_json
def command(source: str | None, k: int | None, as_json: bool, **named: str | None) -> None:
    """Cut journeys into stages, and show what the cut is worth.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).stages(k)
    if as_json:
        facts = {name: getattr(answer, name) for name in ("score", "cohesion", "order", "kept", "left_out")}
        print_json({"stages": answer.rows(), **facts})
        return
    print_table(
        f"Stages: score {shown(answer.score)}",
        [
            ("stage", "right"),
            ("customers", "right"),
            ("share", "right"),
            ("within", "right"),
            ("to the next", "right"),
            ("score", "right"),
            ("events", "left"),
        ],
        [
            (
                one.stage,
                one.customers,
                shown(one.share, "share"),
                shown(one.median),
                shown(one.gap),
                shown(one.score),
                " · ".join(one.events),
            )
            for one in answer.stages
        ],
    )
    if answer.left_out:
        console.print(f"left out as too rare: {len(answer.left_out)} event names")
