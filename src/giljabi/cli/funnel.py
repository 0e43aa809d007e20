"""``giljabi funnel``: how many customers come through."""

from __future__ import annotations

from typing import Any

import click

from giljabi.cli.output import as_json, print_json, print_table, shown
from giljabi.cli.source import events, roles
from giljabi.model import step as stage
from giljabi.model.errors import BadParameter


@click.command("funnel")
@click.argument("source")
@click.argument("steps", nargs=-1, required=True)
@click.option("--within", metavar="DURATION", help="Longest time from the first step, such as 7d.")
@click.option(
    "--step-within",
    metavar="STEP=DURATION",
    multiple=True,
    help="Longest time from the step before, such as 3=1h.",
)
@click.option("--optional", metavar="STEP", type=int, multiple=True, help="A step that may be skipped.")
@click.option(
    "--exclude", metavar="EVENT", multiple=True, help="What must not occur; 2=EVENT: only after step 2."
)
@click.option("--order", type=click.Choice(["ordered", "strict", "unordered"]), default="ordered")
@click.option("--by", metavar="COLUMN", help="Break down by this column.")
@click.option("--reached", metavar="STEP", type=int, help="List the customers who reached this step.")
@click.option(
    "--fell-out", metavar="STEP", type=int, help="List those who came to the step before this one only."
)
@roles
@as_json
def command(
    source: str,
    steps: tuple[str, ...],
    within: str | None,
    step_within: tuple[str, ...],
    optional: tuple[int, ...],
    exclude: tuple[str, ...],
    order: str,
    by: str | None,
    reached: int | None,
    fell_out: int | None,
    as_json: bool,
    **named: str | None,
) -> None:
    """Count the customers who come through STEPS, event names in order.

    SOURCE is a file of events or a built log; a single dash means the workspace's events. A step may be
    several names joined by "|".
    """
    log = events(None if source == "-" else source, **named)
    limits = dict(_numbered(one, len(steps)) for one in step_within)
    asked = [
        stage(
            one.split("|") if one not in log.names else one,
            within=limits.get(number),
            optional=number in optional,
        )
        for number, one in enumerate(steps, 1)
    ]
    answer = log.funnel(asked, within=within, exclude=_excluded(exclude, log.names), order=order, by=by)
    if reached is not None or fell_out is not None:
        listed = answer.reached(reached) if reached is not None else answer.fell_out(fell_out or 0)
        if as_json:
            print_json(listed.rows())
        else:
            click.echo("\n".join(listed.to_dict()["customer"]))
        return
    if as_json:
        print_json(answer.rows())
        return
    _print(answer.rows(), by)


def _numbered(text: str, steps: int) -> tuple[int, str]:
    number, _, rest = text.partition("=")
    if not number.isdecimal() or not 1 <= int(number) <= steps or not rest:
        raise BadParameter(f"{text!r} names no step; write for example 2=1h, steps are 1 to {steps}")
    return int(number), rest


def _excluded(told: tuple[str, ...], names: tuple[str, ...]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for one in told:
        number, equals, name = one.partition("=")
        if equals and number.isdecimal() and one not in names:
            found.setdefault(int(number), []).append(name)
        else:
            found.setdefault("anywhere", []).append(one)
    return found


def _print(rows: list[dict[str, Any]], by: str | None) -> None:
    group = [(by, "left")] if by else []
    print_table(
        "Funnel",
        [
            *group,
            ("step", "right"),
            ("events", "left"),
            ("customers", "right"),
            ("of first", "right"),
            ("95 %", "right"),
            ("of previous", "right"),
            ("median", "right"),
        ],
        [
            (
                *((str(row["group"]),) if by else ()),
                row["step"],
                row["events"] + (" (optional)" if row["optional"] else ""),
                row["customers"],
                shown(row["share"], "share"),
                f"{shown(row['low'], 'share')}–{shown(row['high'], 'share')}",
                shown(row["share_of_previous"], "share"),
                shown(row["median"]),
            )
            for row in rows
        ],
    )
