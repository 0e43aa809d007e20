"""Background work is told, tried again when it fails, and never ends a worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from giljabi.bootstrap import Progress, Workspace
from giljabi.model.errors import StorageUnavailable
from giljabi.store import Activity


def seal_by(workspace: Workspace, work: Callable[[Progress], dict[str, Any]]) -> None:
    """Put other work in the place of sealing."""
    workspace.collection.seal = work  # type: ignore[method-assign, assignment]
    workspace.jobs.ask("seal")


def told(workspace: Workspace, name: str = "seal") -> Activity | None:
    return next((one for one in workspace.jobs.state().activities if one.name == name), None)


def test_what_was_done_is_told_with_figures(empty_workspace: Workspace) -> None:
    seen: list[Activity | None] = []

    def work(tell: Progress) -> dict[str, Any]:
        tell("land", 0.5)
        seen.append(told(empty_workspace))
        return {"events": 3}

    seal_by(empty_workspace, work)
    empty_workspace.jobs.work_off()
    (running,), done = seen, told(empty_workspace)
    assert running is not None
    assert done is not None
    assert (running.state, running.step, running.progress) == ("running", "land", 0.5)
    assert (done.state, done.facts, done.error) == ("done", {"events": 3}, "")


def test_a_round_that_found_nothing_leaves_the_figures_of_the_last_one(empty_workspace: Workspace) -> None:
    for facts in ({"events": 3}, {}):
        seal_by(empty_workspace, lambda _, facts=facts: facts)  # type: ignore[misc]
        empty_workspace.jobs.work_off()
    done = told(empty_workspace)
    assert done is not None
    assert done.facts == {"events": 3}


def test_a_failure_is_told_and_raised_to_who_waits(empty_workspace: Workspace) -> None:
    def away(_: Progress) -> dict[str, Any]:
        raise StorageUnavailable("the warehouse does not answer")

    seal_by(empty_workspace, away)
    with pytest.raises(StorageUnavailable):
        empty_workspace.jobs.work_off()
    failed = told(empty_workspace)
    assert failed is not None
    assert (failed.state, failed.error) == ("failed", "the warehouse does not answer")


def test_what_failed_is_tried_again_by_the_worker(empty_workspace: Workspace) -> None:
    tries: list[float] = []

    def work(_: Progress) -> dict[str, Any]:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise ZeroDivisionError("once more")
        return {"events": 1}

    seal_by(empty_workspace, work)
    stop = threading.Event()
    working = threading.Thread(target=empty_workspace.jobs.work, args=[stop])
    working.start()
    while (done := told(empty_workspace)) is None or done.state != "done":
        time.sleep(0.05)
    stop.set()
    working.join()
    assert len(tries) >= 3
    assert done.error == ""


def test_a_source_that_is_gone_leaves_no_activity(empty_workspace: Workspace) -> None:
    empty_workspace.jobs.ask("pull", source="gone")
    with pytest.raises(Exception, match="gone"):
        empty_workspace.jobs.work_off()
    assert told(empty_workspace, "pull/gone") is None
