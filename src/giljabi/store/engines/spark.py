"""Ask a log bucket by bucket on a Spark Connect cluster: Apache Spark 4, Databricks or Sail.

Each number of a range is one task; it opens its bucket from shared storage, so that nothing is shuffled and
only partial answers come back. Workers need the same version of Giljabi and the way to the log's files.
"""

from __future__ import annotations

import atexit
import contextlib
import socket
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from giljabi.model.errors import BadParameter, StorageUnavailable
from giljabi.store.engines.shipping import pack, unpack
from giljabi.store.engines.worker import PARTIALS, answer
from giljabi.store.log.layout import Bucket, Log

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.connect.session import SparkSession

MOST_TASKS = 4096
_SECONDS_TO_ANSWER = 10
_SESSIONS: dict[str, SparkSession] = {}
_GUARD = threading.Lock()


class SparkEngine:
    """A Spark Connect cluster.

    Parameters
    ----------
    address
        See `giljabi.store.run_on`.
    """

    def __init__(self, address: str) -> None:
        self._address = checked_address(address)

    def __repr__(self) -> str:
        return f"SparkEngine({self._address!r})"

    def ask(self, log: Log, task: Callable[[Bucket], Any]) -> Iterator[Any]:
        """Yield the partial answer of every bucket, in bucket order."""
        yield from self.run(partial(_of_bucket, log, task), len(log.buckets))

    def run(self, task: Callable[[int], Any], count: int) -> Iterator[Any]:
        """Yield what a task gives for 0 … count − 1, in that order.

        Raises
        ------
        StorageUnavailable
            If the server does not answer.
        Exception
            What the task raised.
        """
        if count == 0:
            return
        yield from in_order(self._rows(task, count), count)

    def _rows(self, task: Callable[[int], Any], count: int) -> Iterator[Any]:
        with _quietly():
            found = self.numbers(count).mapInArrow(partial(answer, packed=pack(task)), PARTIALS)
        yield from self.rows(found)

    def numbers(self, count: int) -> DataFrame:
        """Give the numbers 0 … count − 1, one a task where they are not many."""
        return self.session().range(0, count, 1, min(count, MOST_TASKS))

    def rows(self, found: DataFrame) -> Iterator[Any]:
        """Yield rows as they come."""
        with _quietly():
            rows = found.toLocalIterator()
        try:
            yield from rows
        except Exception as error:
            raise self._told(error) from error

    def session(self) -> SparkSession:
        """Give the session with the server; made once, and again where it ended.

        Raises
        ------
        StorageUnavailable
            If the server does not answer.
        """
        with _GUARD:
            found = _SESSIONS.get(self._address)
            if found is None or found.is_stopped:
                found = _SESSIONS[self._address] = self._connected()
            return found

    def _connected(self) -> SparkSession:
        host, port = _host_and_port(self._address)
        try:
            # Spark's client would try again for minutes before it says that nobody is there.
            socket.create_connection((host, port), _SECONDS_TO_ANSWER).close()
        except OSError as error:
            raise StorageUnavailable(
                f"no Spark Connect server answers at {host}:{port} ({error}); its port is 15002 unless set "
                "otherwise, not that of Spark's master"
            ) from error
        with _quietly():
            from pyspark.sql.connect.session import SparkSession

            try:
                return SparkSession.builder.remote(self._address).create()
            except Exception as error:
                raise self._told(error) from error

    def _told(self, error: Exception) -> Exception:
        return StorageUnavailable(f"the Spark Connect server at {self._address} failed: {error}")


@atexit.register
def disconnect() -> None:
    """End the sessions with all servers; one that is gone would keep the process from ending otherwise."""
    with _GUARD:
        for session in _SESSIONS.values():
            with contextlib.suppress(Exception), _quietly():
                session.stop()
        _SESSIONS.clear()


def _of_bucket(log: Log, task: Callable[[Bucket], Any], number: int) -> Any:
    return task(log.buckets[number])


def in_order(rows: Iterator[Any], count: int) -> Iterator[Any]:
    """Put the parts of partial answers together and give them in order, each as soon as its turn has come."""
    held: dict[int, dict[int, bytes]] = {}
    whole: dict[int, tuple[bytes, bool]] = {}
    wanted = 0
    for row in rows:
        parts = held.setdefault(row.bucket, {})
        parts[row.part] = bytes(row.content)
        if len(parts) == row.parts:
            whole[row.bucket] = b"".join(parts[n] for n in range(row.parts)), row.failed
            del held[row.bucket]
        while wanted in whole:
            content, failed = whole.pop(wanted)
            value = unpack(content)
            if failed:
                # An answer left unread would be held for this session until it ends.
                deque(rows, maxlen=0)
                raise value
            yield value
            wanted += 1
    if wanted < count:
        raise StorageUnavailable(f"the cluster answered for {wanted} of {count} buckets")


def checked_address(address: str) -> str:
    """Give an address in Spark Connect's form, ``sc://host:port``; raises BadParameter where it is none."""
    scheme, separator, rest = str(address).partition("://")
    if not separator or scheme not in {"spark", "sc"} or not urlsplit(f"sc://{rest}").hostname:
        raise BadParameter(f"the engine is {address!r}; write for example spark://host:15002")
    try:
        _host_and_port(f"sc://{rest}")
    except ValueError:
        raise BadParameter(
            f"the port of {address!r} is no number; write for example spark://host:15002"
        ) from None
    return f"sc://{rest}"


def _host_and_port(address: str) -> tuple[str, int]:
    split = urlsplit(address)
    return str(split.hostname), split.port or 15002


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    with warnings.catch_warnings(), _as_a_program():
        # PySpark warns of pandas 3, which nothing here touches.
        warnings.simplefilter("ignore", FutureWarning)
        yield


@contextlib.contextmanager
def _as_a_program() -> Iterator[None]:
    """Name the main module's file where it has none, as with ``python -c``.

    PySpark takes such a process for a run of its own doctests, and wants what only those need.
    """
    main = sys.modules["__main__"]
    if main.__spec__ is not None or hasattr(main, "__file__"):
        yield
        return
    main.__file__ = "<giljabi>"
    try:
        yield
    finally:
        # Another thread may have been here meanwhile.
        main.__dict__.pop("__file__", None)
