"""The lake cannot be reached: what comes in is kept meanwhile, and sealed afterwards."""

from __future__ import annotations

from tests.faults.load import Load
from tests.faults.rig import Rig, wait_until


def test_while_the_lake_is_away_events_are_taken_in_and_sealing_tells_why_it_fails(
    rig: Rig, long: bool
) -> None:
    lake, away = rig.home / "lake", rig.home / "away"
    with Load(rig) as load:
        for _ in range(5 if long else 1):
            load.progress()
            wait_until(lake.exists, "the lake has been made")
            lake.rename(away)
            lake.write_text("no folder")
            wait_until(lambda: _failing(rig), "sealing tells that it fails")
            load.progress()
            waiting = (rig.state() or {})["waiting"]["calls"]
            assert waiting > 0
            lake.unlink()
            away.rename(lake)
            wait_until(lambda: not _failing(rig), "sealing goes on")
    rig.settle()
    rig.end()
    assert set(load.statuses) == {200}
    load.check(rig.landed())


def _failing(rig: Rig) -> bool:
    seal = rig.activity("seal")
    return seal is not None and seal["state"] == "failed" and bool(seal["error"])
