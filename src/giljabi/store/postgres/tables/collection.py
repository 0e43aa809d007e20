"""The tables of collection: sources, the inbox, what was refused, what was expected, what is being done."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
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


source = Table(
    "source",
    metadata,
    own_workspace(),
    Column("source_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("settings", JSONB, nullable=False, server_default=text("'{}'")),
    Column("third_party", Float, nullable=False, server_default=text("0")),
    Column("every", Integer),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("cursor", JSONB, nullable=False, server_default=text("'{}'")),
    Column("write_key", Text),
    Column("accepted", BigInteger, nullable=False, server_default=text("0")),
    Column("refused", BigInteger, nullable=False, server_default=text("0")),
    Column("declined", BigInteger, nullable=False, server_default=text("0")),
    Column("former_names", JSONB, nullable=False, server_default=text("'[]'")),
    _maybe("last_run_at"),
    _maybe("last_ok_at"),
    _maybe("last_event_at"),
    Column("last_error", Text, nullable=False, server_default=text("''")),
    moment(),
    moment("updated_at"),
    within_workspace(),
)
Index("ix_source_name", source.c.workspace_id, func.lower(source.c.name), unique=True)
Index("ix_source_write_key", source.c.write_key, unique=True)

# What was acknowledged and is not yet in the lake. A row is what one request or one pull brought: its calls,
# as `giljabi.collect.calls` packs them.
inbox = Table(
    "inbox",
    metadata,
    own_workspace(),
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("calls", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# The messages of the last days, by which one that is sent again is known: a row for each batch that was
# sealed, with the digests of its messages (16 bytes each) one after the other.
seen_batch = Table(
    "seen_batch",
    metadata,
    own_workspace(),
    Column("batch_id", BigInteger, Identity(always=True), primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("digests", LargeBinary, nullable=False),
)

refusal = Table(
    "refusal",
    metadata,
    own_workspace(),
    Column("refusal_id", BigInteger, Identity(always=True), primary_key=True),
    Column("source_id", Text, nullable=False),
    moment("received_at"),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("event", Text),
    Column("body", LargeBinary, nullable=False),
    _maybe("replayed_at"),
    Index("ix_refusal_workspace_id_received_at", "workspace_id", "received_at"),
)

planned_event = Table(
    "planned_event",
    metadata,
    own_workspace(),
    Column("event", Text, primary_key=True),
    Column("about", Text, nullable=False, server_default=text("''")),
    Column("properties", JSONB, nullable=False),
    moment("updated_at"),
    within_workspace(),
)

# How often calls departed from the tracking plan, and the last that did.
plan_departure = Table(
    "plan_departure",
    metadata,
    own_workspace(),
    Column("event", Text, primary_key=True),
    Column("property", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("example", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    moment("first_at"),
    moment("last_at"),
)

# One row for each kind of background work: what it does now, and how it ended last.
activity = Table(
    "activity",
    metadata,
    own_workspace(),
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False, server_default=text("''")),
    Column("progress", Float, nullable=False, server_default=text("0")),
    Column("error", Text, nullable=False, server_default=text("''")),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    _maybe("started_at"),
    _maybe("finished_at"),
    moment("updated_at"),
)
