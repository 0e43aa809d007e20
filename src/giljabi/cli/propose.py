"""``giljabi propose``: a first map from data."""

from __future__ import annotations

from pathlib import Path

import click

from giljabi.cli.output import as_json, console, print_json
from giljabi.cli.source import events, roles
from giljabi.notebook import propose_map


@click.command("propose")
@click.argument("source", required=False)
@click.option("--stages", type=click.IntRange(2, 40), help="The most stages the map may have.")
@click.option("--title", help="The map's title.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write the map to.")
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@roles
@as_json
def command(
    source: str | None,
    stages: int | None,
    title: str | None,
    out: Path | None,
    force: bool,
    as_json: bool,
    **named: str | None,
) -> None:
    """Propose a first map from what customers did, and say how well it fits.

    SOURCE is a file of events or a built log; the workspace's events when left out. The map goes to standard
    output unless --out names a file.
    """
    if out is not None and out.exists() and not force:
        raise click.ClickException(f"{out} exists; name another file or add --force")
    log = events(source, **named)
    proposed = propose_map(log, stages=stages, title=title)
    found = proposed.align(log)
    if as_json:
        print_json({"map": proposed.text, "fitness": found.fitness, "exact": found.exact})
        return
    if out is None:
        click.echo(proposed.text, nl=False)
    else:
        proposed.save(out)
        console.print(f"wrote {out}: {len(proposed.stages)} stages")
    click.echo(
        f"# fitness {found.fitness:.4f}; followed exactly by {found.exact * 100:.2f} % of customers", err=True
    )
