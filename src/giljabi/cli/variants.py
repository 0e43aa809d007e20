"""``giljabi variants``: the most frequent ways through, or the tree of how they begin."""

from __future__ import annotations

from typing import Any

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles
from giljabi.discover import VariantsAnswer


@click.command("variants")
@click.argument("source", required=False)
@click.option("--top", default=10, show_default=True, help="How many to show.")
@click.option("--tree", is_flag=True, help="Show how customers begin and go on instead.")
@click.option("--depth", type=click.IntRange(1, 50), default=5, show_default=True, help="Steps of the tree.")
@click.option("--min-share", default=0.02, show_default=True, help="Ways of fewer are told together (0..1).")
@roles
@as_json
def command(
    source: str | None,
    top: int,
    tree: bool,
    depth: int,
    min_share: float,
    as_json: bool,
    **named: str | None,
) -> None:
    """Show the most frequent ways through.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    log = events(source, **named)
    if tree:
        _tree(log.prefix_tree(depth, min_share=min_share).rows(), as_json)
    else:
        _list(log.variants(top=top), as_json)


def _list(answer: VariantsAnswer, as_json: bool) -> None:
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


def _tree(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    numbers = ("customers", "share", "of before", "end here", "median")
    print_table(
        "How customers begin and go on",
        [("event", "left"), *((name, "right") for name in numbers)],
        [
            (
                "  " * (row["step"] - 1) + row["events"][-1],
                row["customers"],
                shown(row["share"], "share"),
                shown(row["share_of_parent"], "share"),
                row["ends"],
                shown(row["median"]),
            )
            for row in rows
        ],
    )
