"""Tables for spreadsheets, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from litestar import Response

from giljabi.model import safe_cell


def csv_answer(header: Sequence[str], rows: Iterable[Sequence[Any]], filename: str) -> Response[bytes]:
    """Answer with a table to be saved; the byte order mark tells spreadsheets that it is UTF-8."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([safe_cell(one) for one in row] for row in rows)
    return Response(
        written.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{filename}"'},
    )
