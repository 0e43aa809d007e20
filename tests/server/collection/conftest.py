"""A source that events are sent to, a real server over it, and what arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.browser.served import served

from giljabi.bootstrap import Workspace
from giljabi.collect.calls import Call, unpack
from giljabi.store import StoredRefusal, StoredSource

KEY = "write-key-of-tests"

Arrived = Callable[[], list[Call]]
RefusedCalls = Callable[[], Sequence[StoredRefusal]]


def add_source(workspace: Workspace, key: str = KEY, **fields: Any) -> StoredSource:
    """Add a source that events are sent to."""
    new = StoredSource(
        id=f"source-{key}", kind="http", name=key, write_key=key, created_at=datetime.now(UTC), **fields
    )
    return workspace._ledger.within(lambda tx: tx.sources.add(new))


@pytest.fixture
def address(empty_workspace: Workspace) -> Iterator[str]:
    """Give the address of a server over a workspace with one source of the key `KEY`."""
    add_source(empty_workspace)
    with served(empty_workspace) as address:
        yield address


@pytest.fixture
def arrived(empty_workspace: Workspace) -> Arrived:
    """Give all calls that are in the inbox, in the order of arrival."""

    def read() -> list[Call]:
        rows = empty_workspace._ledger.within(lambda tx: tx.inbox.read(2**62, 2**40))
        return [call for row in rows for call in unpack(row.body)]

    return read


@pytest.fixture
def refused(empty_workspace: Workspace) -> RefusedCalls:
    """Give the refusals that were kept, the oldest first."""
    return lambda: list(reversed(empty_workspace._ledger.within(lambda tx: tx.refusals.list(limit=1000))))
