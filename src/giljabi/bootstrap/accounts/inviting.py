"""Who may come in: the first owner, those who are invited, and links that let them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec

from giljabi.access import (
    GUEST_ROLES,
    ROLES,
    Principal,
    Role,
    SignedIn,
    Visit,
    at_least,
    check_password,
    hash_password,
    normal_email,
    secret_digest,
)
from giljabi.bootstrap.accounts.mailing import Mailing
from giljabi.bootstrap.accounts.signing import Signing
from giljabi.model.errors import BadParameter, NotAllowed, NotFound
from giljabi.store import LinkPurpose, StoredAccount, StoredGuest, StoredLink, Transaction

LONGEST_NAME = 80

LANGUAGES = ("ko", "en")


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation that was not accepted yet.

    Attributes
    ----------
    id
        Its name.
    email, role, maps
        Who is invited as what; ``maps`` are a guest's, each with what they are to be there.
    made_by
        The account's id of who invited.
    created_at, expires_at
        When it was made, and until when it is good.
    language
        In which it was written.
    token
        The secret of its link, to be passed on by hand where no mail went out; else None.
    mailed
        Whether it went out by mail just now.
    problem
        Why it did not, where it should have.
    """

    id: str
    email: str
    role: Role
    maps: Mapping[str, Role]
    made_by: str
    created_at: datetime
    expires_at: datetime
    language: str = ""
    token: str | None = None
    mailed: bool = False
    problem: str = ""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What a link is good for, for whoever holds it.

    ``by`` is the name of who invited; ``maps`` are a guest's, by id, and ``titles`` what they are called.
    """

    purpose: LinkPurpose
    email: str
    expires_at: datetime
    role: Role | None = None
    maps: Mapping[str, Role] = {}
    titles: Sequence[str] = ()
    by: str = ""


class Inviting(Signing, Mailing):
    """Who may come in."""

    def exist(self) -> bool:
        """Say whether there is any account."""
        return self._ledger.within(lambda tx: tx.accounts.count()) > 0

    def owner_link(self) -> str | None:
        """Make the link by which the owner comes in, in the place of an earlier one; give its secret.

        It is good for a day; None once there is an account.
        """

        async def make(tx: Transaction) -> str | None:
            await tx.accounts.hold()
            if await tx.accounts.count():
                return None
            await tx.links.end("owner")
            return (await self._new_link(tx, "owner"))[0]

        return self._ledger.within(make)

    def begin(
        self, token: str, email: str, name: str, password: str, language: str, visit: Visit
    ) -> SignedIn:
        """Make the owner's account by the link that `owner_link` gave, and sign in.

        Raises
        ------
        NotFound
            If the link is no longer good.
        BadParameter
            If the e-mail address or the password will not do.
        """
        self._look(token, "owner")
        address = normal_email(email)
        new = self._new_account(address, name, "owner", language)
        check_password(password, address, new.name)
        kept = hash_password(password)

        async def make(tx: Transaction) -> SignedIn:
            await tx.accounts.hold()
            used = await tx.links.use(secret_digest(token).hex(), "owner", self._clock())
            if used is None or await tx.accounts.count():
                raise no_longer_good()
            account = await tx.accounts.add(new, kept)
            return await self._open_session(tx, account, visit, complete=True)

        done = self._ledger.within(make)
        self._note(done.principal, "session.owner_made", new.id, address=visit.address)
        return done

    def invite(
        self, by: Principal, email: str, role: Role, maps: Mapping[str, Role], language: str
    ) -> Invitation:
        """Invite somebody; an earlier invitation of the same e-mail address ends.

        Parameters
        ----------
        by
            Who invites; nobody gives more than they have.
        email
            Whom.
        role
            As what.
        maps
            The maps of a guest, and what they are to be on each.
        language
            In which the mail is written, ``ko`` or ``en``.

        Raises
        ------
        NotAllowed
            If they may not.
        BadParameter
            If the e-mail address is none, has an account already, or a guest has no map.
        NotFound
            If there is no such map.
        """
        may_give(by, role)
        address = normal_email(email)
        offer = {"role": role, "maps": _checked_maps(role, maps), "language": _language(language)}

        async def make(tx: Transaction) -> tuple[str, StoredLink]:
            await tx.accounts.hold()
            if not await tx.accounts.count():
                raise NotAllowed("make the owner's account first")
            if await tx.accounts.by_email(address) is not None:
                raise BadParameter("there is already an account of this e-mail address")
            for one in offer["maps"]:
                await tx.maps.get(one)
            await tx.links.end("invitation", email=address)
            return await self._new_link(tx, "invitation", email=address, offer=offer, made_by=by.account)

        token, link = self._ledger.within(make)
        return self._sent(by, token, link)

    def invitations(self) -> Sequence[Invitation]:
        """Give the invitations that are good still, the newest first."""
        open_ones = self._ledger.within(lambda tx: tx.links.open("invitation", self._clock()))
        return [_invitation(one) for one in open_ones]

    def renew(self, by: Principal, id: str) -> Invitation:  # noqa: A002
        """Make an invitation's link anew, and send it again; raises NotFound and NotAllowed."""

        async def make(tx: Transaction) -> tuple[str, StoredLink]:
            old = await tx.links.get(id, self._clock())
            if old is None or old.purpose != "invitation":
                raise NotFound("there is no such invitation any more")
            may_give(by, _invitation(old).role)
            await tx.links.end("invitation", id=old.id)
            return await self._new_link(
                tx, "invitation", email=old.email, offer=old.offer, made_by=by.account
            )

        token, link = self._ledger.within(make)
        return self._sent(by, token, link)

    def withdraw(self, by: Principal, id: str) -> None:  # noqa: A002
        """End an invitation; raises NotFound and NotAllowed."""
        may_admit(by)
        if not self._ledger.within(lambda tx: tx.links.end("invitation", id=id)):
            raise NotFound("there is no such invitation any more")

    def look_at_link(self, token: str) -> Link:
        """Say what a link is good for; raises NotFound where it is no longer good."""
        link = self._look(token)
        invitation = _invitation(link) if link.purpose == "invitation" else None

        async def who(tx: Transaction) -> tuple[str, Sequence[str]]:
            by = next((one for one in await tx.accounts.list() if one.id == link.made_by), None)
            titles = {one.id: one.title for one in await tx.maps.list()}
            mine = [titles[one] for one in (invitation.maps if invitation else ()) if one in titles]
            return "" if by is None else by.name or by.email, mine

        by, titles = self._ledger.within(who)
        return Link(
            purpose=link.purpose,
            email=link.email,
            expires_at=link.expires_at,
            role=None if invitation is None else invitation.role,
            maps={} if invitation is None else invitation.maps,
            titles=titles,
            by=by,
        )

    def join(self, token: str, name: str, password: str, language: str, visit: Visit) -> SignedIn:
        """Accept an invitation: make the account, and sign in; raises as `begin` does."""
        link = self._look(token, "invitation")
        new = self._new_account(link.email, name, _invitation(link).role, language)
        check_password(password, link.email, new.name)
        kept = hash_password(password)

        async def make(tx: Transaction) -> SignedIn:
            await tx.accounts.hold()
            used = await tx.links.use(link.id, "invitation", self._clock())
            if used is None:
                raise no_longer_good()
            account = await self._admit(tx, used, new, kept)
            return await self._open_session(tx, account, visit, complete=True)

        done = self._ledger.within(make)
        self._note(done.principal, "session.joined", new.id, address=visit.address, role=new.role)
        return done

    async def _admit(
        self, tx: Transaction, link: StoredLink, new: StoredAccount, kept: str | None = None
    ) -> StoredAccount:
        """Make the account an invitation was for; raises NotFound where who invited could not any more."""
        invitation = _invitation(link)
        inviter = next((one for one in await tx.accounts.list() if one.id == link.made_by), None)
        if link.made_by and not _could_give(inviter, invitation.role):
            raise no_longer_good()
        account = await tx.accounts.add(new, kept)
        known = {one.id for one in await tx.maps.list()}
        for map_id, role in invitation.maps.items():
            if map_id in known:
                await tx.guests.put(StoredGuest(map_id, account.id, role))
        await tx.links.end("invitation", email=link.email)
        return account

    def _look(self, token: str, purpose: LinkPurpose | None = None) -> StoredLink:
        link = self._ledger.within(lambda tx: tx.links.get(secret_digest(token).hex(), self._clock()))
        if link is None or purpose not in {None, link.purpose}:
            raise no_longer_good()
        return link

    def _new_account(self, email: str, name: str, role: Role, language: str) -> StoredAccount:
        now = self._clock()
        return StoredAccount(
            id=secrets.token_hex(8),
            email=email,
            name=checked_name(name),
            role=role,
            language=_language(language),
            enabled=True,
            has_password=True,
            second_factor=False,
            created_at=now,
            password_changed_at=now,
        )

    def _sent(self, by: Principal, token: str, link: StoredLink) -> Invitation:
        """Send an invitation; where no mail goes out, give its secret to be passed on by hand."""
        invitation = _invitation(link)
        problem = self._mail_invitation(by, invitation.email, token, invitation.language)
        if problem is None:
            return msgspec.structs.replace(invitation, mailed=True)
        return msgspec.structs.replace(invitation, token=token, problem=problem)


