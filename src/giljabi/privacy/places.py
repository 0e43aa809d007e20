"""What the lake, the log and the tables keep of somebody who is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

from giljabi.model.errors import LogMissing
from giljabi.privacy.erasing import Person, Progress
from giljabi.privacy.mentions import Mentions
from giljabi.privacy.suppression import digests_of_person
from giljabi.privacy.writing import Keyed, Writing
from giljabi.store import EventLake, KeptLog, Ledger, Transaction

Naming = Callable[[Person], Mentions]


class LakeEraser:
    """Removes the events of somebody, and what names them in the events of others.

    Parameters
    ----------
    ledger
        The workspace's database; its locks keep other writers off.
    lake
        The events.
    log
        Counts what would go.
    naming
        Gives what finds somebody in a text.
    settle
        Completes imports that a crash cut short: what proves them goes with the past.
    """

    name = "events"

    def __init__(
        self, ledger: Ledger, lake: EventLake, log: KeptLog, naming: Naming, settle: Callable[[], None]
    ) -> None:
        self._settle = settle
        self._ledger = ledger
        self._lake = lake
        self._log = log
        self._naming = naming

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count the events that would go, as far as the log knows them."""
        from giljabi.store import find_customer

        try:
            log = self._log.log()
        except LogMissing:
            return {"events": 0}
        runs = [find_customer(log, part) for part in person.parts]
        return {"events": sum(run.end - run.start for run in runs if run is not None)}

    def erase(self, person: Person, tell: Progress) -> Mapping[str, int]:
        """Remove them from every file; nothing is left of what was before."""
        mentions = self._naming(person)
        with ExitStack() as held:
            # A backup copies files: as long as it does, none of them goes.
            for lock in ("snapshots", "events"):
                held.enter_context(self._ledger.lock(lock))
            self._settle()
            changed = self._lake.erase(person.parts, mentions if mentions.rough else None, tell)
        return {"events": changed}


class LogEraser:
    """Builds the event log anew, and removes the one before.

    Parameters
    ----------
    log
        The event log.
    """

    name = "log"

    def __init__(self, log: KeptLog) -> None:
        self._log = log

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count nothing: the log holds what the lake holds."""
        return {}

    def erase(self, person: Person, tell: Progress) -> Mapping[str, int]:
        """Build it anew."""
        self._log.start_over(lambda _, share: tell(share))
        return {}


class TableEraser:
    """Removes identifiers, traits, merges and splits, groups, probable matches and feedback of somebody.

    Parameters
    ----------
    ledger
        The workspace's database.
    """

    name = "tables"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count the rows that would go."""
        return self._ledger.within(lambda tx: tx.forgetting.count(person.parts))

    def erase(self, person: Person, tell: Progress) -> Mapping[str, int]:
        """Remove them."""

        async def work(tx: Transaction) -> Mapping[str, int]:
            await tx.identities.hold()
            return await tx.forgetting.erase(person.parts, person.identifiers)

        return self._ledger.within(work)


class ConsentEraser:
    """Leaves of somebody's consent that it was said, and not who said it.

    Parameters
    ----------
    ledger
        The workspace's database.
    keyed, writing
        Give the digests that consent is kept under.
    """

    name = "consent"

    def __init__(self, ledger: Ledger, keyed: Keyed, writing: Writing) -> None:
        self._ledger = ledger
        self._keyed = keyed
        self._writing = writing

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count what was said."""

        async def count(tx: Transaction) -> Mapping[str, int]:
            return {"consent": len(await tx.consents.of(person.identifiers))}

        return self._ledger.within(count)

    def erase(self, person: Person, tell: Progress) -> Mapping[str, int]:
        """Take out who said it."""
        subjects = sorted(digests_of_person(self._keyed, self._writing, person))

        async def blank(tx: Transaction) -> Mapping[str, int]:
            return {"consent": await tx.forgetting.erase_consents(subjects, person.identifiers)}

        return self._ledger.within(blank)


class MentionEraser:
    """Takes somebody's names out of the texts of every table.

    Parameters
    ----------
    ledger
        The workspace's database.
    naming
        Gives what finds somebody in a text.
    """

    name = "mentions"

    def __init__(self, ledger: Ledger, naming: Naming) -> None:
        self._ledger = ledger
        self._naming = naming

    def preview(self, person: Person) -> Mapping[str, int]:
        """Count nothing: what names somebody in passing is found when it is taken out."""
        return {}

    def erase(self, person: Person, tell: Progress) -> Mapping[str, int]:
        """Take them out."""
        mentions = self._naming(person)
        if not mentions.rough:
            return {}
        changed = self._ledger.within(lambda tx: tx.forgetting.scrub(mentions.rough, mentions))
        return {"texts": sum(changed.values())}


def fitting(writing: Writing) -> Naming:
    """Give what makes `Mentions` of a customer."""
    return lambda person: Mentions(person.names, writing.normal)
