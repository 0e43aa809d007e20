"""What all that is done with accounts needs: the database, the vault, a clock, and somebody to tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

from giljabi.access import (
    LIMITS,
    Principal,
    Role,
    SignedIn,
    Tried,
    Tries,
    Vault,
    Visit,
    new_secret,
    secret_digest,
)
from giljabi.bootstrap.settings import Settings
from giljabi.model.errors import TooMany
from giljabi.store import (
    Jobs,
    Ledger,
    LinkPurpose,
    StoredAccount,
    StoredLink,
    StoredSession,
    StoredTries,
    Transaction,
)

UNFINISHED = timedelta(minutes=10)
"""How long a second factor may be given after the first."""

LINKS_LAST = {
    "owner": timedelta(days=1),
    "invitation": timedelta(days=7),
    "reset": timedelta(hours=1),
    "email": timedelta(days=1),
}
"""How long each kind of link is good."""


class Note(Protocol):
    """Writes into the audit log what was done."""

    def __call__(self, who: Principal | None, action: str, object: str = "", **detail: Any) -> None:  # noqa: A002
        """Note that somebody did something, with what, and what else is to be known of it."""


class Desk:
    """What all that is done with accounts needs.

    Whoever changes several things in one transaction takes them in this order, so that none waits for another
    for ever: who may come in as a whole, links, the account, what was tried, sessions.

    Parameters
    ----------
    ledger
        The workspace's database.
    vault
        Encrypts secrets of second factors, and digests what is counted.
    settings
        How long sessions last, which address the app has, and by which server mail is sent.
    jobs
        Has mail sent in the background.
    note
        Writes the audit log.
    clock
        Gives the present moment.
    """

    def __init__(
        self,
        ledger: Ledger,
        vault: Vault,
        settings: Settings,
        jobs: Jobs,
        note: Note | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._vault = vault
        self._settings = settings
        self._jobs = jobs
        self._note: Note = note or _nobody_notes
        self._clock = clock

    @property
    def _idle(self) -> timedelta:
        return timedelta(minutes=self._settings.session_idle)

    @property
    def _longest(self) -> timedelta:
        return timedelta(hours=self._settings.session_longest)

    async def _open_session(
        self, tx: Transaction, account: StoredAccount, visit: Visit, *, complete: bool
    ) -> SignedIn:
        """Keep a new session of an account."""
        now = self._clock()
        token = new_secret()
        stored = StoredSession(
            id=secret_digest(token).hex(),
            account=account.id,
            complete=complete,
            address=visit.address,
            agent=visit.short_agent,
            created_at=now,
            seen_at=now,
            expires_at=now + (self._longest if complete else UNFINISHED),
        )
        await tx.sessions.add(stored)
        if not complete:
            return SignedIn(token, complete=False)
        await tx.accounts.change(account.id, last_seen_at=now)
        maps = await tx.guests.of_account(account.id)
        return SignedIn(token, complete=True, principal=principal_of(account, maps, session=stored.id))

    async def _new_link(self, tx: Transaction, purpose: LinkPurpose, **fields: Any) -> tuple[str, StoredLink]:
        """Keep a new link; give its secret too."""
        now = self._clock()
        token = new_secret()
        link = StoredLink(
            id=secret_digest(token).hex(),
            purpose=purpose,
            created_at=now,
            expires_at=now + LINKS_LAST[purpose],
            **fields,
        )
        await tx.links.add(link)
        return token, link

    def _count_try(self, *tried: tuple[Tried, str]) -> bool:
        """Count a try of each kind before it is looked at; say whether it is the last before a lock.

        Raises TooMany where one is locked.
        """

        keys = [(self._throttle_key(kind, whose), kind) for kind, whose in tried if whose]

        async def count(tx: Transaction) -> tuple[int, bool]:
            now, last = self._clock(), False
            looked = []
            # Two who look at the same keys look in the same order, so that neither waits for the other.
            for key, kind in sorted(keys):
                stored = await tx.throttle.look(key, now)
                looked.append((key, kind, Tries(stored.tries, stored.since, stored.locked_until)))
            waits = max((tries.waits(now) for _, _, tries in looked), default=0)
            for key, kind, tries in looked if not waits else []:
                counted = tries.and_one(LIMITS[kind], now)
                last = last or counted.locked_until is not None
                await tx.throttle.put(key, StoredTries(counted.count, counted.last, counted.locked_until))
            return waits, last

        waits, last = self._ledger.within(count)
        if waits:
            raise TooMany(f"this was tried too often; try again in {waits} seconds", waits)
        return last

    async def _was_right(self, tx: Transaction, kind: Tried, whose: str, visit: Visit | None = None) -> None:
        """Forget what was tried before it was right, and take back that one try from where it came."""
        if visit is not None and visit.address:
            # In the order of the keys, as they are counted.
            key = self._throttle_key("address", visit.address)
            stored = await tx.throttle.look(key, self._clock())
            less = Tries(stored.tries, stored.since, stored.locked_until).less_one()
            await tx.throttle.put(key, StoredTries(less.count, less.last, less.locked_until))
        await tx.throttle.reset(self._throttle_key(kind, whose))

    def _throttle_key(self, kind: Tried, whose: str) -> str:
        # Addresses that nobody here has must not be kept in the clear.
        return f"{kind}/{self._vault.digest('throttle', kind, whose).hex()}"


def principal_of(account: StoredAccount, maps: Any = None, session: str = "", token: str = "") -> Principal:
    """Give an account as whoever makes a request; ``maps`` are those of a guest."""
    return Principal(
        account=account.id,
        name=account.name or account.email,
        role=cast(Role, account.role),
        maps=dict(maps or {}) if account.role == "guest" else {},
        session=session,
        token=token,
    )


def _nobody_notes(who: Principal | None, action: str, object: str = "", **detail: Any) -> None:  # noqa: A002
    """Note nothing."""
