"""Ask a question bucket by bucket in threads (kernels release the GIL)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from giljabi.store.log.layout import Bucket, Log

Partial = TypeVar("Partial")


def ask(log: Log, task: Callable[[Bucket], Partial], threads: int | None = None) -> Iterator[Partial]:
    """Yield the partial answer of every bucket, in bucket order.

    Parameters
    ----------
    log
        The event log.
    task
        Called once per bucket, several at a time.
    threads
        How many at a time; by default the number of usable cores.
    """
    workers = min(threads or len(os.sched_getaffinity(0)), max(1, len(log.buckets)))
    if workers == 1:
        yield from map(task, log.buckets)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="giljabi") as pool:
        yield from pool.map(task, log.buckets)
