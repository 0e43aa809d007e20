"""What is told of a job that ended."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

RunState: TypeAlias = Literal["done", "failed", "stopped", "gone"]

_log = logging.getLogger("giljabi.job")


class JobRun(msgspec.Struct, frozen=True):
    """A job that ended.

    Attributes
    ----------
    kind
        What it was: ``seal``, ``pull`` …
    state
        How it ended: ``done``, ``failed``, ``stopped`` in the middle, or ``gone`` with what it was for.
    began
        When, in seconds since the epoch.
    seconds
        How long it took.
    facts
        Figures of what it did.
    error
        The kind of error it failed with.
    """

    kind: str
    state: RunState
    began: float
    seconds: float
    facts: Mapping[str, float] = {}
    error: str = ""


def log_run(run: JobRun) -> None:
    """Write a line about a job: of one that found nothing to do only where everything is told."""
    level = logging.DEBUG if run.state in {"stopped", "gone"} else logging.INFO
    if run.state == "done" and not any(value > 0 for value in run.facts.values()):
        level = logging.DEBUG
    if run.state == "failed":
        level = logging.WARNING
    if not _log.isEnabledFor(level):
        return
    fields: dict[str, Any] = {"job": run.kind, "state": run.state, "seconds": round(run.seconds, 3)}
    if run.error:
        fields["error"] = run.error
    _log.log(level, "job", extra={**fields, **{f"n_{name}": value for name, value in run.facts.items()}})


def figures_of(facts: Mapping[str, Any]) -> Mapping[str, float]:
    """Give the numbers among a job's facts; its texts name files and customers."""
    return {
        name: value
        for name, value in facts.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
