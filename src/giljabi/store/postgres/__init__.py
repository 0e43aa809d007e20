"""PostgreSQL: the only operational database. Nothing outside this package speaks SQL."""

from giljabi.store.postgres.blocking import BlockingDatabase
from giljabi.store.postgres.database import Database, PostgresTransaction, database_url
from giljabi.store.postgres.embedded import EmbeddedServer, start_server
from giljabi.store.postgres.feedback import FEEDBACK_SCHEMA
from giljabi.store.postgres.jobs import PostgresJobs
from giljabi.store.postgres.migrate import migrate
from giljabi.store.postgres.outage import outages_named
from giljabi.store.postgres.tables import APPLICATION_ROLE
from giljabi.store.postgres.workspaces import workspace_id

__all__ = [
    "APPLICATION_ROLE",
    "FEEDBACK_SCHEMA",
    "BlockingDatabase",
    "Database",
    "EmbeddedServer",
    "PostgresJobs",
    "PostgresTransaction",
    "database_url",
    "migrate",
    "outages_named",
    "start_server",
    "workspace_id",
]
