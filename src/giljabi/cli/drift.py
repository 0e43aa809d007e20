"""``giljabi drift``: in which windows the process changed."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table
from giljabi.cli.source import events, roles


@click.command("drift")
@click.argument("source", required=False)
@click.option("--every", default="week", show_default=True, help="hour, day, week, month or such as 3d.")
@click.option("--time-zone", default="UTC", show_default=True, help="Where days begin.")
@click.option("--q", default=0.05, show_default=True, help="Share of the changes shown that may be chance.")
@roles
@as_json
def command(
    source: str | None, every: str, time_zone: str, q: float, as_json: bool, **named: str | None
) -> None:
    """Show how far each window's process lies from that of the window before.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).drift(every=every, time_zone=time_zone, q=q)
    if as_json:
        print_json(answer.rows())
        return
    print_table(
        "Drift",
        [
            ("from (UTC)", "left"),
            ("transitions", "right"),
            ("distance", "right"),
            ("by chance", "right"),
            ("", "left"),
        ],
        [
            (
                f"{one.start:%Y-%m-%d %H:%M}",
                one.count,
                "–" if one.distance is None else f"{one.distance:.3f}",
                "–" if one.threshold is None else f"{one.threshold:.3f}",
                ", ".join(f"{shift.source} → {shift.target}" for shift in one.shifts) if one.changed else "",
            )
            for one in answer.windows
        ],
    )
