"""Whether a workspace is well: its people, its keys, its work, its lake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from giljabi.bootstrap.doctor.finding import Finding, error, ok, warning
from giljabi.bootstrap.doctor.settings import is_own
from giljabi.bootstrap.workspace import Workspace
from giljabi.model.errors import LogMissing, StorageUnavailable
from giljabi.store import StoredAccount

_SILENT = timedelta(seconds=30)
_WAITS_LONG = timedelta(minutes=10)
_UNUSED = timedelta(days=90)
_MANY_SNAPSHOTS = 500


def on_workspace(workspace: Workspace) -> Iterator[Finding]:
    """Look at a workspace; nothing of it is changed."""
    people = workspace.accounts.people()
    yield from _people(workspace, people)
    yield from _keys(workspace, people)
    yield from _work(workspace)
    yield from _lake(workspace)


def _people(workspace: Workspace, people: Sequence[StoredAccount]) -> Iterator[Finding]:
    settings = workspace.settings
    if not any(one.role == "owner" and one.enabled for one in people):
        if settings.accounts == "none" and not people:
            if _has_data(workspace):
                yield warning(
                    "owner",
                    "The workspace holds data, and whoever uses this machine sees all of it.",
                    "Unset GILJABI_ACCOUNTS, start giljabi up, and open the link it prints.",
                )
            return
        yield (error if not is_own(settings.host) else warning)(
            "owner", "Nobody owns the workspace.", "Start giljabi up and open the link it prints."
        )
        return
    yield ok("owner", "The workspace has an owner.")
    powerful = [one for one in people if one.enabled and one.role in {"owner", "admin"}]
    without = [one for one in powerful if one.has_password and not one.second_factor]
    if without:
        yield warning(
            "second factor",
            f"{len(without)} of {len(powerful)} owners and admins sign in with a password alone.",
            "Have them set up a second factor on their account page.",
        )
    else:
        yield ok("second factor", "All owners and admins with a password have a second factor.")
    if not settings.smtp_host:
        yield warning(
            "mail",
            "Mail is not set up: invitations are links to pass on, and nobody can set a new password.",
            "Set GILJABI_SMTP_HOST and the settings beside it.",
        )
    else:
        yield ok("mail", "Mail is set up.")


def _keys(workspace: Workspace, people: Sequence[StoredAccount]) -> Iterator[Finding]:
    now = datetime.now(UTC)
    sources = [one for one in workspace.sources.list() if one.write_key and one.enabled]
    idle = [one.name for one in sources if (one.last_event_at or one.created_at) < now - _UNUSED]
    if idle:
        yield warning(
            "write keys",
            f"Nothing has come in for {_UNUSED.days} days with the keys of: {', '.join(idle)}.",
            "Switch the sources off that nobody sends to.",
        )
    elif sources:
        yield ok("write keys", "All write keys are in use, or new.")
    enabled = {one.id for one in people if one.enabled}
    tokens = [one for one in workspace.tokens.list() if one.revoked_at is None]
    live = [one for one in tokens if one.expires_at is None or one.expires_at > now]
    stale = [
        one.name
        for one in live
        if (one.last_used_at or one.created_at) < now - _UNUSED or one.account not in enabled
    ]
    if stale:
        yield warning(
            "API tokens",
            f"Unused for {_UNUSED.days} days, or their makers may not come in any more: {', '.join(stale)}.",
            "Revoke them on the page for keys.",
        )
    elif live:
        yield ok("API tokens", "All API tokens are in use, or new.")


def _work(workspace: Workspace) -> Iterator[Finding]:
    state, now = workspace.jobs.state(), datetime.now(UTC)
    alive = bool(state.workers) and now - state.workers[0] <= _SILENT
    waits = now - state.lag.oldest if state.lag.oldest is not None else timedelta(0)
    if alive:
        yield ok("worker", "A worker is at work.")
    else:
        yield (error if waits > _WAITS_LONG else warning)(
            "worker",
            f"No worker is at work; {state.lag.calls:,} calls wait.",
            "Start giljabi up (which starts one beside it) or giljabi worker.",
        )
    if alive and waits > _WAITS_LONG:
        yield warning(
            "inbox",
            f"{state.lag.calls:,} calls wait, the oldest for {waits.total_seconds() / 60:,.0f} minutes.",
            "See the data page for what the worker does, and its log for why.",
        )
    failed = sorted(one.name.partition("/")[0] for one in state.activities if one.state == "failed")
    if failed:
        yield warning(
            "jobs", f"The last run failed of: {', '.join(failed)}.", "See the data page for the reasons."
        )
    else:
        yield ok("jobs", "No job failed at its last run.")


def _lake(workspace: Workspace) -> Iterator[Finding]:
    try:
        figures = workspace.standing.lake_figures()
    except (StorageUnavailable, OSError) as cause:
        said = str(cause) if isinstance(cause, StorageUnavailable) else f"The lake does not answer: {cause}."
        yield error("lake", said, "See whether the lake's place is there and may be read and written.")
        return
    if figures.snapshots > _MANY_SNAPSHOTS:
        yield warning(
            "lake",
            f"The lake remembers {figures.snapshots:,} of its old states, with what was removed since.",
            "Let a worker run: it forgets them every hour.",
        )
    else:
        yield ok("lake", f"The lake answers: {figures.files:,} files, {figures.snapshots:,} states.")


def _has_data(workspace: Workspace) -> bool:
    try:
        return workspace.log_info().events > 0
    except LogMissing:
        return bool(workspace.imports() or workspace.sources.list())
