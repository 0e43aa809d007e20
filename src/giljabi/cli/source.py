"""Where a verb's events come from: a file, a built log, or the workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from giljabi.notebook import EventLog, open_log, read_events

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_ROLES = ("customer", "event", "time", "channel", "value")


def roles(function: Decorated) -> Decorated:
    """Add options that name the columns of a file."""
    for role in reversed(_ROLES):
        function = click.option(f"--{role}", metavar="COLUMN", help=f"Column that holds the {role}.")(
            function
        )
    return function


def events(source: str | None, **named: str | None) -> EventLog:
    """Give the events of a file, of a built log's directory, or of the workspace when no source is named."""
    if source is None:
        from giljabi.bootstrap import open_workspace

        with open_workspace() as workspace:
            return EventLog(workspace.log())
    path = Path(source)
    if path.is_dir():
        return open_log(path)
    return read_events(path, **{role: column for role, column in named.items() if column})
