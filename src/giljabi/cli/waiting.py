"""``giljabi waiting``: between which stages time is lost."""

from __future__ import annotations

from pathlib import Path

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles
from giljabi.model.errors import BadParameter
from giljabi.notebook import read_map


@click.command("waiting")
@click.argument("source")
@click.argument("stages", nargs=-1)
@click.option("--map", "map_file", metavar="FILE", help="Take the stages of this map.")
@click.option("--top", default=20, show_default=True, help="How many transitions to show.")
@roles
@as_json
def command(
    source: str,
    stages: tuple[str, ...],
    map_file: str | None,
    top: int,
    as_json: bool,
    **named: str | None,
) -> None:
    """Show between which STAGES customers wait, and how much time goes there in all.

    SOURCE is a file of events or a built log; a single dash means the workspace's events. A stage may be
    several event names joined by "|".
    """
    if bool(stages) == bool(map_file):
        raise BadParameter("waiting needs the stages, or --map with a file; give one of them")
    log = events(None if source == "-" else source, **named)
    if map_file:
        answer = log.waiting(read_map(Path(map_file)))
    else:
        answer = log.waiting([one.split("|") if one not in log.names else one for one in stages])
    rows = answer.rows()[:top]
    if as_json:
        print_json(rows)
        return
    numbers = ("count", "customers", "median", "p90", "total", "of all")
    print_table(
        "Waiting between stages",
        [("stage", "left"), ("next", "left"), *((name, "right") for name in numbers)],
        [
            (
                row["stage"],
                row["next"],
                row["count"],
                row["customers"],
                shown(row["median"]),
                shown(row["p90"]),
                shown(row["total"]),
                shown(row["share"], "share"),
            )
            for row in rows
        ],
    )
