"""Questions to the event log, one file per question."""

from litestar import Router

from giljabi.server.routes.questions.animation import ask_animation
from giljabi.server.routes.questions.attribution import ask_attribution
from giljabi.server.routes.questions.changes import ask_changes, ask_drift
from giljabi.server.routes.questions.compare import ask_compare
from giljabi.server.routes.questions.conversion import ask_conversion
from giljabi.server.routes.questions.drivers import ask_drivers
from giljabi.server.routes.questions.durations import ask_durations, ask_waiting
from giljabi.server.routes.questions.friction import ask_friction
from giljabi.server.routes.questions.funnel import ask_funnel, list_funnel_customers
from giljabi.server.routes.questions.graph import ask_graph
from giljabi.server.routes.questions.lifecycle import ask_lifecycle, ask_stickiness
from giljabi.server.routes.questions.prefix_tree import ask_prefix_tree
from giljabi.server.routes.questions.representatives import ask_representatives, keep_representative
from giljabi.server.routes.questions.retention import ask_retention
from giljabi.server.routes.questions.sessions import ask_sessions
from giljabi.server.routes.questions.stages import ask_stages
from giljabi.server.routes.questions.steps import ask_steps
from giljabi.server.routes.questions.variants import ask_variants

__all__ = ["router"]

router = Router(
    "/questions",
    route_handlers=[
        ask_animation,
        ask_attribution,
        ask_changes,
        ask_compare,
        ask_conversion,
        ask_drift,
        ask_drivers,
        ask_durations,
        ask_friction,
        ask_funnel,
        ask_graph,
        ask_lifecycle,
        ask_prefix_tree,
        ask_representatives,
        ask_retention,
        ask_sessions,
        ask_stages,
        ask_steps,
        ask_stickiness,
        ask_variants,
        ask_waiting,
        keep_representative,
        list_funnel_customers,
    ],
    tags=["questions"],
)
