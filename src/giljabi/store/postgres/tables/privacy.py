"""The tables of privacy: consent, who is kept out, what is done on request, retention, rules for fields."""

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


def _empty(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


# What consent is asked for. ``collection`` marks the purposes without which a customer's calls are not kept.
consent_purpose = Table(
    "consent_purpose",
    metadata,
    own_workspace(),
    Column("purpose", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("collection", Boolean, nullable=False, server_default=text("false")),
    moment(),
    within_workspace(),
)

# Consent as it was given and withdrawn, one row for each time it was said: the last one counts. ``subject``
# is the keyed digest of the identifier that said so; ``channel`` is empty where it holds for every channel.
consent = Table(
    "consent",
    metadata,
    own_workspace(),
    Column("consent_id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("purpose", Text, nullable=False),
    _empty("channel"),
    Column("given", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    _empty("recorded_by"),
    _empty("way"),
    _empty("wording"),
    _empty("version"),
    Column("proof", JSONB, nullable=False, server_default=text("'{}'")),
    moment(),
    within_workspace(),
    Index("ix_consent_workspace_id_subject", "workspace_id", "subject", "purpose", "channel"),
    Index("ix_consent_workspace_id_kind_value", "workspace_id", "kind", "value"),
)

Index(
    "ix_consent_withdrawn",
    consent.c.workspace_id,
    consent.c.purpose,
    postgresql_where=text("NOT given"),
)

# Who was forgotten, as keyed digests of their identifiers: they come back by no way.
suppression = Table(
    "suppression",
    metadata,
    own_workspace(),
    Column("digest", LargeBinary, primary_key=True),
    Column("request_id", Text, nullable=False),
    moment(),
    within_workspace(),
)

# A request of a customer: ``kind`` is erasure or access. Once an erasure is done nothing says whose it was.
privacy_request = Table(
    "privacy_request",
    metadata,
    own_workspace(),
    Column("request_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    _empty("customer"),
    _empty("asked_by"),
    _empty("note"),
    Column("steps", JSONB, nullable=False, server_default=text("'{}'")),
    _empty("error"),
    moment(),
    Column("done_at", DateTime(timezone=True)),
    within_workspace(),
)

# How many days what came from a source is kept; an empty ``source_id`` is what came by files.
retention = Table(
    "retention",
    metadata,
    own_workspace(),
    Column("source_id", Text, primary_key=True),
    Column("days", Integer, nullable=False),
    Column("applied_at", DateTime(timezone=True)),
    Column("removed", BigInteger, nullable=False, server_default=text("0")),
    within_workspace(),
)

# What happens at the door to a field of a call: ``action`` is hash or drop. An empty ``source_id`` is all.
field_rule = Table(
    "field_rule",
    metadata,
    own_workspace(),
    Column("rule_id", Text, primary_key=True),
    _empty("source_id"),
    Column("field", Text, nullable=False),
    Column("action", Text, nullable=False),
    moment(),
    within_workspace(),
)
Index(
    "ix_field_rule_once",
    field_rule.c.workspace_id,
    field_rule.c.source_id,
    func.lower(field_rule.c.field),
    unique=True,
)
