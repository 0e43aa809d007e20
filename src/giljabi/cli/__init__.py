"""The command line: one file per verb, tables for people, ``--json`` for programs.

Exit status: 0 when all is well, 1 when a claim is contradicted (`giljabi check`), 2 for bad input.
"""

from __future__ import annotations

import errno
import importlib
import io
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import click

from giljabi import __version__
from giljabi.model.errors import GiljabiError
from giljabi.notebook import RowsRefused

_VERBS = {
    "up": "Serve the app in the browser.",
    "worker": "Do the background work: seal what came in, pull sources.",
    "demo": "Simulate a shop, prove its map and serve the app.",
    "import": "Bring a file of events or feedback into the workspace.",
    "accounts": "List who may come in, invite somebody, help somebody back in.",
    "sources": "List the ways by which data comes in, add one, pull one.",
    "backup": "Write a workspace into one file, as it is at one moment.",
    "restore": "Bring a backup into an empty home or database.",
    "export-customer": "Write everything that is kept of a customer to a file.",
    "forget": "Remove everything that is kept of a customer, for good.",
    "propose": "Propose a first map from what customers did.",
    "check": "Prove every claim of a map.",
    "graph": "Show which event follows which, how often and how fast.",
    "variants": "Show the most frequent ways through, or the tree of how they begin.",
    "representatives": "Show the few journeys that stand for all.",
    "stages": "Cut journeys into stages, and show what the cut is worth.",
    "steps": "Show where customers are at each step.",
    "attribution": "Credit conversions to the channels before them, by several models.",
    "drivers": "Show what, seen early, goes with converting later.",
    "funnel": "Count the customers who come through steps.",
    "conversion": "Measure who goes on from one event to another, against the rest.",
    "durations": "Measure how long it takes from one event to another.",
    "waiting": "Show between which stages customers wait.",
    "compare": "Show how two audiences, periods or logs differ.",
    "retention": "Show what share of customers comes back, by when they began.",
    "lifecycle": "Count new, returning, resurrected and dormant customers.",
    "stickiness": "Count customers by the days on which they are active.",
    "sessions": "Cut events into sessions, by a fixed gap or where the log says.",
    "changes": "Show what changed in the last period against the one before.",
    "drift": "Show in which windows the process changed.",
    "friction": "Show where customers repeat, step back, hesitate, rage or leave.",
    "doctor": "Look for what is unsafe or broken, and say what to do.",
    "settings": "Show every setting, and where it was said.",
    "simulate": "Write the events of a simulated shop, with the truth beside them.",
}


class _Verbs(click.Group):
    """Loads a verb's file when it is called, so that the others cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        file = {"import": "import_file", "export-customer": "export_customer"}.get(cmd_name, cmd_name)
        module = importlib.import_module(f"giljabi.cli.{file}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(_VERBS.items()))

    def invoke(self, ctx: click.Context) -> object:
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A terminal that cannot show Korean shows question marks; a file or pipe loses nothing.
            if sys.stdout.isatty():
                sys.stdout.reconfigure(errors="replace")
            else:
                sys.stdout.reconfigure(encoding="utf-8")
        try:
            with _ending_in_order(), _warnings_in_words():
                return super().invoke(ctx)
        except click.ClickException as error:
            # Status 1 is kept for a contradicted claim, so that a wrong call does not look like one.
            error.show()
            ctx.exit(2)
        except GiljabiError as error:
            click.echo(f"giljabi: {error}", err=True)
            ctx.exit(2)
        except ModuleNotFoundError as error:
            click.echo(f"giljabi: this needs {error.name}; install giljabi[all]", err=True)
            ctx.exit(2)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            click.echo(f"giljabi: {error.strerror}: {error.filename}", err=True)
            ctx.exit(2)


@contextmanager
def _warnings_in_words() -> Iterator[None]:
    """Show what the notebook front warns of without the place in the code that it warns from."""

    def show(message: Warning | str, *_: object) -> None:
        click.echo(f"giljabi: {message}", err=True)

    with warnings.catch_warnings():
        warnings.simplefilter("always", RowsRefused)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Make the end of a terminal or a session an exit like any other, which stops the database too."""

    def leave(*_: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    def pass_on(*_: object) -> None:
        # A server takes SIGTERM into its own hands, but knows nothing of terminals.
        signal.raise_signal(signal.SIGTERM)

    ends = {signal.SIGTERM: leave, signal.SIGHUP: pass_on}
    before = {
        end: signal.signal(end, way) for end, way in ends.items() if signal.getsignal(end) == signal.SIG_DFL
    }
    try:
        yield
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)


@click.command(cls=_Verbs)
@click.version_option(__version__, prog_name="giljabi")
def main() -> None:
    """Giljabi: customer journey maps that run."""
