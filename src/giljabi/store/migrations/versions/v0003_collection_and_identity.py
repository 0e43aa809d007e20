"""Collection and identity: sources, the inbox, refusals, the tracking plan, customers and their identifiers.

The tables are those of `giljabi.store.postgres.tables`, written out here as they were at this migration.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPLICATION_ROLE = "giljabi_app"


def upgrade() -> None:
    collection()
    identity()


def collection() -> None:
    table(
        "source",
        words("source_id", "kind", "name"),
        document("settings"),
        number("third_party"),
        sa.Column("every", sa.Integer),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.text("true")),
        document("cursor"),
        sa.Column("write_key", sa.Text),
        sa.Column("accepted", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("refused", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        *(maybe(name) for name in ("last_run_at", "last_ok_at", "last_event_at")),
        empty("last_error"),
        moment("created_at"),
        moment("updated_at"),
        key="source_id",
        belongs=True,
    )
    op.create_index("ix_source_name", "source", ["workspace_id", sa.text("lower(name)")], unique=True)
    op.create_index("ix_source_write_key", "source", ["write_key"], unique=True)
    table(
        "inbox",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        words("source_id"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        key="position",
    )
    # What passes through within seconds is not worth the time of packing and unpacking it.
    op.execute("ALTER TABLE inbox ALTER COLUMN body SET STORAGE EXTERNAL")
    table(
        "seen_batch",
        sa.Column("batch_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digests", sa.LargeBinary, nullable=False),
        key="batch_id",
    )
    # Digests are as good as random: trying to press them would take time for nothing.
    op.execute("ALTER TABLE seen_batch ALTER COLUMN digests SET STORAGE EXTERNAL")
    table(
        "refusal",
        sa.Column("refusal_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        words("source_id"),
        moment("received_at"),
        words("reason", "detail"),
        sa.Column("event", sa.Text),
        sa.Column("body", sa.LargeBinary, nullable=False),
        maybe("replayed_at"),
        key="refusal_id",
    )
    op.create_index("ix_refusal_workspace_id_received_at", "refusal", ["workspace_id", "received_at"])
    table(
        "planned_event",
        words("event"),
        empty("about"),
        sa.Column("properties", postgresql.JSONB, nullable=False),
        moment("updated_at"),
        key="event",
        belongs=True,
    )
    table(
        "plan_departure",
        words("event", "property", "kind"),
        sa.Column("count", sa.BigInteger, nullable=False),
        words("example", "source_id"),
        moment("first_at"),
        moment("last_at"),
        key=("event", "property", "kind"),
    )
    table(
        "activity",
        words("name", "state"),
        empty("step"),
        number("progress"),
        empty("error"),
        document("facts"),
        maybe("started_at"),
        maybe("finished_at"),
        moment("updated_at"),
        key="name",
    )


def identity() -> None:
    # Whom feedback named when it came in, once it has followed its customer, and when it moved last.
    op.add_column("feedback", sa.Column("arrived", sa.Text))
    op.add_column("feedback", maybe("moved_at"))
    op.create_index(
        "ix_feedback_moved_at",
        "feedback",
        ["workspace_id", "moved_at"],
        postgresql_where=sa.text("moved_at IS NOT NULL"),
    )
    op.create_index("ix_feedback_workspace_id_customer", "feedback", ["workspace_id", "customer", "time"])
    table(
        "customer",
        words("customer_id"),
        sa.Column("merged_into", sa.Text),
        document("traits"),
        document("trait_times"),
        moment("created_at"),
        moment("updated_at"),
        key="customer_id",
    )
    op.create_index(
        "ix_customer_merged_into",
        "customer",
        ["workspace_id", "merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    table(
        "identifier",
        sa.Column("value", sa.Text(collation="C"), nullable=False),
        words("kind", "customer_id"),
        moment("first_at"),
        moment("last_at"),
        key=("value", "kind"),
    )
    op.create_index("ix_identifier_workspace_id_customer_id", "identifier", ["workspace_id", "customer_id"])
    table(
        "identifier_holder",
        words("kind", "value"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        words("customer_id"),
        sa.Column("replayed", sa.Boolean, nullable=False, server_default=sa.text("false")),
        key=("kind", "value", "since"),
    )
    op.create_index(
        "ix_identifier_holder_waiting",
        "identifier_holder",
        ["workspace_id"],
        postgresql_where=sa.text("NOT replayed"),
    )
    table(
        "identity_rule",
        words("kind"),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("unique", sa.Boolean, nullable=False),
        sa.Column("limit", sa.Integer),
        document("blocked", "[]"),
        moment("updated_at"),
        key="kind",
        belongs=True,
    )
    table(
        "identity_edge",
        sa.Column("edge_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        words("kind", "from_customer", "to_customer"),
        sa.Column("cause", postgresql.JSONB, nullable=False),
        words("state"),
        moment("at"),
        maybe("undone_at"),
        key="edge_id",
    )
    for column in ("from_customer", "to_customer"):
        op.create_index(f"ix_identity_edge_workspace_id_{column}", "identity_edge", ["workspace_id", column])
    op.create_index(
        "ix_identity_edge_waiting",
        "identity_edge",
        ["workspace_id", "state"],
        postgresql_where=sa.text("state <> 'done'"),
    )
    table(
        "identity_apart",
        words("kind", "value", "other_kind", "other_value"),
        sa.Column("edge_id", sa.BigInteger, nullable=False),
        key=("kind", "value", "other_kind", "other_value"),
    )
    table(
        "customer_group",
        words("group_id", "kind"),
        document("traits"),
        moment("created_at"),
        moment("updated_at"),
        key="group_id",
    )
    table("group_member", words("group_id", "customer_id"), moment("since"), key=("group_id", "customer_id"))
    op.create_index(
        "ix_group_member_workspace_id_customer_id", "group_member", ["workspace_id", "customer_id"]
    )
    table(
        "match_proposal",
        words("left_customer", "right_customer"),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("details", postgresql.JSONB, nullable=False),
        words("state"),
        moment("proposed_at"),
        maybe("decided_at"),
        key=("left_customer", "right_customer"),
    )


def table(
    name: str,
    *parts: "sa.Column[Any] | list[sa.Column[str]]",
    key: str | tuple[str, ...],
    belongs: bool = False,
) -> None:
    """Make a table of a workspace, and let the application role work on the rows of its own one only."""
    columns = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    keys = (key,) if isinstance(key, str) else key
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint("workspace_id", *keys, name=f"pk_{name}")]
    if belongs:
        constraints.append(
            sa.ForeignKeyConstraint(
                ["workspace_id"], ["workspace.workspace_id"], name=f"fk_{name}_workspace", ondelete="CASCADE"
            )
        )
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


def number(name: str) -> "sa.Column[float]":
    return sa.Column(name, sa.Float, nullable=False, server_default=sa.text("0"))


def document(name: str, value: str = "{}") -> "sa.Column[object]":
    return sa.Column(name, postgresql.JSONB, nullable=False, server_default=sa.text(f"'{value}'"))


def moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))


def maybe(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True))
