"""``giljabi conversion``: who goes on from one event to another, and how the rest does."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("conversion")
@click.argument("source")
@click.argument("start")
@click.argument("end")
@click.option("--within", metavar="DURATION", help="Longest time from START to END, such as 7d.")
@click.option("--by", metavar="COLUMN", help="Break down by this column.")
@click.option(
    "--rest",
    type=click.Choice(["ever", "soon"]),
    default="ever",
    help="When END counts for those without START: ever, or within the window of their first event.",
)
@roles
@as_json
def command(
    source: str,
    start: str,
    end: str,
    within: str | None,
    by: str | None,
    rest: str,
    as_json: bool,
    **named: str | None,
) -> None:
    """Measure how many customers go on from START to END, and compare with those who never did START.

    SOURCE is a file of events or a built log; a single dash means the workspace's events. START and END may
    be several names joined by "|".
    """
    log = events(None if source == "-" else source, **named)
    begin, done = (one.split("|") if one not in log.names else one for one in (start, end))
    answer = log.conversion(begin, done, within=within, by=by, rest=rest)
    if as_json:
        print_json(answer.rows())
        return
    right = ("customers", "converted", "share", "95 %", "median", "rest", "their share", "lift", "p")
    print_table(
        f"Conversion: {answer.start} → {answer.end}",
        [*([(by, "left")] if by else []), *((name, "right") for name in right)],
        [
            (
                *((str(part.group),) if by else ()),
                part.customers,
                part.count,
                shown(part.share, "share"),
                f"{shown(part.low, 'share')}–{shown(part.high, 'share')}",
                shown(part.median),
                part.rest_customers,
                shown(part.rest_share, "share"),
                shown(part.lift),
                "–" if part.p_value is None else f"{part.p_value:.2g}",
            )
            for part in answer.groups
        ],
    )
