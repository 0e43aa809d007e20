"""``giljabi compare``: how two audiences, periods or logs differ."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from giljabi.cli.output import as_json, print_json, print_table, rounded_duration, shown
from giljabi.cli.source import events, roles
from giljabi.model import Audience, parse_audience
from giljabi.model.errors import BadParameter
from giljabi.notebook import EventLog

_QUESTIONS = ("events", "funnel", "conversion", "durations", "retention")


@click.command("compare")
@click.argument("source")
@click.argument("this")
@click.argument("that", required=False)
@click.option("--question", type=click.Choice(_QUESTIONS), default="events", show_default=True)
@click.option("--step", "steps", multiple=True, metavar="EVENT", help="A step of the funnel; give several.")
@click.option("--start", metavar="EVENT", help="Where a conversion, a duration or a return starts.")
@click.option("--end", metavar="EVENT", help="Where it ends.")
@click.option("--within", metavar="DURATION", help="Longest time from the first step, such as 7d.")
@click.option("--every", type=click.Choice(["day", "week", "month"]), default="week", show_default=True)
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Events to show.")
@roles
@as_json
def command(
    source: str,
    this: str,
    that: str | None,
    question: str,
    steps: tuple[str, ...],
    start: str | None,
    end: str | None,
    within: str | None,
    every: str,
    top: int,
    as_json: bool,
    **named: str | None,
) -> None:
    """Compare THIS with THAT: shares or medians, their difference with its interval, and how sure it is.

    SOURCE is a file of events or a built log; a single dash means the workspace's events. A side is an
    audience ("{did: {event: call}}"), a period ("2026-03-01..2026-04-01") or another file or log. Without
    THAT, an audience is compared with the rest, a period with the one just before.
    """
    log = events(None if source == "-" else source, **named)
    sides: list[Any] = [_side(one, named) for one in (this, that) if one is not None]
    asked: dict[str, Any] = {"question": question, "within": within, "every": every}
    asked |= {"start": _step(start, log), "end": _step(end, log)}
    answer = log.compare(*sides, steps=[_step(step, log) for step in steps], **asked)
    rows = answer.rows()[:top] if question == "events" else answer.rows()
    if as_json:
        print_json(rows)
        return
    columns = ("event", "A", "B", "difference", "95 %", "q", "n of A", "n of B")
    print_table(
        f"A: {answer.names[0]}   B: {answer.names[1]}",
        [(name, "left" if name == "event" else "right") for name in columns],
        [
            (
                row["event"],
                _value(row["a"]),
                _value(row["b"]),
                _signed(row["difference"]),
                f"{_signed(row['low'])} … {_signed(row['high'])}",
                "–" if row["q"] is None else "< 0.001" if row["q"] < 0.001 else f"{row['q']:.3f}",
                row["n_a"],
                row["n_b"],
            )
            for row in rows
        ],
    )


def _side(text: str, named: dict[str, str | None]) -> EventLog | Audience | tuple[str | None, str | None]:
    if text.lstrip().startswith("{"):
        return parse_audience(text)
    if Path(text).exists():
        return events(text, **{**named, "only": None})
    begin, between, end = text.partition("..")
    if not between:
        raise BadParameter(f"{text!r} is no audience, no period such as 2026-03-01..2026-04-01, and no file")
    return begin.strip() or None, end.strip() or None


def _step(text: str | None, log: EventLog) -> str | list[str] | None:
    return text if text is None or text in log.names else text.split("|")


def _value(value: float | timedelta | None) -> str:
    return shown(value, "share")


def _signed(value: float | timedelta | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, timedelta):
        return ("−" if value < timedelta() else "+") + rounded_duration(abs(value))
    return f"{100 * value:+.1f}"
