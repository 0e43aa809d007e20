"""``giljabi graph``: which event follows which, and what customers come back to."""

from __future__ import annotations

from typing import Any

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles

_KINDS = {"repeat": "again at once", "back_and_forth": "there and back", "cycle": "back later"}


@click.command("graph")
@click.argument("source", required=False)
@click.option("--top", default=25, show_default=True, help="How many of the most frequent steps to show.")
@click.option("--loops", is_flag=True, help="Show what customers come back to instead.")
@roles
@as_json
def command(source: str | None, top: int, loops: bool, as_json: bool, **named: str | None) -> None:
    """Show which event follows which, how often and how fast.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).graph(top=top)
    rows = answer.loops.rows()[:top] if loops else answer.rows()
    if as_json:
        print_json(rows)
    elif loops:
        _print_loops(rows)
    else:
        _print_edges(rows)


def _print_edges(rows: list[dict[str, Any]]) -> None:
    numbers = ("count", "customers", "median", "p90")
    print_table(
        "Steps from one event to the next",
        [("from", "left"), ("to", "left"), *((name, "right") for name in numbers)],
        [(row["source"], row["target"], *(shown(row[name]) for name in numbers)) for row in rows],
    )


def _print_loops(rows: list[dict[str, Any]]) -> None:
    numbers = ("count", "customers", "time", "mean")
    print_table(
        "Loops: what customers come back to",
        [("kind", "left"), ("events", "left"), *((name, "right") for name in numbers)],
        [
            (_KINDS[row["kind"]], " ⇄ ".join(row["events"]), *(shown(row[name]) for name in numbers))
            for row in rows
        ],
    )
