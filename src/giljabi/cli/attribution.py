"""``giljabi attribution``: which channels bring the conversions."""

from __future__ import annotations

import click

from giljabi.cli.output import as_json, console, print_json, print_table, shown
from giljabi.cli.source import events, roles
from giljabi.measure import MODELS


@click.command("attribution")
@click.argument("source")
@click.argument("conversion")
@click.option("--channels", default="channel", show_default=True, help='A column, or "event" for names.')
@click.option("--model", "models", type=click.Choice(MODELS), multiple=True, help="Several may be named.")
@click.option("--lookback", default="30d", show_default=True, metavar="DURATION", help='Or "none".')
@click.option("--amounts", metavar="COLUMN", help="Credit the amounts of this column.")
@click.option("--conversions", type=click.Choice(["every", "first"]), default="every", show_default=True)
@click.option("--half-life", default="7d", show_default=True, metavar="DURATION", help="Of time decay.")
@click.option("--by", metavar="COLUMN", help="Break down by this column.")
@roles
@as_json
def command(
    source: str,
    conversion: str,
    channels: str,
    models: tuple[str, ...],
    lookback: str,
    amounts: str | None,
    conversions: str,
    half_life: str,
    by: str | None,
    as_json: bool,
    **named: str | None,
) -> None:
    """Credit every CONVERSION to the channels of the touches before it.

    SOURCE is a file of events or a built log; a single dash means the workspace's events. Without --model all
    models stand side by side.
    """
    log = events(None if source == "-" else source, **named)
    answer = log.attribution(
        conversion,
        channel=channels,
        model=models or MODELS,
        lookback=None if lookback == "none" else lookback,
        value=amounts,
        conversions=conversions,
        half_life=half_life,
        by=by,
    )
    rows = answer.rows()
    if as_json:
        print_json({"conversions": answer.conversions, "direct": answer.direct, "channels": rows})
        return
    texts = {"group", "channel"}
    print_table(
        f"Attribution of {conversion}",
        [(name, "left" if name in texts else "right") for name in answer.columns],
        [tuple(str(row[name]) if name in texts else row[name] for name in answer.columns) for row in rows],
    )
    console.print(f"Without a touch: {shown(answer.direct)} of {shown(answer.total)}", style="dim")
