"""``giljabi doctor``: what is unsafe or broken."""

from __future__ import annotations

import click
import msgspec
from rich.markup import escape

from giljabi.bootstrap import examine
from giljabi.cli.output import as_json, console, print_json

_SIGNS = {"ok": "[cyan]✓[/]", "warning": "[yellow]![/]", "error": "[red]✕[/]"}


@click.command("doctor")
@as_json
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Look at settings, files, database, people, keys, work and lake, and say what to do.

    Exit status 1 where something is unsafe or broken (an error); warnings alone leave it at 0.
    """
    found = []
    for one in examine():
        found.append(one)
        if not as_json:
            console.print(f"{_SIGNS[one.state]} [bold]{one.check}[/]: {escape(one.said)}", highlight=False)
            if one.advice:
                console.print(f"  [dim]→ {escape(one.advice)}[/]", highlight=False)
    if as_json:
        print_json([msgspec.to_builtins(one) for one in found])
    errors = sum(one.state == "error" for one in found)
    warnings = sum(one.state == "warning" for one in found)
    if not as_json:
        console.print(f"\n{errors} errors, {warnings} warnings, {len(found) - errors - warnings} well")
    ctx.exit(1 if errors else 0)
