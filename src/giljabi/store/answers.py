"""The shape of every answer: a frozen value that is a small table with named columns."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from giljabi.model import format_duration

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class Answer:
    """Base of all answers.

    A subclass is a frozen dataclass that gives its rows by `rows`, one mapping per row with the same keys;
    ``columns`` names them in order, so that an answer without rows keeps its shape. Column names are the same
    everywhere: ``step``, ``stage``, ``event``, ``customers``, ``count``, ``share``, ``low``, ``high``, ``n``,
    ``median``, ``p90``. Shares are 0..1, durations `datetime.timedelta`, times UTC. In a notebook the column
    ``picture`` is drawn as bars beside its numbers, and `drawing`, where a subclass has one, above them.
    """

    columns: ClassVar[tuple[str, ...]] = ()
    picture: ClassVar[str] = ""

    def rows(self) -> list[dict[str, Any]]:
        """Give the answer's rows."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, list[Any]]:
        """Give the columns as lists."""
        rows = self.rows()
        return {name: [row[name] for row in rows] for name in self.columns}

    def to_arrow(self) -> pa.Table:
        """Give a `pyarrow.Table`."""
        import pyarrow as pa

        return pa.table(self.to_dict())

    def to_pandas(self) -> pd.DataFrame:
        """Give a `pandas.DataFrame` (pandas must be installed)."""
        import pandas as pd

        return pd.DataFrame(self.to_dict())

    def to_polars(self) -> pl.DataFrame:
        """Give a `polars.DataFrame`."""
        import polars as pl

        return pl.DataFrame(self.to_dict(), strict=False)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        stream: Any = self.to_arrow()
        return stream.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self.rows())

    def _repr_html_(self) -> str:
        rows = self.rows()
        whole = max((row[self.picture] or 0 for row in rows), default=0) if self.picture else 0
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(f"<tr>{self._cells(row, whole)}</tr>" for row in rows[:_SHOWN])
        more = f"<p>and {len(rows) - _SHOWN:,} more rows</p>" if len(rows) > _SHOWN else ""
        return f"{self.drawing()}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def drawing(self) -> str:
        """Give the picture a notebook shows above the table: SVG by `giljabi.store.pictures`, or nothing."""
        return ""

    def _cells(self, row: dict[str, Any], whole: float) -> str:
        cells = []
        for name in self.columns:
            text = escape(_shown(row[name]))
            if name == self.picture and whole:
                width = 100 * (row[name] or 0) / whole
                text = (
                    f'<svg width="100" height="10" role="presentation"><rect width="{width:.1f}" height="10" '
                    f'rx="2" fill="#3b5bdb"/></svg> {text}'
                )
            cells.append(f'<td style="text-align:left">{text}</td>')
        return "".join(cells)


_SHOWN = 50
_MARKS = {"supported": "✓ supported", "contradicted": "✕ contradicted", "undecided": "… undecided"}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, timedelta):
        whole = timedelta(seconds=round(abs(value.total_seconds())))
        sign = "−" if value < timedelta() else ""
        return sign + (format_duration(whole) if whole else "< 1s")
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return " → ".join(map(str, value))
    return _MARKS.get(str(value), str(value))
