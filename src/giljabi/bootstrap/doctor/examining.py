"""The whole examination, from the settings to the lake; what cannot be looked at ends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from giljabi.bootstrap.described_settings import described_settings
from giljabi.bootstrap.doctor.database import on_first_look, on_server
from giljabi.bootstrap.doctor.files import on_files
from giljabi.bootstrap.doctor.finding import Finding, error, ok
from giljabi.bootstrap.doctor.settings import on_settings
from giljabi.bootstrap.doctor.workspace import on_workspace
from giljabi.bootstrap.opening import database_addresses, open_workspace
from giljabi.bootstrap.settings import Settings, read_settings, settings_file, unknown_variables
from giljabi.model.errors import BadParameter, GiljabiError


def examine(environ: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Look at an installation, one thing after the other; what is not there yet is not made.

    Parameters
    ----------
    environ
        By default the environment of this process.
    """
    try:
        settings, file = read_settings(environ), settings_file(environ)
    except BadParameter as cause:
        yield error("settings", f"{cause}.", "Nothing starts before that is right; see docs/settings.md.")
        return
    yield from on_settings(settings, unknown_variables(environ))
    told = described_settings(environ)
    yield from on_files(settings, file, frozenset(one.name for one in told if one.origin == str(file)))
    if settings.database_url is None and not (settings.place / "postgres").is_dir():
        yield ok("database", "There is none yet; the first start makes it.")
        return
    try:
        yield from _on_database(settings)
    except GiljabiError as cause:
        yield error("database", f"{cause}.", "Nothing works before that; the rest was not looked at.")


def _on_database(settings: Settings) -> Iterator[Finding]:
    from giljabi.store.postgres import first_look

    with ExitStack() as closing:
        owner, _, _ = database_addresses(settings.place, settings.database_url, closing)
        look = first_look(owner, settings.workspace)
        yield from on_first_look(look)
        if look.migration != look.newest:
            return
        if not look.has_workspace:
            yield ok(
                "workspace", f"There is no workspace {settings.workspace!r} yet; the first start makes it."
            )
            return
        workspace = closing.enter_context(open_workspace(settings=settings))
        yield from on_server(workspace.standing.facts(), settings)
        yield from on_workspace(workspace)
