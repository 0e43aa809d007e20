"""The border to the database's own errors: an outage, or a value that no column can hold, gets its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from giljabi.model.errors import BadParameter, StorageUnavailable


@contextmanager
def outages_named() -> Iterator[None]:
    """Raise StorageUnavailable where the database does not answer, BadParameter where it cannot hold a value.

    Other errors pass as they are.
    """
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError, psycopg.OperationalError) as error:
        raise StorageUnavailable(
            f"the database does not answer ({first_line(error)}); "
            "where GILJABI_DATABASE_URL is set, is that server running?"
        ) from error
    except (DataError, psycopg.DataError) as error:
        # No value of ours is too large or holds a null character: it came from outside.
        if "NUL" in first_line(error):
            raise BadParameter("a text holds a null character; remove it") from error
        if "out of range" in first_line(error):
            raise BadParameter("a number is larger than any that is kept here") from error
        raise
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise StorageUnavailable(f"the connection to the database broke ({first_line(error)})") from error


def first_line(error: BaseException) -> str:
    """Give the first line of what the server said."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
