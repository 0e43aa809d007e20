"""``giljabi restore``: a workspace out of a backup."""

from __future__ import annotations

from pathlib import Path

import click

from giljabi.bootstrap import restore
from giljabi.cli.backup import passphrase_option, read_passphrase
from giljabi.cli.output import console, progress_bar

_KEYS = {
    "same": "The installation has the backup's key.",
    "kept": "The backup's key is in secret.key.",
    "absent": "The backup's key is not here: secrets cannot be read until it is in secret.key or "
    "GILJABI_SECRET_KEY, and forgotten customers are not known.",
}


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@passphrase_option
def command(file: Path, passphrase_file: Path | None) -> None:
    """Bring the workspace of FILE into a home or database that does not have it, and build its log.

    Every part of the file is checked before anything is changed, and nothing is overwritten.
    """
    with progress_bar("Restoring") as progress:
        made = restore(file, passphrase=read_passphrase(passphrase_file), tell=progress)
    console.print(
        f"Workspace {made.workspace} is as it was at {made.made_at:%Y-%m-%d %H:%M:%S} UTC: "
        f"{made.tables} tables, {made.files - made.tables} files, {made.bytes / 2**20:,.1f} MiB. "
        f"{_KEYS[made.key]}"
    )
