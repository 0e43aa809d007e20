"""Whatever is killed under load: every acknowledged event is in the lake exactly once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from tests.faults.load import Load
from tests.faults.rig import Rig

KILLS: dict[str, Callable[[Rig], None]] = {
    "server": lambda rig: rig.kill("server"),
    "worker": lambda rig: rig.kill("worker"),
    "postgres": Rig.kill_postgres,
    "backend": Rig.kill_backend,
}


def test_every_acknowledged_event_is_in_the_lake_exactly_once(rig: Rig, long: bool) -> None:
    chance = random.Random(1)
    victims = [chance.choice(list(KILLS)) for _ in range(30)] if long else list(KILLS)
    with Load(rig) as load:
        for victim in victims:
            load.progress()
            # Anywhere in the work: in a commit, a seal, a start.
            time.sleep(chance.uniform(0, 1.5))
            KILLS[victim](rig)
            time.sleep(chance.uniform(0, 0.5))
            rig.start("server")
            rig.start("worker")
        load.progress()
    rig.settle()
    rig.end()
    load.check(rig.landed())
