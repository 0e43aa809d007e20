"""Whoever watches over the server is told whether it lives and can serve, under whatever name they ask."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from litestar.testing import TestClient

from giljabi.bootstrap import Workspace
from giljabi.bootstrap.standing import Standing

BY_ADDRESS = {"host": "10.1.2.3:8400"}


def test_a_process_that_lives_says_so_to_everybody(empty: TestClient[Any]) -> None:
    answer = empty.get("/healthz", headers=BY_ADDRESS)
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_server_whose_database_and_lake_answer_is_ready(empty: TestClient[Any]) -> None:
    answer = empty.get("/readyz", headers=BY_ADDRESS)
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "lake": "ok",
        "worker_seconds": None,
    }


def test_a_server_without_its_database_is_alive_and_not_ready(
    empty: TestClient[Any], database_address: str
) -> None:
    with taken_away(database_address):
        assert empty.get("/healthz").status_code == 200
        answer = empty.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == answer.json()["lake"] == "silent"


def test_a_database_of_another_version_is_not_ready(empty: TestClient[Any], database_address: str) -> None:
    with psycopg.connect(database_address) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    answer = empty.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "old")


async def test_what_does_not_answer_in_time_is_not_asked_again_before_it_has(
    empty_workspace: Workspace,
) -> None:
    hanging = Hanging()
    lake, log = empty_workspace._lake, empty_workspace._log
    standing = Standing(hanging, lake, log, bound=0.01, fresh=-1.0)  # type: ignore[arg-type]
    answers = [await standing.readiness() for _ in range(5)]
    assert {one.database for one in answers} == {"silent"}
    assert hanging.asked == 1
    hanging.over.set()


async def test_an_answer_serves_whoever_asks_soon_after(empty_workspace: Workspace) -> None:
    standing = Standing(empty_workspace._ledger, empty_workspace._lake, empty_workspace._log, fresh=3600)
    assert await standing.readiness() is await standing.readiness()


@contextmanager
def taken_away(address: str) -> Iterator[None]:
    """Have the server of a database let nobody in while the block runs."""
    name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
    elsewhere = psycopg.conninfo.make_conninfo(address, dbname="postgres")
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        database = psycopg.sql.Identifier(str(name))
        change = psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        connection.execute(change.format(database, psycopg.sql.SQL("false")))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        connection.execute(change.format(database, psycopg.sql.SQL("true")))


class Hanging:
    """A database that neither answers nor refuses."""

    def __init__(self) -> None:
        self.asked = 0
        self.over = asyncio.Event()

    async def within_async(self, work: object) -> None:
        self.asked += 1
        await self.over.wait()
