"""The border to the database's own errors: an outage becomes StorageUnavailable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from giljabi.model.errors import StorageUnavailable


@contextmanager
def outages_named() -> Iterator[None]:
    """Raise StorageUnavailable where the database does not answer; other errors pass as they are."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError, psycopg.OperationalError) as error:
        raise StorageUnavailable(
            f"the database does not answer ({first_line(error)}); "
            "where GILJABI_DATABASE_URL is set, is that server running?"
        ) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise StorageUnavailable(f"the connection to the database broke ({first_line(error)})") from error


def first_line(error: BaseException) -> str:
    """Give the first line of what the server said."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
