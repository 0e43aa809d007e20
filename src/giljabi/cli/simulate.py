"""``giljabi simulate``: customers with known truth."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from giljabi.cli.output import as_json, console, print_json, progress_bar
from giljabi.simulate import TROUBLES, simulate_shop


@click.command("simulate")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--customers", type=click.IntRange(1), help="How many customers (default 20,000).")
@click.option("--events", type=click.IntRange(1), help="About how many events, instead of customers.")
@click.option("--seed", default=1, show_default=True, help="The same seed writes the same files.")
@click.option(
    "--trouble", "troubles", multiple=True, type=click.Choice(sorted(TROUBLES)), help="Plant only these."
)
@click.option("--no-troubles", is_flag=True, help="Plant none.")
@click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the simulated period.")
@as_json
def command(
    directory: Path,
    customers: int | None,
    events: int | None,
    seed: int,
    troubles: tuple[str, ...],
    no_troubles: bool,
    end: datetime | None,
    as_json: bool,
) -> None:
    """Write events, feedback and the truth of a simulated online shop to DIRECTORY."""
    planted = [] if no_troubles else list(troubles) or None
    last: date | None = end.date() if end else None
    if customers is None and events is None:
        customers = 20_000
    with progress_bar("Simulating") as progress:
        made = simulate_shop(
            directory,
            customers=customers,
            events=events,
            seed=seed,
            troubles=planted,
            end=last,
            progress=progress,
        )
    if as_json:
        print_json({"events": made.events, "customers": made.customers, "feedback": made.feedback})
        return
    console.print(
        f"{made.events:,} events of {made.customers:,} customers and {made.feedback:,} pieces of feedback\n"
        f"  {made.events_path}\n  {made.feedback_path}\n  {made.truth_path}"
    )
