"""The tables of maps, segments, imports and feedback, and the catalogue of the lake."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    DateTime,
    Float,
    Identity,
    Index,
    String,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from giljabi.store.postgres.tables.base import metadata, moment, own_workspace, within_workspace

workspace = Table(
    "workspace",
    metadata,
    own_workspace(),
    Column("name", Text, nullable=False),
    moment(),
)

journey_map = Table(
    "journey_map",
    metadata,
    own_workspace(),
    Column("map_id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    moment(),
    moment("updated_at"),
    within_workspace(),
)

map_check = Table(
    "map_check",
    metadata,
    own_workspace(),
    Column("map_id", Text, primary_key=True),
    Column("checked_at", DateTime(timezone=True), primary_key=True, server_default=func.clock_timestamp()),
    Column("snapshot", Text, nullable=False),
    Column("result", JSONB, nullable=False),
    within_workspace("map_id", to="journey_map"),
)

segment = Table(
    "segment",
    metadata,
    own_workspace(),
    Column("segment_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("audience", Text, nullable=False),
    moment(),
    moment("updated_at"),
    within_workspace(),
)
Index("ix_segment_name", segment.c.workspace_id, func.lower(segment.c.name), unique=True)

imported = Table(
    "import",
    metadata,
    own_workspace(),
    Column("import_id", Text, primary_key=True),
    Column("file", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("roles", JSONB, nullable=False),
    Column("step", Text, nullable=False),
    Column("progress", Float, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("error", Text, nullable=False),
    Column("rejects_path", Text, nullable=False),
    Column("preview", JSONB, nullable=False),
    moment(),
    within_workspace(),
)
# A file is brought in once: this holds even where two processes try at once.
Index(
    "ix_import_once",
    imported.c.workspace_id,
    imported.c.kind,
    imported.c.digest,
    unique=True,
    postgresql_where=text("state = 'done'"),
)

# ``customer`` is whose it is now; ``arrived`` whom it named when it came in, once it has moved.
feedback = Table(
    "feedback",
    metadata,
    own_workspace(),
    Column("feedback_id", BigInteger, Identity(always=True), primary_key=True),
    Column("import_id", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("score", Float),
    Column("text", Text),
    Column("touchpoint", Text),
    Column("arrived", Text),
    Column("moved_at", DateTime(timezone=True)),
    within_workspace("import_id", to="import"),
    Index("ix_feedback_workspace_id_import_id", "workspace_id", "import_id"),
    Index("ix_feedback_workspace_id_customer", "workspace_id", "customer", "time"),
)
Index(
    "ix_feedback_moved_at",
    feedback.c.workspace_id,
    feedback.c.moved_at,
    postgresql_where=text("moved_at IS NOT NULL"),
)

# The catalogue of the lake, in pyiceberg's own shape (`pyiceberg.catalog.sql`): one namespace per workspace,
# named by its id, which the generated column repeats for the policy.
iceberg_tables = Table(
    "iceberg_tables",
    metadata,
    Column("catalog_name", String(255), primary_key=True),
    Column("table_namespace", String(255), primary_key=True),
    Column("table_name", String(255), primary_key=True),
    Column("metadata_location", String(1000)),
    Column("previous_metadata_location", String(1000)),
    Column("iceberg_type", String(5)),
    Column("workspace_id", Uuid(as_uuid=False), Computed("table_namespace::uuid", persisted=True)),
)

iceberg_namespace_properties = Table(
    "iceberg_namespace_properties",
    metadata,
    Column("catalog_name", String(255), primary_key=True),
    Column("namespace", String(255), primary_key=True),
    Column("property_key", String(255), primary_key=True),
    Column("property_value", String(1000), nullable=False),
    Column("workspace_id", Uuid(as_uuid=False), Computed("namespace::uuid", persisted=True)),
)
