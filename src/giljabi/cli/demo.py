"""``giljabi demo``: the whole way, once, on a simulated shop."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
import msgspec

from giljabi.bootstrap import Workspace, open_workspace, read_settings
from giljabi.cli.check import print_check
from giljabi.cli.output import console, progress_bar
from giljabi.cli.up import check_port, serve, with_worker
from giljabi.mapping import template
from giljabi.model.errors import LogMissing
from giljabi.notebook import EventLog, Map, read_map

WORKSPACE = "demo"


@click.command("demo")
@click.option("--customers", default=20_000, show_default=True, type=click.IntRange(100))
@click.option("--seed", default=1, show_default=True)
@click.option("--once", is_flag=True, help="Stop after the report, without serving the app.")
@with_worker
def command(customers: int, seed: int, once: bool, worker: bool) -> None:
    """Simulate a Korean online shop, prove its map, print the verdicts and serve the app without accounts."""
    settings = msgspec.structs.replace(
        read_settings(), workspace=WORKSPACE, accounts="none", host="127.0.0.1", url=None
    )
    if not once:
        check_port(settings)
    with open_workspace(settings=settings) as workspace:
        if not _has_events(workspace):
            _fill(workspace, customers, seed)
        shop = _map(workspace)
        with progress_bar("Proving the claims") as progress:
            found = shop.check(EventLog(workspace.log()), workspace.feedback(), progress=progress)
        info = workspace.log_info()
        console.print(f"{info.events:,} events of {info.customers:,} customers in workspace {WORKSPACE}\n")
        print_check(shop, found)
    if not once:
        console.print()
        serve(settings, worker=worker)


def _has_events(workspace: Workspace) -> bool:
    try:
        return workspace.log().events > 0
    except LogMissing:
        return False


def _map(workspace: Workspace) -> Map:
    """Give the shop's Korean map as the workspace has it; it and its English twin are added at first."""
    kept = {one.title: one.text for one in workspace.list_maps()}
    for name in ("shop-en", "shop"):
        text = template(name)
        title = read_map(text).title
        if title not in kept:
            kept[title] = workspace.add_map(text).text
    return read_map(kept[title])


def _fill(workspace: Workspace, customers: int, seed: int) -> None:
    from giljabi.simulate import simulate_shop

    with tempfile.TemporaryDirectory(prefix="giljabi-demo-") as folder:
        with progress_bar("Simulating the shop") as progress:
            shop = simulate_shop(Path(folder), customers=customers, seed=seed, progress=progress)
        with progress_bar("Importing events") as progress:
            workspace.import_events(shop.events_path, progress=progress)
        with progress_bar("Importing feedback") as progress:
            workspace.import_feedback(shop.feedback_path, progress=progress)
