"""``giljabi settings``: what is set, and where that was said."""

from __future__ import annotations

from collections.abc import Sequence

import click

from giljabi.bootstrap import described_settings, settings_table
from giljabi.cli.output import as_json, print_json, print_table


@click.command("settings")
@click.option("--markdown", is_flag=True, help="Print every setting with type, default and meaning.")
@as_json
def command(markdown: bool, as_json: bool) -> None:
    """Show every setting, its value, and whether it comes from a variable, the file or its default.

    Secrets are not shown.
    """
    if markdown:
        click.echo(settings_table())
        return
    described = described_settings()
    if as_json:
        print_json([{"name": one.name, "value": one.value, "from": one.origin} for one in described])
        return
    rows: Sequence[Sequence[str]] = [(one.variable, one.value or "–", one.origin) for one in described]
    print_table("Settings", [("variable", "left"), ("value", "left"), ("from", "left")], rows)
