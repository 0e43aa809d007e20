"""How much of the machine Giljabi's own PostgreSQL takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_LEAST, _MOST = 128 << 20, 1 << 30
_SHARE = 32
"""One part of so many of the memory: the rest is for events, which are asked in memory, and for files."""

LOG_BETWEEN_CHECKPOINTS = "4GB"
"""A million events that come in and are sealed write about 355 MB of it. A checkpoint comes at about half of
this setting, and after each one every page is written whole again."""


def server_sizes(memory: int | None = None) -> Mapping[str, str]:
    """Give the settings of PostgreSQL that depend on the machine.

    Parameters
    ----------
    memory
        Bytes; by default those of the machine, or of the group of processes where it is bounded.
    """
    share = (machine_memory() if memory is None else memory) // _SHARE
    buffers = min(_MOST, max(_LEAST, share)) >> 20
    return {"shared_buffers": f"{buffers}MB", "max_wal_size": LOG_BETWEEN_CHECKPOINTS}


def machine_memory(bound: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Give the bytes of memory there are; ``bound`` is where Linux writes the limit of a container."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        return min(whole, int(bound.read_text("ascii")))
    except (OSError, ValueError):
        # No such file, or "max" in it: nothing bounds it.
        return whole
