"""Checks of maps: made once per state of map, events and feedback, then read back."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

import giljabi
from giljabi.bootstrap import Workspace
from giljabi.mapping import check
from giljabi.model import parse_map
from giljabi.model.errors import LogMissing
from giljabi.server.views.check import CheckView, check_view
from giljabi.store import StoredCheck

AT_ONCE = 5_000_000
"""Logs of up to so many events are checked while the list of maps is drawn."""


def checked(workspace: Workspace, map_id: str) -> CheckView:
    """Give the check of a map on what is known now; made anew when something changed since the last.

    Raises
    ------
    NotFound
        If there is no such map.
    LogMissing
        If there are no events yet.
    """
    stored = workspace.map(map_id)
    snapshot = _state(workspace)
    last = workspace.last_check(map_id)
    if last is not None and not last.stale and last.snapshot == snapshot:
        return msgspec.convert(last.result, CheckView)
    found = check(parse_map(stored.text), workspace.log(), workspace.feedback())
    view = check_view(found, datetime.now(UTC))
    workspace.save_check(map_id, snapshot, msgspec.to_builtins(view))
    return view


def standing(workspace: Workspace) -> dict[str, StoredCheck]:
    """Give, by map, the checks that stand: on the map, events and feedback there are now.

    Maps without one are checked first where the log is small enough; on a large log they stay unchecked
    until somebody opens them.
    """
    try:
        small = workspace.log_info().events <= AT_ONCE
    except LogMissing:
        return {}
    snapshot = _state(workspace)
    if small:
        for one in workspace.list_maps():
            checked(workspace, one.id)
    last = workspace.last_checks().items()
    return {of: one for of, one in last if not one.stale and one.snapshot == snapshot}


def _state(workspace: Workspace) -> str:
    """Name what a check rests on: events, feedback, and the version that would judge them."""
    return f"{giljabi.__version__}+{workspace.snapshot()}"