def checked_name(name: str) -> str:
    """Give a person's name without what cannot be shown; raises BadParameter where it is too long."""
    said = " ".join("".join(one for one in name if one.isprintable() or one.isspace()).split())
    if len(said) > LONGEST_NAME:
        raise BadParameter(f"a name has at most {LONGEST_NAME} letters, not {len(said)}")
    return said


def may_admit(by: Principal) -> None:
    """Say whether somebody may change who comes in; raises NotAllowed."""
    if not by.may("admin"):
        raise NotAllowed("only owners and admins decide who may come in")


def may_give(by: Principal, role: Role) -> None:
    """Say whether somebody may give a role; raises NotAllowed, and BadParameter where it is none."""
    may_admit(by)
    if role not in ROLES:
        raise BadParameter(f"{role!r} is no role; there are {', '.join(ROLES)}")
    if not at_least(by.role, role):
        raise NotAllowed("nobody gives more than they have; ask an owner")


def _could_give(account: StoredAccount | None, role: Role) -> bool:
    if account is None or not account.enabled:
        return False
    own = cast(Role, account.role)
    return own in {"owner", "admin"} and at_least(own, role)


def _checked_maps(role: Role, maps: Mapping[str, Role]) -> dict[str, Role]:
    if role != "guest":
        if maps:
            raise BadParameter("only guests are let in by single maps; everybody else sees all of them")
        return {}
    if not maps:
        raise BadParameter("choose at least one map for a guest")
    for one in maps.values():
        check_guest_role(one)
    return dict(maps)


def check_guest_role(role: str) -> None:
    """Say whether a guest may be that on a map; raises BadParameter."""
    if role not in GUEST_ROLES:
        raise BadParameter(f"{role!r} is no role of a guest; there are {', '.join(GUEST_ROLES)}")


def _language(language: str) -> str:
    return language if language in LANGUAGES else ""


def _invitation(link: StoredLink) -> Invitation:
    return Invitation(
        id=link.id,
        email=link.email,
        role=link.offer["role"],
        maps=link.offer.get("maps", {}),
        made_by=link.made_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
        language=link.offer.get("language", ""),
    )


def no_longer_good() -> NotFound:
    """Make the error of a link that was used, is over, or never was."""
    return NotFound("this link is no longer good; ask for a new one")
