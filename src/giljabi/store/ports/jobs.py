"""What background work asks of whoever keeps the jobs, and what it hands in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec


class Job(msgspec.Struct, frozen=True):
    """Work that was asked for: the name of its kind, and for what."""

    name: str
    arguments: Mapping[str, Any] = {}


class Pace(msgspec.Struct, frozen=True):
    """How often a worker does what, in seconds.

    ``heartbeat``: it says that it is alive; ``stalled``: who has not said so for as long is held for dead,
    and what it did is done again; ``tick``: it looks what is due; ``grace``: what is being done has this long
    to end when the worker is told to stop.
    """

    heartbeat: float = 5.0
    stalled: float = 30.0
    tick: float = 1.0
    grace: float = 20.0


class Work(Protocol):
    """What workers do: kinds of jobs by name."""

    @property
    def names(self) -> Sequence[str]:
        """The names of all kinds of jobs."""

    def do(self, job: Job, stopping: Callable[[], bool]) -> float | None:
        """Do a job; give the seconds after which it is to be done again, or None.

        It may end half-way once ``stopping`` says so. A failure is told by itself: what is raised here is a
        mistake in the program.
        """

    def due(self, waiting: Sequence[Job]) -> Iterable[Job]:
        """Say which jobs are to be asked for now, given those that wait or are being done."""


class Jobs(Protocol):
    """Work to be done in the background, by whichever worker is free."""

    def ask(self, name: str, **arguments: Any) -> None:
        """Have a job done soon; one that already waits with these arguments is not asked for twice.

        It does not wait for the database, and does not fail with it: what could not be asked is asked later,
        and the same again within a second is asked once.
        """

    def flush(self) -> None:
        """Wait until all that was asked is kept; raises StorageUnavailable."""

    def work(self, work: Work, pace: Pace, stop: threading.Event) -> None:
        """Do jobs as they are asked for, until told to stop; outages are waited for."""

    def work_off(self, work: Work) -> None:
        """Do what waits now, and what is asked for meanwhile, until nothing is left that is due."""

    def close(self) -> None:
        """Keep what was asked, if that can be, and let go of the database."""
