"""A prefix tree as an icicle, for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TypeAlias

from giljabi.store import pictures

Block: TypeAlias = tuple[Sequence[str | None], int, float, float]
"""Events of a prefix (None for others), its customers, their share of all and of those of its parent."""

_WIDE, _HIGH, _LEAST = 118, 420, 2.0


def draw_icicle(blocks: Sequence[Block], title: str) -> str:
    """Draw a column per step, and in it a block per prefix as high as its customers, right of its parent.

    Parameters
    ----------
    blocks
        All prefixes, each followed by its children.
    title
        Told to screen readers.
    """
    parts: list[str] = []
    # Where the next block of each step begins; a block's children begin where it does.
    free = [0.0] * (2 + max((len(events) for events, *_ in blocks), default=0))
    deepest = 1
    for block in blocks:
        step, high = len(block[0]), block[2] * _HIGH
        top = free[step]
        free[step], free[step + 1] = top + high, top
        if high >= _LEAST:
            deepest = max(deepest, step)
            parts.append(_drawn(block, (step - 1) * _WIDE, top + 22, high))
    heads = [
        pictures.text((step - 0.5) * _WIDE, 14, str(step), anchor="middle", faint=True)
        for step in range(1, deepest + 1)
    ]
    return pictures.svg(deepest * _WIDE + 4, _HIGH + 26, [*heads, *parts], title)


def _drawn(block: Block, x: float, y: float, high: float) -> str:
    events, customers, share, share_of_parent = block
    names = ["…" if event is None else event for event in events]
    opacity = 0.06 if events[-1] is None else 0.12 + 0.5 * share_of_parent
    told = escape(f"{' → '.join(names)}: {customers:,} ({share:.1%})")
    rect = (
        f'<rect x="{x + 1:.0f}" y="{y + 0.5:.1f}" width="{_WIDE - 2}" height="{max(high - 1, 1):.1f}" rx="2" '
        f'fill="{pictures.ACCENT}" fill-opacity="{opacity:.2f}"><title>{told}</title></rect>'
    )
    if high < 13:
        return rect
    below = pictures.text(x + 7, y + 29, f"{share:.1%}", faint=True) if high > 32 else ""
    return rect + pictures.text(x + 7, y + min(15, high / 2 + 4), names[-1], room=16) + below
