"""``giljabi changes``: what changed in the last period against the one before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from giljabi.cli.output import as_json, console, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("changes")
@click.argument("source", required=False)
@click.option("--last", metavar="DURATION", help="Length of the last period, such as 7d.")
@click.option("--before", metavar="DURATION", help="Length of the period before; as long when left out.")
@click.option("--q", default=0.05, show_default=True, help="Share of what is shown that may be chance.")
@click.option("--top", default=20, show_default=True, help="How many to show.")
@roles
@as_json
def command(
    source: str | None,
    last: str | None,
    before: str | None,
    q: float,
    top: int,
    as_json: bool,
    **named: str | None,
) -> None:
    """Show what changed in the last period against the one before.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).changes(last=last, before=before, q=q, top=top)
    if as_json:
        print_json(answer.rows())
        return
    if answer.last is not None and answer.before is not None:
        dates = [f"{moment:%Y-%m-%d %H:%M}" for moment in (*answer.before, *answer.last)]
        console.print(f"{dates[0]} – {dates[1]} against {dates[2]} – {dates[3]} (UTC)")
    print_table(
        f"Changes: {answer.total:,} of {answer.looked_at:,} looked at",
        [
            ("kind", "left"),
            ("what", "left"),
            ("before", "right"),
            ("now", "right"),
            ("95 % of difference", "right"),
            ("customers", "right"),
            ("q", "right"),
        ],
        [
            (
                f"{one.kind}: {one.became}",
                " → ".join(one.subject),
                _value(one.before),
                _value(one.now),
                f"{_signed(one.low)} – {_signed(one.high)}",
                one.customers,
                f"{one.q_value:.2g}",
            )
            for one in answer.changes
        ],
    )


def _value(value: float | timedelta) -> str:
    return shown(value) if isinstance(value, timedelta) else shown(value, "share")


def _signed(value: Any) -> str:
    sign = "−" if value < type(value)(0) else "+"
    return sign + _value(abs(value))
