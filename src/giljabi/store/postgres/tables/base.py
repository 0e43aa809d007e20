"""What every table has: the workspace it belongs to, and names of keys that the migrations know."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, MetaData, Uuid, func

APPLICATION_ROLE = "giljabi_app"
"""The role the application works under: it owns nothing and cannot bypass row security."""

WORKSPACE_SETTING = "giljabi.workspace"
"""The setting that names the workspace a transaction may see."""

NEWEST = "0006"
"""The newest migration; a test compares it with the folder."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def own_workspace() -> Column[object]:
    """Give the column that says to which workspace a row belongs."""
    return Column("workspace_id", Uuid(as_uuid=False), primary_key=True)


def moment(name: str = "created_at") -> Column[object]:
    """Give a column with a moment, now by default."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def within_workspace(*columns: str, to: str = "workspace") -> ForeignKeyConstraint:
    """Give the key that ties a row to one of the same workspace and ends with it."""
    names = ("workspace_id", *columns)
    return ForeignKeyConstraint(names, [f"{to}.{name}" for name in names], ondelete="CASCADE")
