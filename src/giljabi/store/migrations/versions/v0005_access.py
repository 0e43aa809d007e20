"""Access: accounts, their sessions and second factors, guests, links, tokens, and the audit log.

The tables are those of `giljabi.store.postgres.tables`, written out here as they were at this migration.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPLICATION_ROLE = "giljabi_app"


def upgrade() -> None:
    accounts()
    doors()
    audit()


def accounts() -> None:
    table(
        "account",
        words("account_id", "email"),
        empty("name"),
        words("role"),
        sa.Column("password_hash", sa.Text),
        empty("language"),
        truth("enabled", "true"),
        sa.Column("totp_secret", sa.LargeBinary),
        truth("totp_confirmed", "false"),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        moment("created_at"),
        moment("password_changed_at"),
        maybe("last_seen_at"),
        key="account_id",
        to=[("workspace", ())],
    )
    op.create_index("ix_account_email", "account", ["workspace_id", sa.text("lower(email)")], unique=True)
    table(
        "account_login",
        words("issuer", "subject", "account_id"),
        moment("created_at"),
        key=("issuer", "subject"),
        to=[("account", ("account_id",))],
    )
    table(
        "recovery_code",
        words("account_id"),
        digest(),
        maybe("used_at"),
        key=("account_id", "digest"),
        to=[("account", ("account_id",))],
    )
    table(
        "map_guest",
        words("map_id", "account_id", "role"),
        moment("created_at"),
        key=("map_id", "account_id"),
        to=[("journey_map", ("map_id",)), ("account", ("account_id",))],
    )


def doors() -> None:
    table(
        "session",
        digest(),
        words("account_id"),
        sa.Column("complete", sa.Boolean, nullable=False),
        empty("address"),
        empty("agent"),
        moment("created_at"),
        moment("seen_at"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        key="digest",
        to=[("account", ("account_id",))],
    )
    op.create_index("ix_session_workspace_id_account_id", "session", ["workspace_id", "account_id"])
    table(
        "one_time_link",
        digest(),
        words("purpose"),
        empty("email"),
        sa.Column("account_id", sa.Text),
        document("offer"),
        empty("made_by"),
        moment("created_at"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        maybe("used_at"),
        key="digest",
        to=[("account", ("account_id",))],
    )
    op.create_index("ix_one_time_link_workspace_id_purpose", "one_time_link", ["workspace_id", "purpose"])
    table(
        "api_token",
        words("token_id", "account_id", "name"),
        sa.Column("scopes", postgresql.JSONB, nullable=False),
        digest(),
        words("hint"),
        moment("created_at"),
        maybe("expires_at"),
        maybe("last_used_at"),
        maybe("revoked_at"),
        key="token_id",
        to=[("account", ("account_id",))],
    )
    op.create_index("ix_api_token_digest", "api_token", ["digest"], unique=True)
    table(
        "throttle",
        words("key"),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        maybe("locked_until"),
        key="key",
        to=[("workspace", ())],
    )


def audit() -> None:
    table(
        "audit_entry",
        sa.Column("entry_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")
        ),
        *(empty(name) for name in ("account_id", "actor", "token_id")),
        words("action"),
        empty("object"),
        document("detail"),
        empty("address"),
        key="entry_id",
    )
    op.create_index("ix_audit_entry_workspace_id_at", "audit_entry", ["workspace_id", "at"])
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM {APPLICATION_ROLE}")
    # The owner of the table has every right on it; a trigger holds for owners too.
    op.execute(
        "CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'the audit log is only added to'; END$$"
    )
    op.execute(
        "CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_stands()"
    )


def table(
    name: str,
    *parts: "sa.Column[Any] | list[sa.Column[str]]",
    key: str | tuple[str, ...],
    to: list[tuple[str, tuple[str, ...]]] | None = None,
) -> None:
    """Make a table of a workspace, and let the application role work on the rows of its own one only."""
    columns = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    keys = (key,) if isinstance(key, str) else key
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint("workspace_id", *keys, name=f"pk_{name}")]
    for other, names in to or []:
        own = ["workspace_id", *names]
        constraints.append(
            sa.ForeignKeyConstraint(
                own, [f"{other}.{one}" for one in own], name=f"fk_{name}_{other}", ondelete="CASCADE"
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


def digest() -> "sa.Column[bytes]":
    return sa.Column("digest", sa.LargeBinary, nullable=False)


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
