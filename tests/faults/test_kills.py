"""Whatever is killed under load: every acknowledged event is in the lake exactly once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from tests.faults.load import Load
from tests.faults.rig import Rig

KILLS: dict[str, Callable[[Rig], None]] = {
    "server": lambda rig: rig.kill("server"),
    "worker": lambda rig: rig.kill("worker"),
    "postgres": Rig.kill_postgres,
    "backend": Rig.kill_backend,
}


@pytest.mark.parametrize("victim", [*KILLS, "any"])
def test_every_acknowledged_event_is_in_the_lake_exactly_once(rig: Rig, victim: str, long: bool) -> None:
    chance = random.Random(victim)
    rounds = 30 if long else 2
    with Load(rig) as load:
        for _ in range(rounds):
            load.progress()
            # Anywhere in the work: in a commit, a seal, a start.
            time.sleep(chance.uniform(0, 1.5))
            KILLS[chance.choice(list(KILLS)) if victim == "any" else victim](rig)
            time.sleep(chance.uniform(0, 0.5))
            rig.start("server")
            rig.start("worker")
        load.progress()
    rig.settle()
    rig.end()
    load.check(rig.landed())
