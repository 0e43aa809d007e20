"""``giljabi backup``: a workspace in one file."""

from __future__ import annotations

from pathlib import Path

import click

from giljabi.bootstrap import back_up
from giljabi.cli.output import console, progress_bar


def read_passphrase(file: Path | None) -> str | None:
    """Give the passphrase a file has in its first line."""
    if file is None:
        return None
    lines = file.read_text("utf-8").splitlines()
    if not lines or not lines[0]:
        raise click.ClickException(f"{file} is empty; its first line is the passphrase")
    return lines[0]


passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File whose first line is the passphrase that the installation's key is kept under.",
)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
def command(file: Path, passphrase_file: Path | None) -> None:
    """Write database and lake of the workspace into FILE, as they are at one moment, while it is at work.

    The file holds customers' data and is readable by its owner only; keep it as you keep the data itself.
    """
    with progress_bar("Backing up") as progress:
        made = back_up(file, passphrase=read_passphrase(passphrase_file), tell=progress)
    console.print(
        f"Workspace {made.workspace}: {made.tables} tables and {made.files - made.tables} files, "
        f"{made.bytes / 2**20:,.1f} MiB, as of {made.made_at:%Y-%m-%d %H:%M:%S} UTC, are in {file}"
    )
    if made.key == "absent":
        console.print(
            "The installation's key is not in it: without it secrets cannot be read and forgotten customers "
            "are not known. Keep secret.key (or GILJABI_SECRET_KEY) elsewhere, or use --passphrase-file."
        )
