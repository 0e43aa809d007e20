"""Giljabi's own PostgreSQL takes a modest share of the memory, of a container's where it is bounded."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from giljabi.store.postgres import start_server
from giljabi.store.postgres.sizing import machine_memory, server_sizes


@pytest.mark.parametrize(
    ("memory", "buffers"),
    [(1 << 30, "128MB"), (8 << 30, "256MB"), (24 << 30, "768MB"), (512 << 30, "1024MB")],
)
def test_its_buffers_grow_with_the_memory_between_bounds(memory: int, buffers: str) -> None:
    assert server_sizes(memory)["shared_buffers"] == buffers


def test_the_bound_of_a_container_counts(tmp_path: Path) -> None:
    bound = tmp_path / "memory.max"
    bound.write_text("104857600\n", "ascii")
    assert machine_memory(bound) == 104_857_600


@pytest.mark.parametrize("written", ["max\n", "9223372036854771712\n", ""])
def test_without_a_bound_the_machine_counts(tmp_path: Path, written: str) -> None:
    bound = tmp_path / "memory.max"
    bound.write_text(written, "ascii")
    assert machine_memory(bound) == machine_memory(tmp_path / "missing") > 1 << 28


def test_the_server_runs_with_these_sizes_unless_told_otherwise(tmp_path: Path) -> None:
    server = start_server(tmp_path / "postgres", {"fsync": "off", "max_wal_size": "2GB"})
    try:
        with psycopg.connect(server.url()) as connection:
            shown = {
                name: (connection.execute("SELECT current_setting(%s)", (name,)).fetchone() or ("",))[0]
                for name in ("shared_buffers", "max_wal_size")
            }
    finally:
        server.release()
    asked = int(server_sizes()["shared_buffers"].removesuffix("MB"))
    assert shown["max_wal_size"] == "2GB"
    assert shown["shared_buffers"] in {f"{asked}MB", f"{asked // 1024}GB"}
