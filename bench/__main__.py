"""Run every race, one after another: ``make bench``, or ``make bench ARGS="--events 5000000"``.

Each race runs in a process of its own, so that none pays for the memory of another. Leave the machine alone
meanwhile: the peers use the same two cores.
"""

from __future__ import annotations

import os
import subprocess
import sys

import click
from bench.results import forget, print_table

RACES = (
    "import_time",
    "build_log",
    "funnel",
    "graph",
    "variants",
    "retention",
    "align",
    "ecom",
    "representatives",
    "extend_log",
    "growth",
    "memory",
    "ingest",
    "resolution",
    "sealing",
    "customer_page",
)
OWN_SIZE = {
    "import_time": [],
    "ingest": [],
    "ecom": [],
    "representatives": [],
    "extend_log": ["--events", "100000000"],
    "growth": ["--events", "100000000"],
    "memory": ["--events", "100000000"],
    "customer_page": ["--customers", "5000000", "--events", "50000000"],
    "resolution": [],
    "sealing": [],
}
"""Arguments of races whose size is their own, whatever is asked."""


@click.command()
@click.option("--events", default=50_000_000, show_default=True, help="How many events to race on.")
@click.option("--only", multiple=True, type=click.Choice(RACES), help="Run only these.")
def main(events: int, only: tuple[str, ...]) -> None:
    """Run the races and fail when one of them fails."""
    click.echo(f"load before the first race: {os.getloadavg()[0]:.2f}")
    forget()
    failed = []
    for name in only or RACES:
        click.echo(f"\n=== {name} ===")
        asked = OWN_SIZE.get(name, ["--events", str(events)])
        if subprocess.run([sys.executable, "-m", f"bench.{name}", *asked], check=False).returncode:
            failed.append(name)
    print_table()
    if failed:
        raise click.ClickException(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
