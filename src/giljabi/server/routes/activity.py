"""What is being done in the background."""

from __future__ import annotations

from litestar import Router, get
from litestar.di import NamedDependency, Provide

from giljabi.bootstrap import Workspace
from giljabi.server.language import Language, language_of
from giljabi.server.views.activity import BackgroundView, background_view


@get("/", sync_to_thread=True, needs="view")
def activity(workspace: NamedDependency[Workspace], language: NamedDependency[Language]) -> BackgroundView:
    """Say what waits to be sealed, what is being done, how it ended last, and whether a worker is there."""
    return background_view(workspace.jobs.state(), language)


router = Router(
    "/activity",
    route_handlers=[activity],
    dependencies={"language": Provide(language_of, sync_to_thread=False)},
    tags=["activity"],
)
