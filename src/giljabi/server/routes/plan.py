"""The tracking plan: what is expected, and what departs from it."""

from __future__ import annotations

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from giljabi.bootstrap import Workspace
from giljabi.server.views.plan import PlanEvent, PlanFile, PlanView, plan_file, plan_view, planned


class Departed(msgspec.Struct, frozen=True):
    """Names a departure; ``property`` is empty for an unknown event."""

    event: str
    kind: str
    property: str = ""


@get("/", sync_to_thread=True, needs="edit")
def read_plan(workspace: NamedDependency[Workspace]) -> PlanView:
    """Give the tracking plan, with what departed from it."""
    return plan_view(workspace.plan.events(), workspace.plan.departures())


@get("/file", sync_to_thread=True, needs="edit")
def download_plan(workspace: NamedDependency[Workspace]) -> Response[PlanFile]:
    """Give the expected events as a file, which can be brought in elsewhere."""
    headers = {"content-disposition": 'attachment; filename="tracking-plan.json"'}
    return Response(plan_file(workspace.plan.events()), headers=headers)


@post("/file", status_code=200, sync_to_thread=True, needs="edit")
def bring_in(data: JSONBody[PlanFile], workspace: NamedDependency[Workspace]) -> PlanView:
    """Expect the events of a file, each in the place of what was expected under its name."""
    workspace.plan.put(planned(data.events))
    return plan_view(workspace.plan.events(), workspace.plan.departures())


@get("/proposal", sync_to_thread=True, needs="edit")
def propose_events(workspace: NamedDependency[Workspace]) -> PlanFile:
    """Give the events that came so far and are not in the plan, the most frequent first."""
    return plan_file(workspace.plan.propose())


@put("/events", sync_to_thread=True, needs="edit")
def expect_event(data: JSONBody[PlanEvent], workspace: NamedDependency[Workspace]) -> None:
    """Expect an event, in the place of what was expected under its name."""
    workspace.plan.put(planned([data]))


@delete("/events", sync_to_thread=True, needs="edit")
def drop_event(event: FromQuery[str], workspace: NamedDependency[Workspace]) -> None:
    """Expect an event no more."""
    workspace.plan.remove(event)


@post("/departures/accept", status_code=200, sync_to_thread=True, needs="edit")
def accept_departure(data: JSONBody[Departed], workspace: NamedDependency[Workspace]) -> PlanFile:
    """Change the plan so that a departure is none any more; give the event as it is expected now."""
    return plan_file([workspace.plan.accept(data.event, data.property, data.kind)])


@post("/departures/dismiss", status_code=204, sync_to_thread=True, needs="edit")
def dismiss_departure(data: JSONBody[Departed], workspace: NamedDependency[Workspace]) -> None:
    """Forget a departure; it is counted anew when it happens again."""
    workspace.plan.dismiss(data.event, data.property, data.kind)


router = Router(
    "/plan",
    route_handlers=[
        read_plan,
        download_plan,
        bring_in,
        propose_events,
        expect_event,
        drop_event,
        accept_departure,
        dismiss_departure,
    ],
    tags=["plan"],
)
