"""``giljabi check``: prove every claim of a map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from giljabi.cli.output import VERDICTS, as_json, console, print_json, print_table, shown
from giljabi.cli.source import events, roles
from giljabi.notebook import Map, read_feedback, read_map

if TYPE_CHECKING:
    from giljabi.mapping import Check


@click.command("check")
@click.argument("map_file", metavar="MAP", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--events", "source", metavar="SOURCE", help="File of events or built log; else the workspace's."
)
@click.option("--feedback", "feedback_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@roles
@as_json
@click.pass_context
def command(
    ctx: click.Context,
    /,
    map_file: Path,
    source: str | None,
    feedback_file: Path | None,
    as_json: bool,
    **named: str | None,
) -> None:
    """Prove every claim of MAP: supported, contradicted or undecided.

    Exit status 1 when a claim is contradicted, so that a map can be a test.
    """
    checked = read_map(map_file)
    log = events(source, **named)
    feedback = read_feedback(feedback_file) if feedback_file else None
    if feedback is None and source is None:
        from giljabi.bootstrap import open_workspace

        with open_workspace() as workspace:
            feedback = workspace.feedback()
    found = checked.check(log, feedback)
    if as_json:
        print_json(report(found))
    else:
        print_check(checked, found)
    ctx.exit(1 if found.contradicted else 0)


def report(found: Check) -> dict[str, Any]:
    """Give a check as plain values."""
    alignment = found.alignment
    return {
        "customers": alignment.customers,
        "exact": alignment.exact,
        "fitness": alignment.fitness,
        "coverage": alignment.coverage,
        "reach": alignment.reach.rows(),
        "deviations": alignment.deviations.rows(),
        "claims": found.rows(),
        "verdicts": found.verdicts,
    }


def print_check(checked: Map, found: Check) -> None:
    """Print a check: how customers went, where they left the map's way, and each claim's verdict."""
    alignment = found.alignment
    titles = {stage.id: stage.title or stage.id for stage in checked.stages}
    console.print(f"[bold]{checked.title}[/]")
    console.print(
        f"{alignment.customers:,} customers; {alignment.exact * 100:.2f} % follow the map exactly; "
        f"mean fitness {alignment.fitness:.4f}; {alignment.coverage * 100:.1f} % of events are on the map\n"
    )
    print_table(
        "Reach",
        [("stage", "left"), ("customers", "right"), ("share", "right"), ("from stage before", "right")],
        [
            (titles[row["stage"]], row["customers"], shown(row["share"], "share"), shown(row["median"]))
            for row in alignment.reach.rows()
        ],
    )
    deviations = alignment.deviations.rows()
    if deviations:
        console.print()
        print_table(
            "Where customers leave the map's way",
            [
                ("kind", "left"),
                ("stage", "left"),
                ("event", "left"),
                ("count", "right"),
                ("customers", "right"),
            ],
            [
                (
                    row["kind"].replace("_", " "),
                    titles.get(row["stage"], row["stage"] or "–"),
                    row["event"] or "–",
                    row["count"],
                    row["customers"],
                )
                for row in deviations[:12]
            ],
        )
        if len(deviations) > 12:
            console.print(f"[dim]and {len(deviations) - 12} more kinds (--json lists all)[/]")
    console.print()
    print_table(
        "Claims",
        [
            ("stage", "left"),
            ("claim", "left"),
            ("verdict", "left"),
            ("measured", "right"),
            ("95 %", "right"),
            ("n", "right"),
        ],
        [
            (
                titles[row["stage"]],
                row["claim"],
                VERDICTS[row["verdict"]],
                shown(row["value"], row["unit"]),
                "–"
                if row["low"] is None
                else f"{shown(row['low'], row['unit'])} … {shown(row['high'], row['unit'])}",
                row["n"],
            )
            for row in found.rows()
        ],
    )
    counts = found.verdicts
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    console.print("")
    console.print(told)
