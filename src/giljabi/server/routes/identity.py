"""Who is who: rules of identifiers, merges and splits, groups."""

from __future__ import annotations

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from giljabi.bootstrap import Workspace
from giljabi.server.views.customers import CustomerEdgeView
from giljabi.server.views.identity import (
    EdgeList,
    GroupList,
    MemberList,
    MergeWish,
    RuleList,
    RuleValues,
    SplitWish,
    StitchingView,
    TrialView,
    TryIdentifiers,
    edge_list,
    edge_view,
    group_list,
    member_list,
    replay_view,
    rule_list,
    trial_view,
)

_PAGE = 50


@get("/rules", sync_to_thread=True, needs="edit")
def read_rules(workspace: NamedDependency[Workspace]) -> RuleList:
    """Give the rules of identifiers, the strongest first."""
    return rule_list(workspace.identity.rules())


@put("/rules/{kind:str}", sync_to_thread=True, needs="edit")
def put_rule(
    kind: FromPath[str], data: JSONBody[RuleValues], workspace: NamedDependency[Workspace]
) -> RuleList:
    """Keep a rule, for calls from now on; give all rules."""
    return rule_list(workspace.identity.put_rule(data.rule(kind)))


@delete("/rules/{kind:str}", status_code=200, sync_to_thread=True, needs="edit")
def reset_rule(kind: FromPath[str], workspace: NamedDependency[Workspace]) -> RuleList:
    """Read identifiers of a kind as a new workspace does; give all rules."""
    return rule_list(workspace.identity.reset_rule(kind))


@post("/try", status_code=200, sync_to_thread=True, needs="people", noted=False)
def try_identifiers(data: JSONBody[TryIdentifiers], workspace: NamedDependency[Workspace]) -> TrialView:
    """Say what a call with these identifiers would give; nothing is learned from it."""
    return trial_view(workspace.identity.try_identifiers(data.identifiers))


@get("/edges", sync_to_thread=True, needs="people")
def list_edges(workspace: NamedDependency[Workspace], before: FromQuery[int | None] = None) -> EdgeList:
    """Give a page of merges and splits, the newest first, from below an id."""
    return edge_list(workspace.identity.edges(before=before, limit=_PAGE), _PAGE)


@post("/edges/{id:int}/undo", status_code=200, sync_to_thread=True, needs="people")
def undo_edge(id: FromPath[int], workspace: NamedDependency[Workspace]) -> CustomerEdgeView:  # noqa: A002
    """Take a merge or split back; give the split or merge by which that is done."""
    return edge_view(workspace.identity.undo(id))


@post("/splits", sync_to_thread=True, needs="people")
def split_customer(data: JSONBody[SplitWish], workspace: NamedDependency[Workspace]) -> CustomerEdgeView:
    """Take identifiers out of a customer, into one of their own."""
    return edge_view(workspace.identity.split(data.customer, data.identifiers))


@post("/merges", sync_to_thread=True, needs="people")
def merge_customers(data: JSONBody[MergeWish], workspace: NamedDependency[Workspace]) -> CustomerEdgeView:
    """Make two customers one; the one with the stronger identifier gives the name."""
    return edge_view(workspace.identity.merge(data.one, data.other, {"why": "by_hand"}))


@get("/replay", sync_to_thread=True, needs="edit")
def read_replay(workspace: NamedDependency[Workspace]) -> StitchingView:
    """Say whether events wait to follow their customers, and what the last replay did."""
    return replay_view(workspace.identity.replay_state())


@get("/groups", sync_to_thread=True, needs="people")
def list_groups(workspace: NamedDependency[Workspace], after: FromQuery[str] = "") -> GroupList:
    """Give a page of households and companies by id, from after one."""
    return group_list(workspace.identity.groups(after, _PAGE), _PAGE)


@get("/groups/members", sync_to_thread=True, needs="people")
def list_members(
    group: FromQuery[str], workspace: NamedDependency[Workspace], after: FromQuery[str] = ""
) -> MemberList:
    """Give a page of the customers of a group, from after one."""
    return member_list(workspace.identity.members(group, after, _PAGE), _PAGE)


router = Router(
    "/identity",
    route_handlers=[
        read_rules,
        put_rule,
        reset_rule,
        try_identifiers,
        list_edges,
        undo_edge,
        split_customer,
        merge_customers,
        read_replay,
        list_groups,
        list_members,
    ],
    tags=["identity"],
)
