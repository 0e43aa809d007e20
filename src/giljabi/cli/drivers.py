"""``giljabi drivers``: what goes with converting."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, console, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("drivers")
@click.argument("source")
@click.argument("outcome")
@click.option("--within", default="1d", show_default=True, metavar="DURATION", help="What is seen how early.")
@click.option("--before", metavar="EVENT", help="The event customers enter with; their first when left out.")
@click.option("--follow", metavar="DURATION", help="How long after that conversions count.")
@click.option("--top", default=20, show_default=True, help="How many to show.")
@roles
@as_json
def command(
    source: str,
    outcome: str,
    within: str,
    before: str | None,
    follow: str | None,
    top: int,
    as_json: bool,
    **named: str | None,
) -> None:
    """Show which events and values, seen early, go with OUTCOME later.

    SOURCE is a file of events or a built log; a single dash means the workspace's events.
    """
    log = events(None if source == "-" else source, **named)
    answer = log.drivers(outcome, within=within, before=before, follow=follow, top=top)
    if as_json:
        print_json({"customers": answer.customers, "converted": answer.converted, "early": answer.early,
                    "note": answer.note, "drivers": answer.rows()})  # fmt: skip
        return
    print_table(
        f"Drivers of {outcome}",
        [
            ("seen", "left"),
            ("customers", "right"),
            ("converted", "right"),
            ("others", "right"),
            ("odds ratio", "right"),
            ("95 %", "right"),
            ("q", "right"),
        ],
        [
            (
                one.name,
                one.customers,
                shown(one.share, "share"),
                shown(one.share_of_others, "share"),
                one.odds_ratio,
                f"{one.low:.2f}–{one.high:.2f}",
                f"{one.q_value:.2g}",
            )
            for one in answer.drivers
        ],
    )
    left_out = (
        f"{shown(answer.customers)} customers compared; {shown(answer.early)} converted too early for it"
    )
    console.print(f"{left_out}, {shown(answer.short)} came too late.\n{answer.note}", style="dim")
