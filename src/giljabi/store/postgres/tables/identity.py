"""The tables of identity: customers, their identifiers, and how they came together."""

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
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from giljabi.store.postgres.tables.base import metadata, moment, own_workspace, within_workspace

# A customer that was merged into another keeps its row, which names the one it is now part of: at the end of
# all merges, so that one look is enough. Traits stay with the customer they were told of; ``trait_times``
# says when (milliseconds since 1970), so that those of a merged customer can be laid over each other.
customer = Table(
    "customer",
    metadata,
    own_workspace(),
    Column("customer_id", Text, primary_key=True),
    Column("merged_into", Text),
    Column("traits", JSONB, nullable=False, server_default=text("'{}'")),
    Column("trait_times", JSONB, nullable=False, server_default=text("'{}'")),
    moment(),
    moment("updated_at"),
)
Index(
    "ix_customer_merged_into",
    customer.c.workspace_id,
    customer.c.merged_into,
    postgresql_where=text("merged_into IS NOT NULL"),
)

# Which customer an identifier was tied to; whom it belongs to now, that customer's row says. The value stands
# first in the key, and in plain order, so that the key also finds values by their beginning.
identifier = Table(
    "identifier",
    metadata,
    own_workspace(),
    Column("value", Text(collation="C"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    moment("first_at"),
    moment("last_at"),
    Index("ix_identifier_workspace_id_customer_id", "workspace_id", "customer_id"),
)

# Who held a shared identifier since when; only identifiers that changed hands have rows here. ``replayed``:
# whether the events have followed.
identifier_holder = Table(
    "identifier_holder",
    metadata,
    own_workspace(),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("since", DateTime(timezone=True), primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("replayed", Boolean, nullable=False, server_default=text("false")),
)
Index(
    "ix_identifier_holder_waiting",
    identifier_holder.c.workspace_id,
    postgresql_where=text("NOT replayed"),
)

identity_rule = Table(
    "identity_rule",
    metadata,
    own_workspace(),
    Column("kind", Text, primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("unique", Boolean, nullable=False),
    Column("limit", Integer),
    Column("blocked", JSONB, nullable=False, server_default=text("'[]'")),
    moment("updated_at"),
    within_workspace(),
)

# Every merge and split, with its cause. ``state``: waiting (events not yet moved), done, undone.
identity_edge = Table(
    "identity_edge",
    metadata,
    own_workspace(),
    Column("edge_id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("from_customer", Text, nullable=False),
    Column("to_customer", Text, nullable=False),
    Column("cause", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    moment("at"),
    Column("undone_at", DateTime(timezone=True)),
    Index("ix_identity_edge_workspace_id_from_customer", "workspace_id", "from_customer"),
    Index("ix_identity_edge_workspace_id_to_customer", "workspace_id", "to_customer"),
)
Index(
    "ix_identity_edge_waiting",
    identity_edge.c.workspace_id,
    identity_edge.c.state,
    postgresql_where=text("state <> 'done'"),
)

# Pairs of identifiers that may not merge customers any more, for a person took such a merge back.
identity_apart = Table(
    "identity_apart",
    metadata,
    own_workspace(),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("other_kind", Text, primary_key=True),
    Column("other_value", Text, primary_key=True),
    Column("edge_id", BigInteger, nullable=False),
)

customer_group = Table(
    "customer_group",
    metadata,
    own_workspace(),
    Column("group_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("traits", JSONB, nullable=False, server_default=text("'{}'")),
    moment(),
    moment("updated_at"),
)

group_member = Table(
    "group_member",
    metadata,
    own_workspace(),
    Column("group_id", Text, primary_key=True),
    Column("customer_id", Text, primary_key=True),
    moment("since"),
    Index("ix_group_member_workspace_id_customer_id", "workspace_id", "customer_id"),
)

match_proposal = Table(
    "match_proposal",
    metadata,
    own_workspace(),
    Column("left_customer", Text, primary_key=True),
    Column("right_customer", Text, primary_key=True),
    Column("weight", Float, nullable=False),
    Column("probability", Float, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    moment("proposed_at"),
    Column("decided_at", DateTime(timezone=True)),
)
