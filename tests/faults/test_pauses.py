"""A worker is paused, another takes its work over, and the first one wakes up again."""

from __future__ import annotations

import random
import signal
import time

from tests.faults.load import Load
from tests.faults.rig import Rig, wait_until


def test_work_taken_over_from_a_paused_worker_is_done_once(rig: Rig, long: bool) -> None:
    chance = random.Random(1)
    rig.start("another worker")
    paused, awake = "worker", "another worker"
    with Load(rig) as load:
        for _ in range(10 if long else 1):
            load.progress()
            time.sleep(chance.uniform(0, 1))
            rig.send(paused, signal.SIGSTOP)
            # The lag goes down only where somebody seals.
            load.progress()
            wait_until(lambda: _waits_seconds(rig) < 3, "another worker takes over")
            if long:
                time.sleep(60)
            rig.send(paused, signal.SIGCONT)
            load.progress()
            paused, awake = awake, paused
    rig.settle()
    rig.end()
    load.check(rig.landed())


def _waits_seconds(rig: Rig) -> float:
    state = rig.state()
    if state is None:
        return float("inf")
    oldest = state["waiting"]["oldest_seconds"]
    return 0.0 if oldest is None else float(oldest)
