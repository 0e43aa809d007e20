"""Pictures of answers for notebooks: small SVG texts that read on light and dark ground alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

ACCENT = "#3b5bdb"
COLOURS = ("#3b5bdb", "#c9671a", "#0f766e", "#7a4fc0", "#b34a6b", "#a8731a", "#2f8a6c", "#636872")
_LETTERS = 27
"""Letters of a row's label that its margin holds."""
_ROW, _LABEL, _FONT = 22, 196, 'font-family="system-ui, sans-serif" font-size="12"'


def svg(width: float, height: float, parts: Sequence[str], title: str) -> str:
    """Wrap parts as a picture with a title for screen readers; texts take the ground's own ink."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" {_FONT} '
        f'fill="currentColor" style="max-width:100%;height:auto"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def text(x: float, y: float, said: str, *, anchor: str = "start", faint: bool = False, room: int = 0) -> str:
    """Place a text; longer ones than ``room`` letters are cut, and told whole on pointing at them."""
    short = said if not room or len(said) <= room else said[: room - 1] + "…"
    opacity = ' opacity="0.65"' if faint else ""
    told = f"<title>{escape(said)}</title>" if short != said else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{opacity}>{escape(short)}{told}</text>'


def bars(
    title: str,
    labels: Sequence[str],
    values: Sequence[float | None],
    shown: Sequence[str],
    intervals: Sequence[tuple[float, float] | None] = (),
) -> str:
    """Draw one bar per label, from zero to either side, with its interval as a whisker."""
    known = [value for value in values if value is not None] + [
        end for one in intervals if one for end in one
    ]
    low, high = min([0.0, *known]), max([0.0, *known])
    scale = 320 / ((high - low) or 1)
    parts = []
    for row, (label, value, said) in enumerate(zip(labels, values, shown, strict=True)):
        y = row * _ROW + 4
        parts.append(text(_LABEL - 8, y + 13, label, anchor="end", room=_LETTERS))
        zero = _LABEL - low * scale
        if value is not None:
            left, width = zero + min(value, 0) * scale, max(abs(value) * scale, 0.5)
            parts.append(
                f'<rect x="{left:.1f}" y="{y}" width="{width:.1f}" height="16" rx="2" fill="{ACCENT}" '
                f'opacity="{0.9 if value >= 0 else 0.55}"/>'
            )
        interval = intervals[row] if intervals else None
        if interval is not None:
            a, b = (zero + end * scale for end in interval)
            parts.append(f'<path d="M{a:.1f} {y + 8}H{b:.1f}" stroke="currentColor" stroke-width="1.5"/>')
        parts.append(text(_LABEL + 320 + 8, y + 13, said))
    return svg(_LABEL + 430, max(1, len(labels)) * _ROW + 8, parts, title)


def heat(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    shown: Sequence[Sequence[str]],
) -> str:
    """Draw a cell per row and column, the darker the larger; values are 0..1, None leaves a cell out."""
    longest = max((len(name) for name in columns), default=0)
    cell = min(104, max(46, 8 * longest))
    parts = [
        text(_LABEL + cell * (j + 0.5), 14, name, anchor="middle", room=13) for j, name in enumerate(columns)
    ]
    for i, (name, line, said) in enumerate(zip(rows, values, shown, strict=True)):
        y = 20 + i * _ROW
        parts.append(text(_LABEL - 8, y + 15, name, anchor="end", room=_LETTERS))
        for j, (value, word) in enumerate(zip(line, said, strict=True)):
            if value is None:
                continue
            share = min(1.0, max(0.0, value))
            ink = ' fill="#ffffff"' if share > 0.55 else ""
            parts.append(
                f'<rect x="{_LABEL + j * cell + 1}" y="{y}" width="{cell - 2}" height="{_ROW - 2}" rx="3" '
                f'fill="{ACCENT}" fill-opacity="{0.06 + 0.94 * share:.3f}"/>'
                f'<text x="{_LABEL + cell * (j + 0.5):.1f}" y="{y + 14}" text-anchor="middle" '
                f'font-size="11"{ink}>{escape(word)}</text>'
            )
    return svg(_LABEL + cell * len(columns) + 8, 24 + _ROW * len(rows), parts, title)


def lines(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    shown_most: str,
) -> str:
    """Draw one line per series over the labels, from zero to the greatest value, told by ``shown_most``."""
    width, height, left, top = 560, 180, 56, 12
    most = max((value for line in series.values() for value in line if value is not None), default=0) or 1
    step = width / max(1, len(labels) - 1)
    parts = [
        f'<path d="M{left} {top}V{top + height}H{left + width}" fill="none" stroke="currentColor" '
        'opacity="0.3"/>',
        text(left - 6, top + 10, shown_most, anchor="end", faint=True),
        text(left - 6, top + height, "0", anchor="end", faint=True),
    ]
    every = max(1, -(-len(labels) // 8))
    parts += [
        text(left + i * step, top + height + 18, label, anchor="middle", faint=True, room=12)
        for i, label in enumerate(labels)
        if i % every == 0
    ]
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path, pen = "", "M"
        for i, value in enumerate(line):
            if value is None:
                pen = "M"
                continue
            path += f"{pen}{left + i * step:.1f} {top + height * (1 - value / most):.1f}"
            pen = "L"
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(
            f'<rect x="{left + width + 12}" y="{top + number * 18}" width="10" height="10" fill="{colour}"/>'
        )
        parts.append(text(left + width + 28, top + number * 18 + 10, name, room=20))
    return svg(left + width + 180, top + height + 28, parts, title)


def stacked(
    title: str,
    labels: Sequence[str],
    above: Mapping[str, Sequence[float]],
    below: Mapping[str, Sequence[float]],
) -> str:
    """Draw a column per label: parts stacked up from zero, and others stacked down from it."""
    width, height, left, top = 560, 220, 64, 12
    up = max((sum(column) for column in zip(*above.values(), strict=True)), default=0)
    down = max((sum(column) for column in zip(*below.values(), strict=True)), default=0)
    scale, step = height / ((up + down) or 1), width / max(1, len(labels))
    zero = top + up * scale
    parts = [text(left - 6, top + 10, f"{up:,.0f}", anchor="end", faint=True)]
    if down:
        parts.append(text(left - 6, top + height, f"−{down:,.0f}", anchor="end", faint=True))
    for side, series in ((-1, above), (1, below)):
        ends = [zero] * len(labels)
        for number, (name, line) in enumerate(series.items()):
            colour = COLOURS[number + (0 if side < 0 else len(above))]
            for i, value in enumerate(line):
                size = value * scale
                y = ends[i] - size if side < 0 else ends[i]
                ends[i] += side * size
                if value:
                    parts.append(
                        f'<rect x="{left + i * step + 1:.1f}" y="{y:.1f}" width="{max(1.0, step - 2):.1f}" '
                        f'height="{size:.1f}" fill="{colour}"><title>{escape(f"{labels[i]} {name}: ")}'
                        f"{value:,.0f}</title></rect>"
                    )
            row = top + (number + (0 if side < 0 else len(above))) * 18
            parts.append(f'<rect x="{left + width + 12}" y="{row}" width="10" height="10" fill="{colour}"/>')
            parts.append(text(left + width + 28, row + 10, name, room=20))
    parts.append(f'<path d="M{left} {zero:.1f}h{width}" stroke="currentColor" opacity="0.4"/>')
    every = max(1, -(-len(labels) // 6))
    parts += [
        text(left + i * step, top + height + 18, label, faint=True, room=12)
        for i, label in enumerate(labels)
        if i % every == 0
    ]
    return svg(left + width + 180, top + height + 28, parts, title)
