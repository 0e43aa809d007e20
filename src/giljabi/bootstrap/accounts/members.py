"""Who is in the workspace, as what, and the guests of single maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from giljabi.access import Principal, Role, at_least, normal_email
from giljabi.bootstrap.accounts.inviting import (
    Invitation,
    check_guest_role,
    may_admit,
    may_give,
)
from giljabi.bootstrap.accounts.resetting import Resetting
from giljabi.model.errors import BadParameter, NotAllowed, NotFound
from giljabi.store import StoredAccount, StoredGuest, Transaction


class Guest(msgspec.Struct, frozen=True):
    """A guest of a map: whose account it is, and what it is there."""

    account: str
    email: str
    name: str
    role: Role


class Members(Resetting):
    """Who is in the workspace, as what, and the guests of single maps."""

    def people(self) -> Sequence[StoredAccount]:
        """Give all accounts, by name."""
        return self._ledger.within(lambda tx: tx.accounts.list())

    def change_role(self, by: Principal, account: str, role: Role) -> StoredAccount:
        """Make somebody something else; it holds from their next request on.

        Raises
        ------
        NotAllowed
            If who changes it has less than they give or take, or nobody would be owner any more.
        NotFound
            If there is no such account.
        """
        may_give(by, role)

        async def change(tx: Transaction) -> StoredAccount:
            before = await self._held(tx, by, account)
            if role != "owner":
                await _another_owner(tx, before)
            if role != "guest":
                await tx.guests.remove(account)
            return await tx.accounts.change(account, role=role)

        return self._ledger.within(change)

    def disable(self, by: Principal, account: str) -> StoredAccount:
        """Let somebody in no more, until `enable`; raises as `change_role` does."""

        async def change(tx: Transaction) -> StoredAccount:
            await _another_owner(tx, await self._held(tx, by, account))
            await tx.links.end("reset", account=account)
            changed = await tx.accounts.change(account, enabled=False)
            await tx.sessions.end_all(account)
            return changed

        return self._ledger.within(change)

    def enable(self, by: Principal, account: str) -> StoredAccount:
        """Let somebody in again; raises as `change_role` does."""

        async def change(tx: Transaction) -> StoredAccount:
            await self._held(tx, by, account)
            return await tx.accounts.change(account, enabled=True)

        return self._ledger.within(change)

    def remove(self, by: Principal, account: str) -> None:
        """Remove an account with its sessions, tokens and second factor; raises as `change_role` does."""

        async def change(tx: Transaction) -> None:
            await _another_owner(tx, await self._held(tx, by, account))
            await tx.accounts.remove(account)

        self._ledger.within(change)

    def guests_of(self, map: str) -> Sequence[Guest]:  # noqa: A002
        """Give the guests of a map, those who came first at first."""

        async def look(tx: Transaction) -> Sequence[Guest]:
            known = {one.id: one for one in await tx.accounts.list()}
            return [_guest(known[one.account], one.role) for one in await tx.guests.of_map(map)]

        return self._ledger.within(look)

    def guest_maps(self) -> Mapping[str, Mapping[str, Role]]:
        """Give the maps of every guest, and what they are on each, by the account's id."""
        maps: dict[str, dict[str, Role]] = {}
        for one in self._ledger.within(lambda tx: tx.guests.list()):
            maps.setdefault(one.account, {})[one.map] = cast(Role, one.role)
        return maps

    def let_guest(
        self,
        by: Principal,
        map: str,  # noqa: A002
        email: str,
        role: Role,
        language: str,
    ) -> Guest | Invitation:
        """Let somebody see a map: a guest who is known, else by an invitation.

        Raises
        ------
        NotAllowed
            If who lets them in may not.
        NotFound
            If there is no such map.
        BadParameter
            If it is no e-mail address, or of somebody who sees every map.
        """
        may_admit(by)
        check_guest_role(role)
        address = normal_email(email)

        async def put(tx: Transaction) -> StoredAccount | None:
            await tx.accounts.hold()
            account = await tx.accounts.by_email(address)
            if account is not None:
                if account.role != "guest":
                    raise BadParameter("they see every map already; only guests are let in by single maps")
                await tx.guests.put(StoredGuest(map, account.id, role))
            return account

        account = self._ledger.within(put)
        if account is None:
            maps = {**self._invited_to(address), map: role}
            return self.invite(by, address, "guest", maps, language)
        return _guest(account, role)

    def leave_guest(self, by: Principal, map: str, account: str) -> None:  # noqa: A002
        """Turn a guest away from a map; raises NotAllowed and NotFound."""
        may_admit(by)
        if not self._ledger.within(lambda tx: tx.guests.remove(account, map)):
            raise NotFound(f"the account {account!r} is no guest of this map")

    def _invited_to(self, email: str) -> Mapping[str, Role]:
        """Give the maps to which a guest is invited, but did not come yet."""
        mine = [one for one in self.invitations() if one.email == email and one.role == "guest"]
        return {map_id: role for one in mine for map_id, role in one.maps.items()}

    async def _held(self, tx: Transaction, by: Principal, account: str) -> StoredAccount:
        """Give an account while nobody else changes any; raises NotAllowed where it is more than who asks."""
        may_admit(by)
        await tx.accounts.hold()
        held, asks = await tx.accounts.get(account), by.role
        if by.account:
            # What they were when they asked may have been taken from them meanwhile.
            asks = cast(Role, (await tx.accounts.get(by.account)).role)
        if not at_least(asks, cast(Role, held.role)):
            raise NotAllowed("only an owner changes another owner's account")
        return held


async def _another_owner(tx: Transaction, account: StoredAccount) -> None:
    """Raise NotAllowed where an account is the last owner who can sign in."""
    if account.role != "owner" or not account.enabled:
        return
    others = [one for one in await tx.accounts.list() if one.role == "owner" and one.enabled]
    if len(others) < 2:
        raise NotAllowed("this is the last owner; make somebody else an owner first")


def _guest(account: StoredAccount, role: str) -> Guest:
    return Guest(account.id, account.email, account.name, cast(Role, role))
