"""One migrated database for all tests of who is who; each has a workspace of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from giljabi.store.postgres import BlockingDatabase, Database, EmbeddedServer, database_url, workspace_id

_names = itertools.count()


@pytest.fixture
def new_ledger(
    postgres_server: EmbeddedServer, fresh_database: str
) -> Iterator[Callable[[], BlockingDatabase]]:
    """Give a maker of empty workspaces; each closes the one before, also where an example has failed."""
    made: list[BlockingDatabase] = []
    url = database_url(postgres_server.url("giljabi_app", fresh_database))

    def make() -> BlockingDatabase:
        while made:
            made.pop().close()
        name = f"w{next(_names)}"
        ledger = BlockingDatabase(Database(url), workspace_id(name))
        made.append(ledger)
        ledger.within(lambda tx: tx.workspaces.get_or_add(name))
        return ledger

    yield make
    for ledger in made:
        ledger.close()


@pytest.fixture
def ledger(new_ledger: Callable[[], BlockingDatabase]) -> BlockingDatabase:
    """Give an empty workspace."""
    return new_ledger()
