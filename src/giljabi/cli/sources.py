"""``giljabi sources``: the ways by which data comes in."""

from __future__ import annotations

import json
from typing import Any

import click
import msgspec

from giljabi.bootstrap import Workspace, open_workspace
from giljabi.cli.output import as_json, console, print_json, print_table, progress_bar
from giljabi.model import parse_duration


@click.group("sources", invoke_without_command=True)
@as_json
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the sources of the workspace, or do something with one."""
    if context.invoked_subcommand is not None:
        return
    with open_workspace() as workspace:
        found = [
            {
                "name": one.name,
                "kind": one.kind,
                "accepted": one.accepted,
                "refused": one.refused,
                "last_event_at": one.last_event_at,
                "last_error": one.last_error,
                "write_key": one.write_key,
                "settings": workspace.sources.shown(one),
            }
            for one in workspace.sources.list()
        ]
    if as_json:
        print_json(found)
        return
    if not found:
        console.print("there is no source yet; begin with: giljabi sources add http --name Website")
        return
    columns = [("name", "left"), ("kind", "left"), ("accepted", "right"), ("refused", "right")]
    rows = [[one[name] for name, _ in columns] + [_state(one)] for one in found]
    print_table("Sources", [*columns, ("last", "left")], rows)


def _state(source: dict[str, Any]) -> str:
    moment = source["last_event_at"]
    return source["last_error"] or (f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "–")


@command.command("add")
@click.argument("kind")
@click.option("--name", required=True, help="What events call it.")
@click.option(
    "--set", "given", multiple=True, metavar="SETTING=VALUE", help="A setting of its kind; JSON for roles."
)
@click.option("--every", help="How often it is pulled, such as 5m or 1d; by hand if left out.")
@click.option("--third-party", type=float, help="Share 0..1 of what it brings that others have gathered.")
def add(kind: str, name: str, given: tuple[str, ...], every: str | None, third_party: float | None) -> None:
    """Add a source of KIND: http, webhook, folder, sql, nats, mqtt, feed or mailbox.

    Where columns need roles and none are given, they are guessed from the first rows, and the guess is shown.
    """
    settings = dict(_setting(one) for one in given)
    seconds = None if every is None else round(parse_duration(every).total_seconds())
    with open_workspace() as workspace:
        if _needs_roles(workspace, kind) and "roles" not in settings:
            settings["roles"] = _guessed(workspace, kind, settings)
        made = workspace.sources.add(kind, name, settings, third_party=third_party, every=seconds)
    console.print(f"{made.name} was added")
    if made.write_key:
        click.echo(f"write key: {made.write_key}")
    if kind == "webhook":
        click.echo(f"address: /v1/hooks/{made.id}")


@command.command("pull")
@click.argument("name")
def pull(name: str) -> None:
    """Read the source NAME from where it was read up to, and put what it brings into the log."""
    with open_workspace() as workspace, progress_bar(f"Pulling {name}") as progress:
        facts = workspace.sources.pull(name, progress)
        workspace.jobs.ask("seal")
        workspace.jobs.work_off()
    if facts.get("busy"):
        console.print(f"{name} is being pulled by another process")
        return
    console.print(
        f"{name}: {facts['calls']:,} rows taken, {facts['refused']:,} refused, {facts['files']} files"
    )
    for failed in facts["failed"]:
        console.print(f"  {failed}")


@command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget the source NAME; what it brought stays."""
    with open_workspace() as workspace:
        workspace.sources.remove(name)
    console.print(f"{name} was removed; what it brought stays")


def _setting(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not separator:
        raise click.BadParameter(f"{text!r} is no setting; write for example --set table=orders")
    if not value.startswith(("{", "[")):
        return name, value
    try:
        return name, json.loads(value)
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"the value of {name!r} is no JSON: {error}") from error


def _needs_roles(workspace: Workspace, kind: str) -> bool:
    fields = next((one.fields for one in workspace.sources.kinds() if one.kind == kind), ())
    return any(field.kind == "roles" and field.required for field in fields)


def _guessed(workspace: Workspace, kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    seen = workspace.sources.sample(kind, settings)
    for problem in seen.problems:
        console.print(f"[dim]{problem}[/]")
    if not seen.columns or seen.missing:
        missing = ", ".join(seen.missing) or "every role"
        raise click.BadParameter(
            f"no column could be taken as {missing}; say which, for example --set "
            """'roles={"identifiers": {"user_id": "customer"}, "event": "type", "time": "created_at"}'"""
        )
    roles = {name: one for name, one in msgspec.to_builtins(seen.roles).items() if one not in (None, [])}
    console.print(f"[dim]{json.dumps(roles, ensure_ascii=False)}[/]")
    return roles
