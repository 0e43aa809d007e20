"""``giljabi accounts``: who may come in, for whoever runs the server."""

from __future__ import annotations

import click
import msgspec

from giljabi.access import GUEST_ROLES, ROLES, Principal, Role, Visit
from giljabi.bootstrap import Workspace, open_workspace
from giljabi.cli.output import as_json, console, print_json, print_table

_HERE = Principal(account="", name="command line", role="owner")
"""Who runs the server may do everything; the audit log says that it was done here."""


@click.group("accounts", invoke_without_command=True)
@as_json
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List who may come in, invite somebody, help somebody back in."""
    if context.invoked_subcommand is not None:
        return
    with open_workspace() as workspace:
        people, invitations = workspace.accounts.people(), workspace.accounts.invitations()
    if as_json:
        print_json(
            {
                "accounts": [msgspec.structs.asdict(one) for one in people],
                "invitations": [msgspec.structs.asdict(one) for one in invitations],
            }
        )
        return
    if not people:
        console.print("there is no account yet; begin with: giljabi accounts owner-link")
        return
    columns = [("name", "left"), ("e-mail", "left"), ("role", "left"), ("last seen", "left"), ("", "left")]
    rows = [
        [
            one.name,
            one.email,
            one.role,
            f"{one.last_seen_at:%Y-%m-%d %H:%M} UTC" if one.last_seen_at else "–",
            "" if one.enabled else "disabled",
        ]
        for one in people
    ]
    rows += [["", one.email, one.role, "–", "invited"] for one in invitations]
    print_table("Accounts", columns, rows)


@command.command("owner-link")
def owner_link() -> None:
    """Print a link that makes the first owner; it works once, within a day."""
    with open_workspace() as workspace:
        token = workspace.accounts.owner_link()
        if token is None:
            raise click.ClickException(
                "there is an owner already; invite others with: giljabi accounts invite"
            )
        _note(workspace, "owner_link")
        click.echo(workspace.accounts.address_of("start", token))


@command.command("make-owner")
@click.argument("email")
@click.option("--name", default="", help="How others see them.")
@click.password_option(help="Asked for when it is not given, which keeps it out of the shell's history.")
def make_owner(email: str, name: str, password: str) -> None:
    """Make the first owner here, where no browser reaches the server yet."""
    with open_workspace() as workspace:
        token = workspace.accounts.owner_link()
        if token is None:
            raise click.ClickException(
                "there is an owner already; invite others with: giljabi accounts invite"
            )
        workspace.accounts.begin(token, email, name, password, "", Visit(agent="command line"))
        console.print(f"{email} is the owner, and signs in with this password")


@command.command("invite")
@click.argument("email")
@click.option(
    "--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What they become."
)
@click.option(
    "--map", "maps", multiple=True, metavar="ID", help="A map that a guest may see; give it once for each."
)
@click.option(
    "--map-role",
    type=click.Choice(GUEST_ROLES),
    default="viewer",
    show_default=True,
    help="What a guest is there.",
)
@click.option(
    "--language", type=click.Choice(["ko", "en"]), default="en", show_default=True, help="Of the mail."
)
def invite(email: str, role: Role, maps: tuple[str, ...], map_role: Role, language: str) -> None:
    """Invite somebody by mail; without a mail server their link is printed, to be passed on."""
    with open_workspace() as workspace:
        chosen = dict.fromkeys(maps, map_role)
        invitation = workspace.accounts.invite(_HERE, email, role, chosen, language)
        _note(workspace, "invite", role=role)
        if invitation.problem:
            click.echo(f"giljabi: {invitation.problem}; pass this link on yourself:", err=True)
        if invitation.token is None:
            console.print(f"the invitation went out to {invitation.email}")
        else:
            click.echo(workspace.accounts.address_of("join", invitation.token))


@command.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link by which somebody chooses a new password; it works once, within an hour."""
    with open_workspace() as workspace:
        token = workspace.accounts.reset_link(email)
        _note(workspace, "reset_link")
        click.echo(workspace.accounts.address_of("reset", token))


@command.command("turn-off-second-factor")
@click.argument("email")
def turn_off_second_factor(email: str) -> None:
    """Let somebody in by the password alone who has lost authenticator and recovery codes."""
    with open_workspace() as workspace:
        account = workspace.accounts.turn_off_totp_of(email)
        _note(workspace, "turn_off_second_factor", account.id)
        console.print(f"{account.email} needs no second factor now; let them set one up again")


@command.command("sign-out-everyone")
def sign_out_everyone() -> None:
    """End every session; tokens of programs stay."""
    with open_workspace() as workspace:
        ended = workspace.accounts.end_everyones_sessions()
        console.print(f"{ended} session{'s' if ended != 1 else ''} ended")


def _note(workspace: Workspace, what: str, object: str = "", **detail: str) -> None:  # noqa: A002
    workspace.audit.note(_HERE, f"accounts.{what}", object, **detail)
