"""``giljabi export-customer``: everything that is kept of a customer, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from giljabi.bootstrap import open_workspace
from giljabi.cli.output import console
from giljabi.model.errors import BadParameter


@click.command("export-customer")
@click.argument("customer")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(customer: str, file: Path) -> None:
    """Write everything that is kept of CUSTOMER to FILE: JSON, or tables where it ends with .zip."""
    ending = file.suffix.lower()
    if ending not in {".json", ".zip"}:
        raise BadParameter(f"{file.name} ends with neither .json nor .zip; its ending says what to write")
    with open_workspace() as workspace:
        known = workspace.forgetting.preview(customer).customer
        counts = workspace.forgetting.write(known, file, "zip" if ending == ".zip" else "json")
    console.print(f"{known}: written to {file}", highlight=False)
    for section, count in counts.items():
        if count:
            console.print(f"  {count:,} {section}")
