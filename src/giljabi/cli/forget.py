"""``giljabi forget``: remove everything that is kept of a customer, for good."""

from __future__ import annotations

import click

from giljabi.bootstrap import ErasurePreview, PrivacyRequest, open_workspace
from giljabi.cli.output import as_json, console, print_json, progress_bar
from giljabi.model.errors import StorageUnavailable


@click.command("forget")
@click.argument("customer")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--note", default="", help="How the customer asked; it goes once they are forgotten.")
@as_json
def command(customer: str, yes: bool, note: str, as_json: bool) -> None:
    """Forget CUSTOMER: an id, or any identifier such as an e-mail address.

    Shows what is kept of them, asks, removes it everywhere, and keeps them out from then on.
    """
    with open_workspace() as workspace:
        preview = workspace.forgetting.preview(customer)
        if not yes:
            _show(preview)
            typed = click.prompt(f"This cannot be undone. Type {preview.customer} to go on", default="")
            if typed != preview.customer:
                raise click.Abort
        asked = workspace.forgetting.request("erasure", preview.customer, note=note)
        with progress_bar("Forgetting") as progress:
            workspace.forgetting.run(progress)
        done = workspace.forgetting.get(asked.id)
    if done.state != "done":
        raise StorageUnavailable(done.error or f"request {done.id} is done by another process just now")
    if as_json:
        print_json({"request": done.id, "removed": done.figures, "left": list(done.left)})
        return
    _tell(done)


def _show(preview: ErasurePreview) -> None:
    console.print(f"[bold]{preview.customer}[/]")
    for kind, value in preview.identifiers:
        console.print(f"  {kind} {value}", highlight=False)
    for kind, value in preview.shared:
        console.print(f"  {kind} {value} [dim](others hold it too: it stays with them)[/]", highlight=False)
    for place, counts in preview.counts.items():
        for what, count in counts.items():
            if count:
                console.print(f"  {place}: {count:,} {what}")


def _tell(done: PrivacyRequest) -> None:
    console.print(f"forgotten; request {done.id}", highlight=False)
    for place, counts in done.figures.items():
        console.print(f"  {place}: {', '.join(f'{count:,} {what}' for what, count in counts.items())}")
    for one in done.left:
        console.print(f"  the database did not allow: {one}")
