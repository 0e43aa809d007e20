"""The first tables: workspaces, maps and checks, imports, feedback, and the catalogue of the lake.

Every table has ``workspace_id`` and a policy on it, which its owner obeys too. There is no way back down: a
database is restored from its backup, not migrated backward.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPLICATION_ROLE = "giljabi_app"


def upgrade() -> None:
    role()
    workspaces()
    maps()
    imports()
    catalogue()
    for table in (
        "workspace",
        "journey_map",
        "map_check",
        "import",
        "feedback",
        "iceberg_tables",
        "iceberg_namespace_properties",
    ):
        shut_in(table)


def role() -> None:
    # Roles belong to the server, not to the database: another database may have made it already. Whoever may
    # make roles is an admin of what they made, and lets themselves take it on.
    op.execute(f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN
                CREATE ROLE {APPLICATION_ROLE} NOLOGIN NOINHERIT;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
    """)
    op.execute(f"""
        DO $$ BEGIN
            IF NOT pg_has_role('{APPLICATION_ROLE}', 'SET') THEN
                GRANT {APPLICATION_ROLE} TO CURRENT_USER WITH SET TRUE;
            END IF;
        END $$
    """)
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}")


def shut_in(table: str) -> None:
    """Let the application role work on the rows of its workspace, and nobody on others."""
    name = f'"{table}"'
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_workspace ON {name} "
        "USING (workspace_id = current_setting('giljabi.workspace')::uuid) "
        "WITH CHECK (workspace_id = current_setting('giljabi.workspace')::uuid)"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {APPLICATION_ROLE}")


def workspace_id() -> sa.Column[str]:
    return sa.Column("workspace_id", sa.Uuid(as_uuid=False), nullable=False)


def moment(name: str, default: str = "now()") -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text(default))


def workspaces() -> None:
    op.create_table(
        "workspace",
        workspace_id(),
        sa.Column("name", sa.Text, nullable=False),
        moment("created_at"),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_workspace"),
    )


def maps() -> None:
    op.create_table(
        "journey_map",
        workspace_id(),
        sa.Column("map_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        moment("created_at"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("workspace_id", "map_id", name="pk_journey_map"),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.workspace_id"],
            name="fk_journey_map_workspace",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "map_check",
        workspace_id(),
        sa.Column("map_id", sa.Text, nullable=False),
        moment("checked_at", "clock_timestamp()"),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("result", postgresql.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "map_id", "checked_at", name="pk_map_check"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "map_id"],
            ["journey_map.workspace_id", "journey_map.map_id"],
            name="fk_map_check_journey_map",
            ondelete="CASCADE",
        ),
    )


def imports() -> None:
    op.create_table(
        "import",
        workspace_id(),
        sa.Column("import_id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("file", "digest", "kind", "state")),
        sa.Column("roles", postgresql.JSONB, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("accepted", sa.BigInteger, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sa.Column("reasons", postgresql.JSONB, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("rejects_path", sa.Text, nullable=False),
        sa.Column("preview", postgresql.JSONB, nullable=False),
        moment("created_at"),
        sa.PrimaryKeyConstraint("workspace_id", "import_id", name="pk_import"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.workspace_id"], name="fk_import_workspace", ondelete="CASCADE"
        ),
        sa.CheckConstraint("kind IN ('events', 'feedback')", name="known_kind"),
        sa.CheckConstraint(
            "state IN ('preview', 'running', 'done', 'failed', 'duplicate')", name="known_state"
        ),
    )
    # A file is brought in once: this holds even where two processes try at once.
    op.create_index(
        "ix_import_once",
        "import",
        ["workspace_id", "kind", "digest"],
        unique=True,
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_table(
        "feedback",
        workspace_id(),
        sa.Column("feedback_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("text", sa.Text),
        sa.Column("touchpoint", sa.Text),
        sa.PrimaryKeyConstraint("workspace_id", "feedback_id", name="pk_feedback"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "import_id"],
            ["import.workspace_id", "import.import_id"],
            name="fk_feedback_import",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_feedback_workspace_id_import_id", "feedback", ["workspace_id", "import_id"])


def catalogue() -> None:
    # The shape is pyiceberg's (its SqlCatalog finds tables of these names and does not make its own). A
    # namespace is a workspace's id; the generated column lets the same policy hold for the catalogue.
    op.create_table(
        "iceberg_tables",
        sa.Column("catalog_name", sa.String(255), nullable=False),
        sa.Column("table_namespace", sa.String(255), nullable=False),
        sa.Column("table_name", sa.String(255), nullable=False),
        sa.Column("metadata_location", sa.String(1000)),
        sa.Column("previous_metadata_location", sa.String(1000)),
        sa.Column("iceberg_type", sa.String(5)),
        sa.Column("workspace_id", sa.Uuid, sa.Computed("table_namespace::uuid", persisted=True)),
        sa.PrimaryKeyConstraint("catalog_name", "table_namespace", "table_name", name="pk_iceberg_tables"),
    )
    op.create_table(
        "iceberg_namespace_properties",
        sa.Column("catalog_name", sa.String(255), nullable=False),
        sa.Column("namespace", sa.String(255), nullable=False),
        sa.Column("property_key", sa.String(255), nullable=False),
        sa.Column("property_value", sa.String(1000), nullable=False),
        sa.Column("workspace_id", sa.Uuid, sa.Computed("namespace::uuid", persisted=True)),
        sa.PrimaryKeyConstraint(
            "catalog_name", "namespace", "property_key", name="pk_iceberg_namespace_properties"
        ),
    )
