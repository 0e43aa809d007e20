"""Ask a log and tell how far the asking is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from giljabi.store import Bucket, Log, ask

Partial = TypeVar("Partial")
Progress = Callable[[str, float], None]
"""Told what is being done and its share done, 0..1."""


def ask_telling(
    log: Log,
    task: Callable[[Bucket], Partial],
    progress: Progress | None,
    step: str,
    whole: tuple[float, float] = (0.0, 1.0),
) -> Iterator[Partial]:
    """Yield the partial answers of the buckets, and tell after each how far this is.

    Parameters
    ----------
    log, task
        As for `giljabi.store.ask`.
    progress
        Told ``step`` and the share done.
    step
        What is being done.
    whole
        The shares done before and after all buckets, where the question asks more than once.
    """
    begin, end = whole
    for done, partial in enumerate(ask(log, task), 1):
        yield partial
        if progress is not None:
            progress(step, begin + (end - begin) * done / len(log.buckets))
