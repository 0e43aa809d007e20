"""PostgreSQL: the only operational database. Nothing outside this package speaks SQL."""

from sqlalchemy import URL

from giljabi.store.postgres.blocking import BlockingDatabase
from giljabi.store.postgres.database import Database, PostgresTransaction, database_url
from giljabi.store.postgres.dumping import dump, loading
from giljabi.store.postgres.embedded import EmbeddedServer, start_server
from giljabi.store.postgres.feedback import FEEDBACK_SCHEMA
from giljabi.store.postgres.first_look import FirstLook, first_look
from giljabi.store.postgres.jobs import PostgresJobs
from giljabi.store.postgres.migrate import migrate, schema_version
from giljabi.store.postgres.outage import outages_named
from giljabi.store.postgres.purging import purge
from giljabi.store.postgres.tables import APPLICATION_ROLE
from giljabi.store.postgres.workspaces import workspace_id

__all__ = [
    "APPLICATION_ROLE",
    "FEEDBACK_SCHEMA",
    "URL",
    "BlockingDatabase",
    "Database",
    "EmbeddedServer",
    "FirstLook",
    "PostgresJobs",
    "PostgresTransaction",
    "database_url",
    "dump",
    "first_look",
    "loading",
    "migrate",
    "outages_named",
    "purge",
    "schema_version",
    "start_server",
    "workspace_id",
]
