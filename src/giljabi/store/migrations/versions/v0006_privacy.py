"""Privacy: consent, who is kept out, what is done on request, retention, rules for fields.

The tables are those of `giljabi.store.postgres.tables`, written out here as they were at this migration.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPLICATION_ROLE = "giljabi_app"


def upgrade() -> None:
    # Whoever asks whether the server is ready wants to know at which migration the database is.
    op.execute(f"GRANT SELECT ON public.alembic_version TO {APPLICATION_ROLE}")
    consents()
    sources()
    table(
        "suppression",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        words("request_id"),
        moment("created_at"),
        key="digest",
    )
    table(
        "privacy_request",
        words("request_id", "kind", "state"),
        *(empty(name) for name in ("customer", "asked_by", "note")),
        document("steps"),
        empty("error"),
        moment("created_at"),
        maybe("done_at"),
        key="request_id",
    )
    table(
        "retention",
        words("source_id"),
        sa.Column("days", sa.Integer, nullable=False),
        maybe("applied_at"),
        sa.Column("removed", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        key="source_id",
    )
    table(
        "field_rule",
        words("rule_id"),
        empty("source_id"),
        words("field", "action"),
        moment("created_at"),
        key="rule_id",
    )
    op.create_index(
        "ix_field_rule_once",
        "field_rule",
        ["workspace_id", "source_id", sa.text("lower(field)")],
        unique=True,
    )


def consents() -> None:
    table(
        "consent_purpose",
        words("purpose", "name"),
        truth("collection", "false"),
        moment("created_at"),
        key="purpose",
    )
    table(
        "consent",
        sa.Column("consent_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        words("kind", "value"),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        words("purpose"),
        empty("channel"),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(empty(name) for name in ("recorded_by", "way", "wording", "version")),
        document("proof"),
        moment("created_at"),
        key="consent_id",
    )
    op.create_index(
        "ix_consent_workspace_id_subject", "consent", ["workspace_id", "subject", "purpose", "channel"]
    )
    op.create_index("ix_consent_workspace_id_kind_value", "consent", ["workspace_id", "kind", "value"])
    op.create_index(
        "ix_consent_withdrawn",
        "consent",
        ["workspace_id", "purpose"],
        postgresql_where=sa.text("NOT given"),
    )


def sources() -> None:
    """Add what is counted of calls that consent keeps out, and the names under which events lie."""
    op.add_column("source", sa.Column("declined", sa.BigInteger, nullable=False, server_default=sa.text("0")))
    op.add_column("source", document("former_names", "[]"))


def table(
    name: str,
    *parts: "sa.Column[Any] | list[sa.Column[str]]",
    key: str,
) -> None:
    """Make a table of a workspace, and let the application role work on the rows of its own one only."""
    columns = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    constraints = [
        sa.PrimaryKeyConstraint("workspace_id", key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.workspace_id"], name=f"fk_{name}_workspace", ondelete="CASCADE"
        ),
    ]
    op.create_table(
        name, sa.Column("workspace_id", sa.Uuid(as_uuid=False), nullable=False), *columns, *constraints
    )
    op.execute(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')
    op.execute(
        f'CREATE POLICY own_workspace ON "{name}" '
        "USING (workspace_id = current_setting('giljabi.workspace')::uuid) "
        "WITH CHECK (workspace_id = current_setting('giljabi.workspace')::uuid)"
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{name}" TO {APPLICATION_ROLE}')


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def empty(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''"))


def truth(name: str, value: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text(value))


def document(name: str, value: str = "{}") -> "sa.Column[object]":
    return sa.Column(name, postgresql.JSONB, nullable=False, server_default=sa.text(f"'{value}'"))


def moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))


def maybe(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True))
