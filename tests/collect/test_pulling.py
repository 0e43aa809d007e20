"""What a source brings is kept together with how far it was read, wherever a run breaks off."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from tests.outside import HERE

from giljabi.collect import is_due, pull
from giljabi.collect.calls import unpack
from giljabi.collect.sources import sql
from giljabi.model.errors import SourceUnavailable, StorageUnavailable, UnreadableFile
from giljabi.store import Ledger, PoolFigures, StoredSource, Transaction

if TYPE_CHECKING:
    from giljabi.store.postgres import EmbeddedServer

T = TypeVar("T")
MADE = datetime(2026, 11, 1, tzinfo=UTC)
ROLES = {"identifiers": {"user_id": "who"}, "event_name": "paid", "id": "id"}


@pytest.fixture
def ledger(postgres_server: EmbeddedServer, fresh_database: str) -> Iterator[Ledger]:
    """Give the database of a new workspace."""
    from giljabi.store.postgres import BlockingDatabase, Database, database_url, workspace_id

    database = Database(database_url(postgres_server.url("giljabi_app", fresh_database)))
    ledger = BlockingDatabase(database, workspace_id("pulling"))
    ledger.within(lambda tx: tx.workspaces.get_or_add("pulling"))
    yield ledger
    ledger.close()


@pytest.fixture
def shop(ledger: Ledger, tmp_path: Path) -> StoredSource:
    """Give a source over a database of 20 rows, of which two say of nobody."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("CREATE TABLE t (id INTEGER, who TEXT)")
        database.executemany(
            "INSERT INTO t VALUES (?, ?)", [(n, f"c{n}" if n % 10 else None) for n in range(20)]
        )
        database.commit()
    settings = {"url": f"sqlite:///{tmp_path}/shop.db", "table": "t", "cursor": "id", "roles": ROLES}
    new = StoredSource(id="shop", kind="sql", name="shop", settings=settings, every=300, created_at=MADE)
    return ledger.within(lambda tx: tx.sources.add(new))


class Breaking:
    """A database whose connection breaks at one transaction: before it is committed, or right after."""

    def __init__(self, ledger: Ledger, at: int, *, committed: bool) -> None:
        self._ledger, self._left, self._committed = ledger, at, committed

    @property
    def pool(self) -> PoolFigures:
        return self._ledger.pool

    def within(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        self._left -= 1
        if self._left:
            return self._ledger.within(work)
        if self._committed:
            self._ledger.within(work)
        raise StorageUnavailable("the connection broke")

    async def within_async(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        return await self._ledger.within_async(work)

    def lock(self, name: str, *, wait: bool = True) -> AbstractContextManager[bool]:
        return self._ledger.lock(name, wait=wait)


def nothing(*_: Any) -> None:
    raise AssertionError("no file is imported here")


def never() -> bool:
    return False


def kept(ledger: Ledger) -> tuple[list[str], int]:
    """Give the ids of the messages in the inbox, and how many calls were refused."""

    async def look(tx: Transaction) -> tuple[list[str], int]:
        rows = await tx.inbox.read(await tx.inbox.settled(), 2**30)
        return (
            [call.message_id for row in rows for call in unpack(row.body)],
            sum(count for _, _, count in await tx.refusals.counts()),
        )

    return ledger.within(look)


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("at", range(1, 7))
def test_a_run_that_breaks_off_loses_and_doubles_nothing(
    ledger: Ledger, shop: StoredSource, monkeypatch: pytest.MonkeyPatch, at: int, committed: bool
) -> None:
    monkeypatch.setattr(sql, "PORTION", 6)
    with pytest.raises(StorageUnavailable):
        pull(Breaking(ledger, at, committed=committed), shop, nothing, never, outward=HERE)
    again = ledger.within(lambda tx: tx.sources.get("shop"))
    pull(ledger, again, nothing, never, outward=HERE)
    messages, refused = kept(ledger)
    assert sorted(messages) == sorted(f"shop:{n}" for n in range(20) if n % 10)
    assert refused == 2
    after = ledger.within(lambda tx: tx.sources.get("shop"))
    assert (after.refused, after.last_error, after.last_ok_at is not None) == (2, "", True)


def test_a_source_that_does_not_answer_keeps_its_reason_and_is_tried_ever_more_seldom(
    ledger: Ledger, shop: StoredSource
) -> None:
    Path(shop.settings["url"].removeprefix("sqlite:///")).unlink()
    with pytest.raises(SourceUnavailable):
        pull(ledger, shop, nothing, never, outward=HERE)
    failed = ledger.within(lambda tx: tx.sources.get("shop"))
    assert "no file" in failed.last_error
    assert failed.last_run_at is not None
    hour_ago = failed.last_run_at - timedelta(hours=1)
    failing = ledger.within(lambda tx: tx.sources.change("shop", last_ok_at=hour_ago))
    assert failing.last_run_at is not None
    assert not is_due(failing, failing.last_run_at + timedelta(minutes=30))
    assert is_due(failing, failing.last_run_at + timedelta(minutes=60))


def test_a_source_is_due_by_its_schedule(ledger: Ledger, shop: StoredSource) -> None:
    assert is_due(shop, MADE)
    ran = ledger.within(lambda tx: tx.sources.change("shop", last_run_at=MADE, last_ok_at=MADE))
    assert not is_due(ran, MADE + timedelta(seconds=299))
    assert is_due(ran, MADE + timedelta(seconds=300))
    off = ledger.within(lambda tx: tx.sources.change("shop", enabled=False))
    assert not is_due(off, MADE + timedelta(days=9))
    by_hand = ledger.within(lambda tx: tx.sources.change("shop", enabled=True, every=None))
    assert not is_due(by_hand, MADE + timedelta(days=9))


def test_a_file_that_cannot_be_read_holds_up_no_other(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("user,event,at\n")
        os.utime(folder / name, (0, 0))
    new = StoredSource(id="f", kind="folder", name="f", settings={"folder": str(folder)}, created_at=MADE)
    source = ledger.within(lambda tx: tx.sources.add(new))

    def bring(path: Path, *_: Any) -> None:
        if path.name == "a.csv":
            raise UnreadableFile("a.csv is broken")

    facts = pull(ledger, source, bring, never, outward=HERE)
    assert (facts.files, len(facts.failed)) == (1, 1)
    assert "a.csv is broken" in ledger.within(lambda tx: tx.sources.get("f")).last_error
