"""Who is who in a workspace: resolving, merges and splits, groups, the customer's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from giljabi.model.errors import BadParameter
from giljabi.store import (
    Activity,
    EventLake,
    IdentityEdge,
    IdentityRule,
    Ledger,
    StoredGroup,
    Transaction,
)

if TYPE_CHECKING:
    from giljabi.resolve import LiveResolver, Replay, Trial

Progress: TypeAlias = Callable[[str, float], None]


class RuleState(msgspec.Struct, frozen=True):
    """A rule, and whether it was changed or added."""

    rule: IdentityRule
    changed: bool


class ReplayState(msgspec.Struct, frozen=True):
    """Whether events have followed their customers: whether some wait, and how the last replay went."""

    waits: bool
    last: Activity | None


class Identity:
    """The customers of one workspace, out of their identifiers.

    Parameters
    ----------
    ledger
        The workspace's database.
    lake
        Its events.
    """

    def __init__(self, ledger: Ledger, lake: EventLake) -> None:
        self._ledger = ledger
        self._lake = lake
        self._resolver: LiveResolver | None = None
        self._replay: Replay | None = None
        self.changed: Callable[[], None] = _nothing
        """Called when events are to follow a decision; it must not block."""

    @property
    def resolver(self) -> LiveResolver:
        """Says whose each call is."""
        if self._resolver is None:
            from giljabi.resolve import LiveResolver

            self._resolver = LiveResolver()
        return self._resolver

    # Rules

    def rules(self) -> Sequence[RuleState]:
        """Give the rules of identifiers, the strongest first."""
        from giljabi.resolve import Rules

        stored = self._ledger.within(lambda tx: tx.identities.rules())
        changed = {rule.kind for rule in stored}
        return [RuleState(rule, rule.kind in changed) for rule in Rules(stored).all()]

    def put_rule(self, rule: IdentityRule) -> Sequence[RuleState]:
        """Keep a rule, for calls from now on; raises BadParameter where it can be none."""
        from giljabi.resolve import check_rule

        checked = check_rule(rule)
        self._ledger.within(lambda tx: tx.identities.put_rule(checked))
        return self.rules()

    def reset_rule(self, kind: str) -> Sequence[RuleState]:
        """Read identifiers of a kind as they are read where nobody changed it."""
        self._ledger.within(lambda tx: tx.identities.remove_rule(kind))
        return self.rules()

    def try_identifiers(self, identifiers: Mapping[str, str]) -> Trial:
        """Say what a call with these identifiers would give; nothing is learned from it.

        Raises
        ------
        BadParameter
            If there is none, or one is too long.
        """
        from giljabi.resolve import trial

        said = {kind.strip(): value for kind, value in identifiers.items() if kind.strip()}
        if not said or len(said) > 20:
            raise BadParameter("give 1 to 20 identifiers to try")
        if any(len(value) > 200 or "\0" in value for value in (*said, *said.values())):
            raise BadParameter("an identifier has at most 200 characters, none of them a null character")
        return self._ledger.within(lambda tx: trial(tx, said))

    # Merges and splits

    def edges(self, *, before: int | None = None, limit: int = 50) -> Sequence[IdentityEdge]:
        """Give merges and splits, the newest first, from below an id."""
        return self._ledger.within(lambda tx: tx.identities.edges(before=before, limit=limit))

    def merge(self, one: str, other: str, cause: Mapping[str, Any]) -> IdentityEdge:
        """Make two customers one, for a cause; raises BadParameter where they are."""
        from giljabi.resolve import merge

        return self._decide(lambda tx: merge(tx, one, other, cause))

    def split(self, customer: str, identifiers: Sequence[tuple[str, str]]) -> IdentityEdge:
        """Take identifiers (kind, value) out of a customer into one of their own.

        Raises
        ------
        NotFound
            If the customer does not hold one of them.
        BadParameter
            If nothing is taken, or nothing would be left.
        """
        from giljabi.resolve import split

        return self._decide(lambda tx: split(tx, customer, identifiers))

    def undo(self, edge: int) -> IdentityEdge:
        """Take a merge or split back; raises NotFound, and BadParameter where it was taken back before."""
        from giljabi.resolve import undo

        return self._decide(lambda tx: undo(tx, edge))

    def _decide(self, decision: Callable[[Transaction], Any]) -> IdentityEdge:
        edge: IdentityEdge = self._ledger.within(decision)
        self.changed()
        return edge

    # Probable matches

    def match(self, tell: Progress | None = None) -> dict[str, Any]:
        """Compare all customers, and propose who may be one person; give figures."""
        from giljabi.bootstrap.matching import propose_matches

        return propose_matches(self._ledger, tell)

    # Replay

    def replay(self, tell: Progress | None = None) -> dict[str, Any]:
        """Let events and feedback follow their customers, unless it was done a moment ago; give figures."""
        due = self.replay_due_in()
        return self.replay_now(tell) if due == 0 else {}

    def replay_now(self, tell: Progress | None = None) -> dict[str, Any]:
        """Let events and feedback follow their customers; give figures."""
        figures: dict[str, Any] = msgspec.to_builtins(self._replaying().run(tell))
        return figures

    def replay_due_in(self) -> float | None:
        """Give the seconds until there is to be another replay; None where nothing waits for one."""
        return self._replaying().due_in()

    def replay_state(self) -> ReplayState:
        """Say whether events have followed their customers."""

        async def look(tx: Transaction) -> ReplayState:
            waits = await tx.identities.waiting_edges(1) or await tx.identities.waiting_hands(1)
            last = [one for one in await tx.activities.list() if one.name == "replay"]
            return ReplayState(bool(waits), last[0] if last else None)

        return self._ledger.within(look)

    def _replaying(self) -> Replay:
        if self._replay is None:
            from giljabi.resolve import Replay

            self._replay = Replay(self._ledger, self._lake)
        return self._replay

    # Groups

    def groups(self, after: str = "", limit: int = 50) -> Sequence[StoredGroup]:
        """Give households and companies by id, from after one."""
        return self._ledger.within(lambda tx: tx.identities.groups(after, limit))

    def members(self, group: str, after: str = "", limit: int = 50) -> Sequence[tuple[str, datetime]]:
        """Give the customers of a group and since when they belong to it, from after one."""
        return self._ledger.within(lambda tx: tx.identities.members(group, after, limit))


def _nothing() -> None:
    """Do nothing: nobody asked to be told."""
