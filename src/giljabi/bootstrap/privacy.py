"""What customers have a say in: consent with its history, and what happens at the door to fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from giljabi.model.errors import BadParameter, NotFound
from giljabi.store import (
    FieldAction,
    Ledger,
    StoredConsent,
    StoredFieldRule,
    StoredPurpose,
    Transaction,
)

if TYPE_CHECKING:
    from giljabi.privacy import ConsentState, ConsentWord, DoorBook, FileMistake, Keyed, Writing

_AT_ONCE = 1_000


class PurposeState(msgspec.Struct, frozen=True):
    """A purpose, and for how many identifiers consent to it stands given, and withdrawn."""

    purpose: StoredPurpose
    given: int
    withdrawn: int


class CustomerConsent(msgspec.Struct, frozen=True):
    """Where the consent of a customer stands, and all that was said, the newest first.

    ``customer`` is empty where nobody is known by the identifier yet; ``names`` are those of the purposes.
    """

    customer: str
    identifiers: Sequence[tuple[str, str]]
    states: Sequence[ConsentState]
    history: Sequence[StoredConsent]
    names: Mapping[str, str] = {}


class Recorded(msgspec.Struct, frozen=True):
    """How many words of consent were new, how many were there already, and which rows were none."""

    new: int
    known: int
    mistakes: Sequence[FileMistake] = ()


class TriedRules(msgspec.Struct, frozen=True):
    """What rules would leave of a call."""

    before: dict[str, Any]
    after: dict[str, Any]


class Privacy:
    """Consent and rules for fields of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    keyed, writing
        Give digests, and the form in which identifiers are compared.
    door
        Is told where something changes.
    """

    def __init__(self, ledger: Ledger, keyed: Keyed, writing: Writing, door: DoorBook) -> None:
        self._ledger = ledger
        self._keyed = keyed
        self._writing = writing
        self._door = door

    # Purposes

    def purposes(self) -> Sequence[PurposeState]:
        """Give the purposes, by name."""

        async def look(tx: Transaction) -> Sequence[PurposeState]:
            counts = await tx.consents.counts()
            return [PurposeState(one, *counts.get(one.id, (0, 0))) for one in await tx.consents.purposes()]

        return self._ledger.within(look)

    def put_purpose(self, id: str, name: str, *, collection: bool) -> StoredPurpose:  # noqa: A002
        """Keep a purpose, new or in the place of the one of this id.

        Parameters
        ----------
        id
            Letters, digits, ``_``, ``.`` and ``-``; as senders name it.
        name
            As people know it.
        collection
            Whether calls of who has not agreed to it are not kept.

        Raises
        ------
        BadParameter
            If one of them is not as it should be, or there are too many.
        """
        from giljabi.privacy import MOST_PURPOSES, check_purpose

        said, shown = check_purpose(id, name)

        async def keep(tx: Transaction) -> StoredPurpose:
            there = [one.id for one in await tx.consents.purposes()]
            near = [one for one in there if one.casefold() == said.casefold()]
            if near and near != [said]:
                raise BadParameter(f"there is already a purpose {near[0]!r}; capitals make no difference")
            if not near and len(there) >= MOST_PURPOSES:
                raise BadParameter(f"there are {len(there)} purposes already; {MOST_PURPOSES} are allowed")
            return await tx.consents.put_purpose(said, shown, collection=collection)

        kept = self._ledger.within(keep)
        self._door.changed()
        return kept

    def remove_purpose(self, id: str) -> None:  # noqa: A002
        """Remove a purpose; raises NotFound, and BadParameter where customers have spoken of it."""
        self._ledger.within(lambda tx: tx.consents.remove_purpose(id))
        self._door.changed()

    # Consent

    def record(self, words: Sequence[ConsentWord], by: str) -> Recorded:
        """Keep what customers said, all or none.

        Parameters
        ----------
        words
            What was said.
        by
            The account, or what else, that records it.

        Raises
        ------
        BadParameter
            If one of them is no word of consent: which, and what is wrong.
        """
        checked, mistakes = self._checked(list(enumerate(words, 1)))
        if mistakes:
            first = mistakes[0]
            raise BadParameter(first.detail if len(words) == 1 else f"word {first.row}: {first.detail}")
        return self._keep(checked, by)

    def record_file(self, body: bytes, by: str) -> Recorded:
        """Keep what stands in a file (CSV or JSON); rows that are no word of consent are told, and left out.

        Raises
        ------
        BadParameter
            If it is no such file.
        """
        from giljabi.privacy import read_file

        words, mistakes = read_file(body)
        checked, more = self._checked(words)
        done = self._keep(checked, by)
        told = sorted([*mistakes, *more], key=lambda one: one.row)
        return msgspec.structs.replace(done, mistakes=told)

    def consent_of(self, kind: str, value: str) -> CustomerConsent:
        """Say where the consent of whoever has an identifier stands."""
        if not kind.strip() or not value.strip():
            raise BadParameter("nothing says whose consent it is; give the kind and value of an identifier")
        pair = kind.strip(), self._as_kept(kind.strip(), value)
        return self._ledger.within(lambda tx: _consent_of(tx, [pair]))

    def consent_of_customer(self, customer: str) -> CustomerConsent:
        """Say where the consent of a customer stands, by all of their identifiers."""
        return self._ledger.within(lambda tx: _consent_of_customer(tx, customer))

    def _checked(
        self, words: Sequence[tuple[int, ConsentWord]]
    ) -> tuple[list[ConsentWord], list[FileMistake]]:
        from giljabi.privacy import FileMistake, check_word

        now = datetime.now(UTC)
        purposes = {one.id for one in self._ledger.within(lambda tx: tx.consents.purposes())}
        good: list[ConsentWord] = []
        mistakes: list[FileMistake] = []
        for row, word in words:
            try:
                good.append(check_word(word, purposes, now))
            except BadParameter as error:
                mistakes.append(FileMistake(row, str(error)))
        return good, mistakes

    def _keep(self, words: Sequence[ConsentWord], by: str) -> Recorded:
        rows = [self._stored(word, by) for word in words]
        new = 0
        for at in range(0, len(rows), _AT_ONCE):
            some = rows[at : at + _AT_ONCE]
            new += self._ledger.within(lambda tx, some=some: tx.consents.add(some))  # type: ignore[misc]
        return Recorded(new, len(rows) - new)

    def _stored(self, word: ConsentWord, by: str) -> StoredConsent:
        value = self._as_kept(word.kind, word.value)
        assert word.at is not None
        return StoredConsent(
            kind=word.kind,
            value=value,
            subject=self._keyed.digest(word.kind, value),
            purpose=word.purpose,
            channel=word.channel,
            given=word.given,
            at=word.at,
            recorded_by=by,
            way=word.way,
            wording=word.wording,
            version=word.version,
            proof=word.proof,
        )

    def _as_kept(self, kind: str, value: str) -> str:
        """Write an identifier as it is kept: where a rule hashes its kind everywhere, as its hash."""
        cleaner = self._door.cleaner("")
        if cleaner is not None and cleaner.of_identifier(kind) == "hash":
            return cleaner.hash(kind, value)
        return self._writing.normal(kind, value)

    # Rules for fields

    def field_rules(self) -> Sequence[StoredFieldRule]:
        """Give the rules for fields, in the order in which they were made."""
        return self._ledger.within(lambda tx: tx.field_rules.list())

    def add_field_rule(self, field: str, action: FieldAction, source: str = "") -> StoredFieldRule:
        """Have a field dropped or hashed at the door, from now on.

        Parameters
        ----------
        field
            As `giljabi.privacy.fields` says: ``email``, ``properties.card``, ``traits.*phone``.
        action
            ``drop`` or ``hash``.
        source
            The source's id; empty for all, and for files.

        Raises
        ------
        BadParameter
            If it is no rule, there is one for the field already, or there are too many.
        NotFound
            If there is no such source.
        """
        from giljabi.privacy import MOST_RULES, check_rule

        said = check_rule(field, action)

        async def keep(tx: Transaction) -> StoredFieldRule:
            if source and source not in {one.id for one in await tx.sources.list()}:
                raise NotFound(f"there is no source {source!r} in this workspace")
            if len(await tx.field_rules.list()) >= MOST_RULES:
                raise BadParameter(f"there are {MOST_RULES} rules already; more are not allowed")
            return await tx.field_rules.add(source, said, action)

        kept = self._ledger.within(keep)
        self._door.changed()
        return kept

    def remove_field_rule(self, id: str) -> None:  # noqa: A002
        """Keep a field as it comes from now on; raises NotFound."""
        self._ledger.within(lambda tx: tx.field_rules.remove(id))
        self._door.changed()

    def try_rules(
        self, call: Mapping[str, Any], source: str = "", more: Sequence[tuple[str, FieldAction]] = ()
    ) -> TriedRules:
        """Say what the rules, and some more, would leave of a call; raises BadParameter."""
        from giljabi.privacy import FieldRules, check_rule

        now = datetime.now(UTC)
        extra = [
            StoredFieldRule(f"more-{number}", source, check_rule(field, action), action, now)
            for number, (field, action) in enumerate(more)
        ]
        rules = FieldRules([*extra, *self.field_rules()], self._keyed, self._writing)
        cleaner = rules.of(source)
        before = dict(call)
        return TriedRules(before, before if cleaner is None else cleaner.record(before))


async def _consent_of_customer(tx: Transaction, customer: str) -> CustomerConsent:
    held = [(one.kind, one.value) for one in await tx.identities.identifiers_of(customer)]
    # Customers who are known from files alone have their id for an identifier.
    found = await _consent_of(tx, held or [("user_id", customer)])
    return msgspec.structs.replace(found, customer=customer)


async def _consent_of(tx: Transaction, pairs: Sequence[tuple[str, str]]) -> CustomerConsent:
    from giljabi.privacy import present

    known = await tx.identities.known(pairs)
    customer = next((one.customer for one in known), "")
    held = [(one.kind, one.value) for one in await tx.identities.identifiers_of(customer)] if customer else []
    identifiers = list(dict.fromkeys([*pairs, *held]))
    history = await tx.consents.of(identifiers)
    names = {one.id: one.name for one in await tx.consents.purposes()} if history else {}
    return CustomerConsent(customer, identifiers, present(history), history, names)
