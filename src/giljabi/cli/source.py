"""Where a verb's events come from: a file, a built log, or the workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from giljabi.model import parse_audience
from giljabi.notebook import EventLog, open_log, read_events

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_ROLES = ("customer", "event", "time", "channel", "value")


_ONLY = 'Keep these customers, for example "{did: {event: pay}, at_least: 2}".'


def roles(function: Decorated) -> Decorated:
    """Add options that name the columns of a file, and the one that keeps an audience."""
    return click.option("--only", metavar="AUDIENCE", help=_ONLY)(columns(function))


def columns(function: Decorated) -> Decorated:
    """Add options that name the columns of a file."""
    for role in reversed(_ROLES):
        function = click.option(f"--{role}", metavar="COLUMN", help=f"Column that holds the {role}.")(
            function
        )
    return function


def events(source: str | None, *, only: str | None = None, **named: str | None) -> EventLog:
    """Give the events of a file, of a built log's directory, or of the workspace when no source is named.

    ``only`` is an audience in its text form; in the workspace it may name segments and stages of maps.
    """
    audience = None if only is None else parse_audience(only)
    if source is None:
        from giljabi.bootstrap import open_workspace

        with open_workspace() as workspace:
            log = EventLog(workspace.log())
            audience = None if audience is None else workspace.resolve(audience)
    elif Path(source).is_dir():
        log = open_log(source)
    else:
        log = read_events(Path(source), **{role: column for role, column in named.items() if column})
    return log if audience is None else log.only(audience)
