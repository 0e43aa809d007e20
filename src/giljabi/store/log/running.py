"""Run tasks in threads, a few at a time, and tell how far they are."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias, TypeVar

Progress: TypeAlias = Callable[[str, float], None]
"""Told what is being done and how much of it is done, 0..1; called in the thread that asked for the work."""

Result = TypeVar("Result")


def in_threads(tasks: Iterable[Callable[[], Result]], threads: int | None = None) -> Iterator[Result]:
    """Yield the tasks' results in order; only a few tasks are taken ahead of the results.

    Parameters
    ----------
    tasks
        Taken one by one in the calling thread, run in others.
    threads
        How many at a time; by default the number of usable cores.
    """
    workers = threads or len(os.sched_getaffinity(0))
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="giljabi") as pool:
        try:
            for task in tasks:
                waiting.append(pool.submit(task))
                if len(waiting) > workers + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
