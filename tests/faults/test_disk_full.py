"""A full disk: senders are told to come back, nothing acknowledged is lost, and all goes on afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.faults.load import Load
from tests.faults.rig import Rig, wait_until

SIZE = 192 * 1024**2


@pytest.fixture
def small_rig(tmp_path: Path, prepared_home: Path) -> Iterator[Rig]:
    """Give a running Giljabi whose PostgreSQL lies on a small disk of its own."""
    home = tmp_path / "home"
    disk = home / "postgres"
    disk.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0711", "tmpfs", disk],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("making a small disk needs the right to mount; run as root to try full disks")
    shutil.copytree(prepared_home, home, dirs_exist_ok=True)
    made = Rig(home)
    try:
        made.begin()
        yield made
    finally:
        made.end()
        print(made.told())
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(disk: Path) -> Path:
    """Write a file until nothing more goes onto the disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 65536) == 65536:
            pass
    return filler


def test_while_the_disk_is_full_senders_are_turned_away_and_afterwards_all_is_there(
    small_rig: Rig, long: bool
) -> None:
    disk = small_rig.home / "postgres"
    with Load(small_rig) as load:
        for _ in range(5 if long else 1):
            load.progress()
            filler = fill(disk)
            wait_until(partial(_turned_away, load, load.statuses[503] + 20), "senders are turned away")
            os.unlink(filler)
            load.progress()
    small_rig.settle()
    small_rig.end()
    assert set(load.statuses) <= {200, 503, 429}
    load.check(small_rig.landed())


def _turned_away(load: Load, times: int) -> bool:
    return load.statuses[503] >= times
