"""Segments: audiences that a workspace keeps under a name.

The name is unique in a workspace whatever its case. An audience is kept as its text, which is its lossless
form; who belongs is asked of the log each time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPLICATION_ROLE = "giljabi_app"


def upgrade() -> None:
    op.create_table(
        "segment",
        sa.Column("workspace_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("segment_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("workspace_id", "segment_id", name="pk_segment"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.workspace_id"], name="fk_segment_workspace", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_segment_name", "segment", ["workspace_id", sa.text("lower(name)")], unique=True)
    op.execute('ALTER TABLE "segment" ENABLE ROW LEVEL SECURITY')
    op.execute('ALTER TABLE "segment" FORCE ROW LEVEL SECURITY')
    op.execute(
        'CREATE POLICY own_workspace ON "segment" '
        "USING (workspace_id = current_setting('giljabi.workspace')::uuid) "
        "WITH CHECK (workspace_id = current_setting('giljabi.workspace')::uuid)"
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "segment" TO {APPLICATION_ROLE}')
