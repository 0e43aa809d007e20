"""Who is who as the pages show it: rules, trials, merges and splits, groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from giljabi.bootstrap import ReplayState, RuleState
from giljabi.resolve import Trial
from giljabi.server.views.customers import CustomerEdgeView
from giljabi.store import IdentityEdge, IdentityRule, StoredGroup


class RuleValues(msgspec.Struct, frozen=True):
    """How identifiers of a kind are read; ``unique`` ones belong to one customer for good."""

    priority: int
    unique: bool
    limit: int | None = None
    blocked: list[str] = []

    def rule(self, kind: str) -> IdentityRule:
        """Give the rule of a kind."""
        return IdentityRule(kind, self.priority, self.unique, self.limit, tuple(self.blocked))


class RuleView(msgspec.Struct, frozen=True):
    """A rule; ``changed`` where it is not the one that a new workspace has."""

    kind: str
    priority: int
    unique: bool
    limit: int | None
    blocked: list[str]
    changed: bool


class RuleList(msgspec.Struct, frozen=True):
    """All rules, the strongest first."""

    rules: list[RuleView]


class TryIdentifiers(msgspec.Struct, frozen=True):
    """Identifiers to try, by kind."""

    identifiers: dict[str, str]


class TriedIdentifierView(msgspec.Struct, frozen=True):
    """An identifier as it is read: written as its kind is, blocked or not, and who holds it."""

    kind: str
    value: str
    blocked: bool
    unique: bool
    customer: str | None


class TriedMergeView(msgspec.Struct, frozen=True):
    """A merge that would be made."""

    from_customer: str
    to_customer: str
    why: str


class TrialView(msgspec.Struct, frozen=True):
    """What identifiers would give; ``customer`` is null where they say nothing."""

    customer: str | None
    new: bool
    identifiers: list[TriedIdentifierView]
    merges: list[TriedMergeView]
    handed: list[str]


class EdgeList(msgspec.Struct, frozen=True):
    """Merges and splits, the newest first; ``before`` asks for the next, null where these are the last."""

    edges: list[CustomerEdgeView]
    before: int | None


class StitchingView(msgspec.Struct, frozen=True):
    """Whether events wait to follow their customers, and what the last replay did."""

    waits: bool
    state: Literal["never", "running", "done", "failed"]
    error: str
    finished_at: datetime | None
    facts: dict[str, Any]


class SplitWish(msgspec.Struct, frozen=True):
    """Identifiers to take out of a customer: kind and value of each."""

    customer: str
    identifiers: list[tuple[str, str]]


class MergeWish(msgspec.Struct, frozen=True):
    """Two customers to make one."""

    one: str
    other: str


class GroupView(msgspec.Struct, frozen=True):
    """A household or company, and how many customers belong to it."""

    id: str
    kind: str
    traits: dict[str, Any]
    members: int


class GroupList(msgspec.Struct, frozen=True):
    """Groups by id; ``after`` asks for the next, null where these are the last."""

    groups: list[GroupView]
    after: str | None


class MemberView(msgspec.Struct, frozen=True):
    """A customer of a group, and since when."""

    customer: str
    since: datetime


class MemberList(msgspec.Struct, frozen=True):
    """The customers of a group; ``after`` asks for the next, null where these are the last."""

    members: list[MemberView]
    after: str | None


def rule_list(rules: Sequence[RuleState]) -> RuleList:
    """Draw the rules."""
    return RuleList(
        [
            RuleView(
                one.rule.kind,
                one.rule.priority,
                one.rule.unique,
                one.rule.limit,
                list(one.rule.blocked),
                one.changed,
            )
            for one in rules
        ]
    )


def trial_view(trial: Trial) -> TrialView:
    """Draw a trial."""
    return TrialView(
        trial.customer,
        trial.new,
        [msgspec.convert(msgspec.structs.asdict(one), TriedIdentifierView) for one in trial.identifiers],
        [msgspec.convert(msgspec.structs.asdict(one), TriedMergeView) for one in trial.merges],
        [value for _, value in trial.handed],
    )


def edge_view(edge: IdentityEdge) -> CustomerEdgeView:
    """Draw a merge or split."""
    return CustomerEdgeView(**msgspec.structs.asdict(edge))


def edge_list(edges: Sequence[IdentityEdge], limit: int) -> EdgeList:
    """Draw a page of merges and splits."""
    return EdgeList([edge_view(one) for one in edges], edges[-1].id if len(edges) == limit else None)


def replay_view(state: ReplayState) -> StitchingView:
    """Draw how the replay stands."""
    last = state.last
    if last is None:
        return StitchingView(state.waits, "never", "", None, {})
    told: Any = last.state
    return StitchingView(state.waits, told, last.error, last.finished_at, last.facts)


def group_list(groups: Sequence[StoredGroup], limit: int) -> GroupList:
    """Draw a page of groups."""
    drawn = [GroupView(one.id, one.kind, one.traits, one.members) for one in groups]
    return GroupList(drawn, groups[-1].id if len(groups) == limit else None)


def member_list(members: Sequence[tuple[str, datetime]], limit: int) -> MemberList:
    """Draw a page of the customers of a group."""
    drawn = [MemberView(*one) for one in members]
    return MemberList(drawn, members[-1][0] if len(members) == limit else None)
