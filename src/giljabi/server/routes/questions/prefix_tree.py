"""The prefix tree of the variants."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from giljabi.bootstrap import Workspace
from giljabi.discover import prefix_tree
from giljabi.server.selection import Filters, select
from giljabi.server.views.questions.prefix_tree import PrefixTreeView, prefix_tree_view


class PrefixTreeQuestion(msgspec.Struct, frozen=True):
    """How deep (1..50), and the share of customers (0.0001..1) from which on a prefix is told by itself."""

    depth: int = 8
    min_share: float = 0.01
    filters: Filters = msgspec.field(default_factory=Filters)


@post("/prefix_tree", status_code=200, sync_to_thread=True, needs="view")
def ask_prefix_tree(
    data: JSONBody[PrefixTreeQuestion], workspace: NamedDependency[Workspace]
) -> PrefixTreeView:
    """Give how customers begin, and how they go on from there."""
    return prefix_tree_view(prefix_tree(select(workspace, data.filters), data.depth, data.min_share))
