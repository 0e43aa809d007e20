"""A prefix tree as an icicle, for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from giljabi.store import pictures

if TYPE_CHECKING:
    from giljabi.discover.prefixes import PrefixNode, PrefixTreeAnswer

_WIDE, _HIGH, _LEAST = 118, 420, 2.0


def draw_icicle(tree: PrefixTreeAnswer) -> str:
    """Draw a column per step, and in it a block per prefix as high as its customers, right of its parent."""
    parts: list[str] = []
    waiting: list[tuple[PrefixNode, float]] = []

    def lay(children: tuple[PrefixNode, ...], top: float) -> None:
        for child in children:
            waiting.append((child, top))
            top += child.share * _HIGH

    lay(tree.children, 0.0)
    deepest = 0
    while waiting:
        node, top = waiting.pop()
        high = node.share * _HIGH
        lay(node.children, top)
        if high < _LEAST:
            continue
        step = len(node.events)
        deepest = max(deepest, step)
        parts.append(_block(node, (step - 1) * _WIDE, top + 22, high))
    heads = [
        pictures.text((step - 0.5) * _WIDE, 14, str(step), anchor="middle", faint=True)
        for step in range(1, deepest + 1)
    ]
    return pictures.svg(
        max(1, deepest) * _WIDE + 4,
        _HIGH + 26,
        [*heads, *parts],
        f"How {tree.customers:,} customers begin and go on",
    )


def _block(node: PrefixNode, x: float, y: float, high: float) -> str:
    name = "…" if node.event is None else node.event
    opacity = 0.06 if node.event is None else 0.12 + 0.5 * node.share_of_parent
    way = " → ".join("…" if one is None else one for one in node.events)
    told = f"{way}: {node.customers:,} ({node.share:.1%})"
    rect = (
        f'<rect x="{x + 1:.0f}" y="{y + 0.5:.1f}" width="{_WIDE - 2}" height="{max(high - 1, 1):.1f}" rx="2" '
        f'fill="{pictures.ACCENT}" fill-opacity="{opacity:.2f}"><title>{escape(told)}</title></rect>'
    )
    if high < 13:
        return rect
    share = pictures.text(x + 7, y + 29, f"{node.share:.1%}", faint=True) if high > 32 else ""
    return rect + pictures.text(x + 7, y + min(15, high / 2 + 4), name, room=16) + share
