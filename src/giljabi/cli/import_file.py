"""``giljabi import``: a file into the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from giljabi.bootstrap import open_workspace
from giljabi.cli.output import as_json, console, print_json, progress_bar
from giljabi.cli.source import columns


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--kind", type=click.Choice(["events", "feedback"]), help="What the file holds; guessed if left out."
)
@columns
@as_json
def command(
    file: Path, kind: Literal["events", "feedback"] | None, as_json: bool, **named: str | None
) -> None:
    """Bring FILE into the workspace; each row is taken or refused with a reason.

    CSV, XLSX, Parquet, JSON Lines, Arrow, XES(.gz) and OCEL 2.0 JSON. Columns not named are guessed, and the
    guess is shown. Importing the same file twice adds nothing.
    """
    given = {role: column for role, column in named.items() if column}
    with open_workspace() as workspace, progress_bar(f"Importing {file.name}") as progress:
        made = workspace.import_file(file, kind=kind, roles=given or None, progress=progress)
    if as_json:
        print_json(made.to_dict())
        return
    if made.duplicate:
        console.print(f"{file.name} was imported before; nothing was added")
        return
    took = ", ".join(f"{role} = {column}" for role, column in made.roles.items())
    console.print(f"{file.name}: {made.accepted:,} rows taken, {made.refused:,} refused   [dim]({took})[/]")
    for reason, count in made.reasons.items():
        console.print(f"  {count:,} {reason}")
    if made.refused:
        console.print(f"  refused rows are in {made.rejects_path}")
