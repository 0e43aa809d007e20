"""The tables of access: accounts, sessions, second factors, guests, links, tokens, and the audit log.

Whatever opens a door (a session, a link, a token, a recovery code) is kept as its SHA-256 digest alone.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from giljabi.store.postgres.tables.base import metadata, moment, own_workspace, within_workspace


def _maybe(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


def _empty(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


# ``totp_secret`` is encrypted by the workspace's vault; ``totp_step`` is the last time step that was used.
account = Table(
    "account",
    metadata,
    own_workspace(),
    Column("account_id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    _empty("name"),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    _empty("language"),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("totp_secret", LargeBinary),
    Column("totp_confirmed", Boolean, nullable=False, server_default=text("false")),
    Column("totp_step", BigInteger, nullable=False, server_default=text("0")),
    moment(),
    moment("password_changed_at"),
    _maybe("last_seen_at"),
    within_workspace(),
)
Index("ix_account_email", account.c.workspace_id, func.lower(account.c.email), unique=True)

# Who an account is at a provider of OpenID Connect.
account_login = Table(
    "account_login",
    metadata,
    own_workspace(),
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    moment(),
    within_workspace("account_id", to="account"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    own_workspace(),
    Column("account_id", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    _maybe("used_at"),
    within_workspace("account_id", to="account"),
)

# ``complete`` is false while a second factor is still to be given.
session = Table(
    "session",
    metadata,
    own_workspace(),
    Column("digest", LargeBinary, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("complete", Boolean, nullable=False),
    _empty("address"),
    _empty("agent"),
    moment(),
    moment("seen_at"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    within_workspace("account_id", to="account"),
    Index("ix_session_workspace_id_account_id", "workspace_id", "account_id"),
)

# A link that works once: ``purpose`` is owner, invitation, reset or email. ``offer`` is what it gives: a
# role, and the maps of a guest.
one_time_link = Table(
    "one_time_link",
    metadata,
    own_workspace(),
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),
    _empty("email"),
    Column("account_id", Text),
    Column("offer", JSONB, nullable=False, server_default=text("'{}'")),
    _empty("made_by"),
    moment(),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    _maybe("used_at"),
    within_workspace("account_id", to="account"),
    Index("ix_one_time_link_workspace_id_purpose", "workspace_id", "purpose"),
)

# The maps a guest may open, and as what: viewer, commenter or editor.
map_guest = Table(
    "map_guest",
    metadata,
    own_workspace(),
    Column("map_id", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    moment(),
    within_workspace("map_id", to="journey_map"),
    within_workspace("account_id", to="account"),
)

api_token = Table(
    "api_token",
    metadata,
    own_workspace(),
    Column("token_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", JSONB, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("hint", Text, nullable=False),
    moment(),
    _maybe("expires_at"),
    _maybe("last_used_at"),
    _maybe("revoked_at"),
    within_workspace("account_id", to="account"),
    Index("ix_api_token_digest", "digest", unique=True),
)

# What was tried too often: a count within a window, and until when it is locked.
throttle = Table(
    "throttle",
    metadata,
    own_workspace(),
    Column("key", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    _maybe("locked_until"),
    within_workspace(),
)

# Who changed what. The application may add and read; nobody may change or remove.
audit_entry = Table(
    "audit_entry",
    metadata,
    own_workspace(),
    Column("entry_id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    _empty("account_id"),
    _empty("actor"),
    _empty("token_id"),
    Column("action", Text, nullable=False),
    _empty("object"),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
    _empty("address"),
    Index("ix_audit_entry_workspace_id_at", "workspace_id", "at"),
)
