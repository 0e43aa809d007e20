"""``giljabi sessions``: events cut into visits."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("sessions")
@click.argument("source", required=False)
@click.option("--gap", default="30m", show_default=True, help='A duration, "learned" or "time".')
@click.option("--threshold", metavar="DURATION", help="Score above which to cut, where one is learned.")
@click.option("--top", default=10, show_default=True, help="How many first and last events to show.")
@roles
@as_json
def command(
    source: str | None, gap: str, threshold: str | None, top: int, as_json: bool, **named: str | None
) -> None:
    """Cut the events of each customer into sessions and show what they are like.

    A gap strictly longer than GAP begins a new session; "learned" cuts between pairs of events that wait long
    on average, "time" learns the longest gap. SOURCE is a file of events or a built log; the workspace's
    events when left out.
    """
    answer = events(source, **named).sessions(gap, threshold=threshold)
    if as_json:
        print_json(answer.rows())
        return
    (row,) = answer.rows()
    print_table(
        f"Sessions cut above {shown(answer.threshold)}",
        [("", "left"), ("", "right")],
        [
            ("sessions", row["count"]),
            ("customers", row["customers"]),
            ("of one event", shown(row["share"], "share")),
            ("  95 %", f"{shown(row['low'], 'share')}–{shown(row['high'], 'share')}"),
            ("duration, median", shown(row["median"])),
            ("duration, 90 %", shown(row["p90"])),
            ("events, median", f"{row['median_events'] or 0:g}"),
            ("events, 90 %", f"{row['p90_events'] or 0:g}"),
            ("per customer, median", f"{row['median_sessions'] or 0:g}"),
            ("per customer, mean", shown(row["mean_sessions"])),
        ],
    )
    for title, listed in (("First events", answer.starts), ("Last events", answer.ends)):
        print_table(
            title,
            [("event", "left"), ("sessions", "right"), ("share", "right")],
            [(one.event, one.count, shown(one.share, "share")) for one in listed[:top]],
        )
