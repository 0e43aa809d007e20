"""Jobs are kept once, done once, and survive those who do them."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from giljabi.store.ports import Job, Pace
from giljabi.store.postgres import Database, EmbeddedServer, PostgresJobs, database_url, workspace_id

QUICK = Pace(heartbeat=0.2, stalled=1.0, tick=0.1, grace=1.0)
OURS = workspace_id("ours")


class Doing:
    """Work that counts what it was asked for, and does what it is told for each kind."""

    names = ("quick", "slow")

    def __init__(self, **ways: Callable[[Callable[[], bool]], float | None]) -> None:
        self.done: list[Job] = []
        self.ways = ways

    def do(self, job: Job, stopping: Callable[[], bool]) -> float | None:
        self.done.append(job)
        return self.ways[job.name](stopping) if job.name in self.ways else None

    def due(self, waiting: Sequence[Job]) -> Iterable[Job]:
        return ()


@pytest.fixture
def jobs(postgres_server: EmbeddedServer, fresh_database: str) -> Iterator[PostgresJobs]:
    made = jobs_of("ours", postgres_server, fresh_database)
    yield made
    made.close()


def jobs_of(name: str, server: EmbeddedServer, database: str) -> PostgresJobs:
    address = database_url(server.url("giljabi_app", database))
    return PostgresJobs(Database(address).jobs_address(workspace_id(name)), workspace_id(name))


def rows(server: EmbeddedServer, database: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url(database=database)) as connection:
        connection.execute(f"SET giljabi.workspace = '{OURS}'")
        return connection.execute(query).fetchall()


def wait_until(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.02)


def _more_than(doing: Doing, done: int) -> bool:
    return len(doing.done) > done


def test_what_is_asked_twice_before_it_is_done_is_done_once(jobs: PostgresJobs) -> None:
    doing = Doing()
    for _ in range(3):
        jobs.ask("quick", source="a")
        jobs.flush()
    jobs.ask("quick", source="b")
    jobs.work_off(doing)
    assert sorted(str(job.arguments["source"]) for job in doing.done) == ["a", "b"]
    jobs.ask("quick", source="a")
    jobs.work_off(doing)
    assert len(doing.done) == 3


def test_what_is_asked_for_by_a_job_is_done_too(jobs: PostgresJobs) -> None:
    def ask(_: object) -> None:
        jobs.ask("slow")

    doing = Doing(quick=ask)
    jobs.ask("quick")
    jobs.work_off(doing)
    assert [job.name for job in doing.done] == ["quick", "slow"]


def test_a_job_that_wants_to_be_done_again_is_done_again(jobs: PostgresJobs) -> None:
    left = [0.0, 0.0, None]
    doing = Doing(quick=lambda _: left.pop(0))
    jobs.ask("quick")
    jobs.work_off(doing)
    assert len(doing.done) == 3


def test_a_job_put_off_is_not_done_before_its_time(jobs: PostgresJobs) -> None:
    doing = Doing(quick=lambda _: 3600.0)
    jobs.ask("quick")
    jobs.work_off(doing)
    jobs.ask("quick")
    jobs.work_off(doing)
    assert len(doing.done) == 1


def test_workers_of_another_workspace_do_not_see_it(
    postgres_server: EmbeddedServer, fresh_database: str, jobs: PostgresJobs
) -> None:
    theirs = jobs_of("theirs", postgres_server, fresh_database)
    doing = Doing()
    jobs.ask("quick")
    jobs.flush()
    theirs.work_off(doing)
    assert doing.done == []
    theirs.ask("quick")
    theirs.work_off(doing)
    theirs.close()
    assert len(doing.done) == 1


def test_done_jobs_leave_nothing_behind(
    postgres_server: EmbeddedServer, fresh_database: str, jobs: PostgresJobs
) -> None:
    jobs.ask("quick")
    jobs.work_off(Doing())
    for table in ("jobs", "events", "workers"):
        query = f"SELECT * FROM procrastinate.procrastinate_{table}"
        assert rows(postgres_server, fresh_database, query) == []


def test_a_worker_told_to_stop_lets_jobs_end_and_keeps_what_did_not(jobs: PostgresJobs) -> None:
    begun, stop = threading.Event(), threading.Event()

    def listen(stopping: Callable[[], bool]) -> float:
        begun.set()
        wait_until(stopping)
        return 0.0

    working = threading.Thread(target=jobs.work, args=[Doing(slow=listen), QUICK, stop])
    working.start()
    jobs.ask("slow")
    assert begun.wait(60)
    stop.set()
    working.join()
    doing = Doing()
    jobs.work_off(doing)
    assert [job.name for job in doing.done] == ["slow"]


def test_work_of_a_worker_that_fell_silent_is_taken_over(
    postgres_server: EmbeddedServer, fresh_database: str, jobs: PostgresJobs
) -> None:
    jobs.ask("quick")
    jobs.flush()
    # As if a worker had been killed over it an hour ago.
    with psycopg.connect(postgres_server.url("giljabi_app", fresh_database)) as connection:
        connection.execute(f"SET giljabi.workspace = '{OURS}'")
        connection.execute("SET search_path = procrastinate")
        connection.execute("SELECT procrastinate_register_worker_v1()")
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        connection.execute("SELECT procrastinate_fetch_job_v2(NULL, (SELECT id FROM procrastinate_workers))")
    doing, stop = Doing(), threading.Event()
    working = threading.Thread(target=jobs.work, args=[doing, QUICK, stop])
    working.start()
    wait_until(lambda: doing.done)
    stop.set()
    working.join()


def test_a_worker_goes_on_after_its_connections_were_cut(
    postgres_server: EmbeddedServer, fresh_database: str, jobs: PostgresJobs
) -> None:
    doing, stop = Doing(), threading.Event()
    working = threading.Thread(target=jobs.work, args=[doing, QUICK, stop])
    working.start()
    for place in range(2):
        jobs.ask("quick", place=place)
        wait_until(partial(_more_than, doing, place))
        with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [fresh_database]
            )
    jobs.ask("quick", place=2)
    wait_until(lambda: any(job.arguments["place"] == 2 for job in doing.done))
    stop.set()
    working.join()


def test_the_tables_are_those_of_the_installed_procrastinate() -> None:
    # The migration takes the schema as it is shipped. When a newer procrastinate ships another, databases
    # that were migrated before need a migration of ours with procrastinate's own, and this a new digest.
    digest = hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()
    assert digest[:16] == "c70ec4b400a60ad9"
