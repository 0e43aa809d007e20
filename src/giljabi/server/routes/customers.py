"""Customers one by one: find them by any identifier, read their timeline.

An id in an address is percent-encoded, with ``%252F`` for a ``/``: ``%2F`` would begin the next part of
the path.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from giljabi.bootstrap import Workspace
from giljabi.server.views.customers import (
    CustomerRows,
    CustomerView,
    TimelineView,
    customer_row,
    customer_view,
    timeline_view,
)

Kinds: TypeAlias = Literal["all", "event", "feedback", "identity"]


@get("/", sync_to_thread=True, needs="people")
def find_customers(
    workspace: NamedDependency[Workspace], find: FromQuery[str] = "", limit: FromQuery[int] = 20
) -> CustomerRows:
    """List customers with an identifier that is a text or begins with it; without one, who came last."""
    customers = workspace.customers
    found = customers.find(find, limit) if find.strip() else customers.latest(limit)
    return CustomerRows([customer_row(one) for one in found])


@get("/{id:str}", sync_to_thread=True, needs="people")
def get_customer(id: FromPath[str], workspace: NamedDependency[Workspace]) -> CustomerView:  # noqa: A002
    """Tell what is known of a customer; who was merged is told as the one they became."""
    return customer_view(workspace.customers.head(_whole(id)))


@get("/{id:str}/timeline", sync_to_thread=True, needs="people")
def get_timeline(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    before: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
    kind: FromQuery[Kinds] = "all",
) -> TimelineView:
    """Give a page of what happened to a customer, the newest first."""
    kinds = None if kind == "all" else frozenset({kind})
    return timeline_view(workspace.customers.timeline(_whole(id), before, limit, kinds))


def _whole(id: str) -> str:  # noqa: A002
    return id.replace("%2F", "/")


router = Router("/customers", route_handlers=[find_customers, get_customer, get_timeline], tags=["customers"])
