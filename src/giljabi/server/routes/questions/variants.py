"""The most frequent variants."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import variants
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.variants import VariantsView, variants_view


class VariantsQuestion(msgspec.Struct, frozen=True):
    """How many of the most frequent variants to list."""

    top: int = 20
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/variants", status_code=200, sync_to_thread=True, needs="view")
def ask_variants(data: JSONBody[VariantsQuestion], workspace: NamedDependency[Workspace]) -> VariantsView:
    """Give the most frequent variants."""
    return variants_view(variants(select(workspace, data.filters), top=data.top))
