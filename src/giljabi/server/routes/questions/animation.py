"""Customers moving over the graph."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import animation
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.animation import AnimationView, animation_view


class AnimationQuestion(msgspec.Struct, frozen=True):
    """Edges (source, target) to tell apart, ``frames`` (2..2000), and how many tokens to draw (0..5000).

    The period is that of the filters; customers who are between two events at its ends count there too.
    """

    edges: list[tuple[str, str]]
    frames: int = 200
    customers: int = 300
    seed: int = 0
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/animation", status_code=200, sync_to_thread=True, needs="view")
def ask_animation(data: JSONBody[AnimationQuestion], workspace: NamedDependency[Workspace]) -> AnimationView:
    """Give how many customers are on each edge at each frame, and the moves of some."""
    period, log = (
        data.filters,
        select(workspace, msgspec.structs.replace(data.filters, first=None, last=None)),
    )
    return animation_view(
        animation(
            log,
            start=period.first,
            end=period.last,
            frames=data.frames,
            customers=data.customers,
            seed=data.seed,
            edges=data.edges,
        )
    )
