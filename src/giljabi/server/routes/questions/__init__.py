"""Questions to the event log, one file per question."""

from litestar import Router

from giljabi.server.routes.questions.funnel import ask_funnel
from giljabi.server.routes.questions.graph import ask_graph
from giljabi.server.routes.questions.variants import ask_variants

__all__ = ["router"]

router = Router(
    "/questions",
    route_handlers=[
        ask_funnel,
        ask_graph,
        ask_variants,
    ],
    tags=["questions"],
)
