"""Background jobs: procrastinate's tables, in a schema of their own.

They are procrastinate's, as it ships them, with one column more: the workspace a row belongs to, which is
the transaction's own unless said otherwise. Its functions never name the column and so need no change. They
name tables without a schema: who calls them has ``procrastinate`` in the search path.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPLICATION_ROLE = "giljabi_app"
TABLES = ("workers", "jobs", "periodic_defers", "events")


def upgrade() -> None:
    op.execute("CREATE SCHEMA procrastinate")
    op.execute("SET LOCAL search_path = procrastinate")
    # Many statements at once, and per cent signs that are no places for values: only the driver takes that.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema())
    op.execute("SET LOCAL search_path = public")
    for name in TABLES:
        secure(f"procrastinate.procrastinate_{name}")
    op.execute(f"GRANT USAGE ON SCHEMA procrastinate TO {APPLICATION_ROLE}")
    for rights, things in (
        ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
        ("USAGE, SELECT", "SEQUENCES"),
        ("EXECUTE", "FUNCTIONS"),
    ):
        op.execute(f"GRANT {rights} ON ALL {things} IN SCHEMA procrastinate TO {APPLICATION_ROLE}")


def secure(table: str) -> None:
    """Let the application role work on the rows of its own workspace only."""
    own = "current_setting('giljabi.workspace')::uuid"
    op.execute(f"ALTER TABLE {table} ADD COLUMN workspace_id uuid NOT NULL")
    op.execute(f"ALTER TABLE {table} ALTER COLUMN workspace_id SET DEFAULT {own}")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_workspace ON {table} "
        f"USING (workspace_id = {own}) WITH CHECK (workspace_id = {own})"
    )
