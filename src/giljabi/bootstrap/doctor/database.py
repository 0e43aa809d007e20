"""Whether the database is safe, and of this version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from giljabi.bootstrap.doctor.finding import Finding, error, ok, warning
from giljabi.bootstrap.settings import Settings
from giljabi.store import DatabaseFacts

if TYPE_CHECKING:
    from giljabi.store.postgres import FirstLook

_OLDEST = 160_000
_SKEW, _WIDE_SKEW = 2.0, 30.0
"""Seconds two clocks may differ by: one-time codes hold for 30."""


def on_first_look(look: FirstLook) -> Iterator[Finding]:
    """Look at migrations and the application's role."""
    if look.migration is None:
        yield ok("migrations", "The database is empty; the first start sets it up.")
    elif look.migration == look.newest:
        yield ok("migrations", f"The database is at migration {look.migration}, the newest.")
    elif look.migration > look.newest:
        yield error(
            "migrations",
            f"The database is at migration {look.migration}, newer than this version ({look.newest}).",
            "Update Giljabi on this machine; it does not start before.",
        )
    else:
        yield warning(
            "migrations",
            f"The database is at migration {look.migration}; this version wants {look.newest}.",
            "Make a backup (giljabi backup); the next start brings it up.",
        )
    if look.unbound:
        yield error(
            "row security",
            "The role giljabi_app is above row security: workspaces could see each other's rows.",
            "ALTER ROLE giljabi_app NOSUPERUSER NOBYPASSRLS",
        )
    elif look.migration is not None:
        yield ok("row security", "The application's role sees the rows of its workspace alone.")


def on_server(facts: DatabaseFacts, settings: Settings) -> Iterator[Finding]:
    """Look at the server: its version, the way to it, its clock."""
    if facts.number < _OLDEST:
        yield error("database", f"PostgreSQL {facts.version} is too old.", "Update it to 16 or newer.")
    else:
        yield ok("database", f"PostgreSQL {facts.version} answers.")
    yield from _way(facts, settings)
    skew = abs((datetime.now(UTC) - facts.clock).total_seconds())
    if skew > _SKEW:
        yield (error if skew > _WIDE_SKEW else warning)(
            "clock",
            f"The clocks of this machine and of the database differ by {skew:,.0f} seconds.",
            "Have both set by NTP: sessions, one-time codes and the times of events rest on them.",
        )
    else:
        yield ok("clock", "The clocks of this machine and of the database agree.")


def _way(facts: DatabaseFacts, settings: Settings) -> Iterator[Finding]:
    modes = parse_qs(urlsplit(settings.database_url or "").query).get("sslmode", [""])
    if facts.encrypted is None:
        yield ok("connection", "What goes to the database does not leave this machine.")
    elif not facts.encrypted:
        yield error(
            "connection",
            "What goes to the database can be read on the way.",
            "Add sslmode=verify-full to GILJABI_DATABASE_URL.",
        )
    elif modes[-1] not in {"verify-full", "verify-ca"}:
        yield warning(
            "connection",
            "What goes to the database is encrypted, but nobody checks that it is that database.",
            "Add sslmode=verify-full (and sslrootcert=…) to GILJABI_DATABASE_URL.",
        )
    else:
        yield ok("connection", "What goes to the database is encrypted, and its certificate is checked.")
