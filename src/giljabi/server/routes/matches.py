"""Customers who may be one person: look at the pairs, decide, look for more."""

from __future__ import annotations

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from giljabi.bootstrap import Workspace
from giljabi.server.views.matches import MatchList, match_list


class CustomerPair(msgspec.Struct, frozen=True):
    """The ids of two customers who were proposed."""

    left: str
    right: str


@get("/", sync_to_thread=True, needs="people")
def list_matches(workspace: NamedDependency[Workspace], limit: FromQuery[int] = 50) -> MatchList:
    """List the open proposals, the surest first."""
    return match_list(workspace.matches.open(limit))


@post("/run", status_code=202, sync_to_thread=True, needs="people")
def run_matching(workspace: NamedDependency[Workspace]) -> None:
    """Look for probable matches in the background; `/activity` says how far it is."""
    workspace.jobs.ask("match")


@post("/accept", status_code=204, sync_to_thread=True, needs="people")
def accept_match(data: JSONBody[CustomerPair], workspace: NamedDependency[Workspace]) -> None:
    """Make the two one customer."""
    workspace.matches.accept(data.left, data.right)


@post("/reject", status_code=204, sync_to_thread=True, needs="people")
def reject_match(data: JSONBody[CustomerPair], workspace: NamedDependency[Workspace]) -> None:
    """Leave the two apart; the pair is not proposed again."""
    workspace.matches.reject(data.left, data.right)


router = Router(
    "/matches", route_handlers=[list_matches, run_matching, accept_match, reject_match], tags=["matches"]
)
