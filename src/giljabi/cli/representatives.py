"""``giljabi representatives``: the few journeys that stand for all."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, console, print_json, print_table, shown
from giljabi.cli.source import events, roles


@click.command("representatives")
@click.argument("source", required=False)
@click.option("--k", type=int, metavar="NUMBER", help="How many; chosen when left out.")
@click.option("--seed", default=0, show_default=True, help="Of the draw from very many different journeys.")
@click.option("--customers", type=int, metavar="ROW", help="List who is nearest to the journey of this row.")
@roles
@as_json
def command(
    source: str | None,
    k: int | None,
    seed: int,
    customers: int | None,
    as_json: bool,
    **named: str | None,
) -> None:
    """Show the few journeys that stand for all, and how well they do.

    SOURCE is a file of events or a built log; the workspace's events when left out.
    """
    answer = events(source, **named).representatives(k, seed=seed)
    if customers is not None:
        ids = answer.audience(customers).ids
        if as_json:
            print_json(ids)
        else:
            click.echo("".join(f"{one}\n" for one in ids), nl=False)
        return
    facts = {
        name: getattr(answer, name)
        for name in ("customers", "variants", "compared", "coverage", "distance", "emd", "capped")
    }
    if as_json:
        print_json({"representatives": answer.rows(), **facts})
        return
    print_table(
        f"Representatives: {len(answer)} of {answer.variants:,} different journeys",
        [
            ("row", "right"),
            ("customers", "right"),
            ("share", "right"),
            ("exactly so", "right"),
            ("distance", "right"),
            ("events", "left"),
        ],
        [
            (
                number,
                one.customers,
                shown(one.share, "share"),
                one.exact,
                shown(one.distance),
                " → ".join(one.events),
            )
            for number, one in enumerate(answer.representatives, 1)
        ],
    )
    console.print(
        f"{shown(answer.coverage, 'share')} of customers are nearer than half to one of them; "
        f"mean distance (earth mover's) {shown(answer.distance)}"
    )
