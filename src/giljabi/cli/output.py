"""How answers look in a terminal: rich tables, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from giljabi.model import format_duration

console = Console()
VERDICTS = {
    "supported": "[cyan]✓ supported[/]",
    "contradicted": "[red]✕ contradicted[/]",
    "undecided": "[dim]… undecided[/]",
}

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")


def print_json(value: Any) -> None:
    """Print a value as JSON; durations in milliseconds, times in ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return round(value / timedelta(milliseconds=1))
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def print_table(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table.

    Parameters
    ----------
    title
        What it shows.
    columns
        Header and justification (``left`` or ``right``) of each column.
    rows
        Cells; anything that is no text is written by `shown`.
    """
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None)
    for header, justify in columns:
        # A number broken over two lines cannot be read; a text can, and nothing of it may go.
        right = justify == "right"
        table.add_column(header, justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, str) else shown(cell) for cell in row))
    console.print(table)


def shown(value: Any, unit: str = "") -> str:
    """Write a value for reading: shares in percent, durations rounded, numbers grouped."""
    if value is None:
        return "–"
    if isinstance(value, timedelta):
        return rounded_duration(value)
    if unit == "share":
        return f"{value * 100:.1f} %"
    if unit == "ms":
        return rounded_duration(timedelta(milliseconds=value))
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def rounded_duration(value: timedelta) -> str:
    """Write a duration in its two largest units, as "2d 14h"; below a second in milliseconds."""
    total = round(value / timedelta(milliseconds=1))
    if total <= 0:
        return "0s"
    for size in (86_400_000, 3_600_000, 60_000, 1000):
        if total >= size:
            smaller = {86_400_000: 3_600_000, 3_600_000: 60_000, 60_000: 1000, 1000: 100}[size]
            total = round(total / smaller) * smaller
            break
    if 1000 <= total < 60_000:
        return f"{total / 1000:g}s"
    return format_duration(timedelta(milliseconds=total))


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, float], None]]:
    """Show a progress bar; yields a function that takes the step's name and its share done, 0..1."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=1.0)

        def report(step: str, done: float) -> None:
            progress.update(task, description=f"{title}: {step}" if step else title, completed=done)

        yield report
        report("", 1.0)
