"""Ask a log where its questions run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from giljabi.model.errors import BadParameter
from giljabi.store.engines import threads as in_threads
from giljabi.store.log.layout import Bucket, Log

Partial = TypeVar("Partial")


def ask(log: Log, task: Callable[[Bucket], Partial], threads: int | None = None) -> Iterator[Partial]:
    """Yield the partial answer of every bucket, in bucket order.

    Parameters
    ----------
    log
        The event log. Where it has an engine the task runs there, else in threads of this process.
    task
        Called once per bucket, several at a time, maybe in other processes: it captures only logs, plain
        values and arrays, changes none of them, and gives something small that can be pickled.
    threads
        How many at a time where it runs in threads; by default the number of usable cores.
    """
    if log.engine is None:
        yield from in_threads.ask(log, task, threads)
    else:
        yield from log.engine.ask(log, task)


def run_on(log: Log, address: str) -> Log:
    """Give the same log, with its questions running on a Spark Connect cluster.

    Parameters
    ----------
    log
        An opened log; its directory or URL must lead the cluster's workers to the same files.
    address
        Of the Spark Connect server, such as ``sc://host:15002`` or ``spark://host:15002``; Spark Connect's
        parameters may follow (``sc://host:443/;token=…;use_ssl=true``).

    Raises
    ------
    BadParameter
        If the address is none, or the log does not lie in a directory or object store.
    StorageUnavailable
        If nobody answers at the address.
    """
    from giljabi.store.engines.spark import SparkEngine

    if log.origin is None or not log.origin.describes(log):
        raise BadParameter(
            "only a log opened from a directory or URL can run on a cluster; save it there and open it"
        )
    return replace(log, engine=SparkEngine(address))
