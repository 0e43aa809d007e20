"""Accounts of a test's own, with a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.access.mailbox import Mailbox, mail_server

from giljabi.access import Principal, SignedIn, Vault, Visit
from giljabi.bootstrap import Settings
from giljabi.bootstrap.accounts import Accounts
from giljabi.store.postgres import BlockingDatabase, Database, PostgresJobs, database_url, workspace_id

PASSWORD = "paper lantern over the harbour"
ANOTHER = "a quiet glacier at noon"
HOME = Visit("192.0.2.7", "Firefox on Linux")
COMMAND_LINE = Principal(account="", name="command line", role="owner")


class Clock:
    """A clock that stands still until it is set forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


class Noted(msgspec.Struct):
    """What was noted for the audit log."""

    who: str
    action: str
    object: str
    detail: dict[str, Any]


class House:
    """Accounts of one workspace, their clock, and what they noted."""

    def __init__(self, address: str, settings: Settings) -> None:
        self.clock = Clock()
        self.noted: list[Noted] = []
        id = workspace_id("accounts")  # noqa: A001
        self.ledger = BlockingDatabase(Database(database_url(address)), id)
        self.ledger.within(lambda tx: tx.workspaces.get_or_add("accounts"))
        self.jobs = PostgresJobs(Database(database_url(address)).jobs_address(id), id)
        self.vault = Vault(bytes(32), id)
        self.accounts = Accounts(self.ledger, self.vault, settings, self.jobs, self.note, self.clock)

    def note(self, who: Principal | None, action: str, object: str = "", **detail: Any) -> None:  # noqa: A002
        self.noted.append(Noted(who.name if who else "", action, object, detail))

    def actions(self) -> list[str]:
        return [one.action for one in self.noted]

    def owner(self, email: str = "mina@example.com") -> SignedIn:
        """Make the owner's account."""
        token = self.accounts.owner_link()
        assert token is not None
        return self.accounts.begin(token, email, "Mina", PASSWORD, "en", HOME)

    def member(self, role: Any, email: str, maps: Any = None) -> SignedIn:
        """Make another account by an invitation."""
        invitation = self.accounts.invite(COMMAND_LINE, email, role, maps or {}, "en")
        assert invitation.token is not None
        return self.accounts.join(invitation.token, email.partition("@")[0], PASSWORD, "en", HOME)

    def close(self) -> None:
        self.jobs.close()
        self.ledger.close()


@pytest.fixture
def house(database_address: str) -> Iterator[House]:
    made = House(database_address, Settings(session_idle=60, session_longest=24))
    yield made
    made.close()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """Give a mail server that keeps what it is sent."""
    with mail_server() as running:
        yield running


@pytest.fixture
def mailed(database_address: str, box: Mailbox) -> Iterator[House]:
    """Give a house whose mail goes to the box."""
    settings = Settings(
        url="https://maps.example.com", smtp_host="127.0.0.1", smtp_port=box.port, smtp_security="none"
    )
    made = House(database_address, settings)
    yield made
    made.close()
