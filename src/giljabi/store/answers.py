"""The shape of every answer: a frozen value that is a small table with named columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class Answer:
    """Base of all answers.

    A subclass is a frozen dataclass that gives its rows by `rows`, one mapping per row with the same keys;
    ``columns`` names them in order, so that an answer without rows keeps its shape. Column names are the same
    everywhere: ``step``, ``stage``, ``event``, ``customers``, ``count``, ``share``, ``low``, ``high``, ``n``,
    ``median``, ``p90``. Shares are 0..1, durations `datetime.timedelta`, times UTC.
    """

    columns: ClassVar[tuple[str, ...]] = ()

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
        from html import escape

        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_shown(row[name]))}</td>" for name in self.columns) + "</tr>"
            for row in self.rows()[:50]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
