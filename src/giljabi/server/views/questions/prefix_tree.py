"""A prefix tree as the explore page draws it."""

from __future__ import annotations

import msgspec

from giljabi.discover import PrefixTreeAnswer
from giljabi.server.views.questions.units import ms


class PrefixView(msgspec.Struct, frozen=True):
    """The last event of a prefix (null for others) at a step, below the prefix at place ``parent``."""

    parent: int | None
    step: int
    event: str | None
    customers: int
    share: float
    share_of_parent: float
    ends: int | None
    median_ms: int | None


class PrefixTreeView(msgspec.Struct, frozen=True):
    """All prefixes, each followed by its children, the largest first."""

    prefixes: list[PrefixView]
    customers: int
    depth: int


def prefix_tree_view(answer: PrefixTreeAnswer) -> PrefixTreeView:
    """Draw a prefix tree."""
    # The latest place of each step is the parent of what follows one step deeper.
    latest: dict[int, int] = {}
    prefixes = []
    for place, node in enumerate(answer.nodes()):
        step = len(node.events)
        latest[step] = place
        prefixes.append(
            PrefixView(
                latest.get(step - 1),
                step,
                node.event,
                node.customers,
                node.share,
                node.share_of_parent,
                node.ends,
                ms(node.median),
            )
        )
    return PrefixTreeView(prefixes, answer.customers, answer.depth)
