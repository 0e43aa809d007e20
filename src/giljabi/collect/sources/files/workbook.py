"""Workbooks of Excel and LibreOffice (XLSX, XLSM, XLSB, XLS, ODS): the first sheet with a table in it.

Cells keep the types the workbook gives them; a column of more than one kind is text. Lines above the table,
and headers of two rows whose cells are merged, are tolerated, and told.
"""

from __future__ import annotations

import importlib.util
import json
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from giljabi.collect.columns import EXACT_INTEGERS
from giljabi.collect.raw import About, RawBatch
from giljabi.collect.sources.files.opened import SAMPLE_ROWS, Opened
from giljabi.collect.sources.files.unpack import UnpackLimit
from giljabi.model.errors import UnreadableFile

_ROWS = 50_000
_HEADER_WITHIN = 20
_OWN_MEMORY = 2**30
_SECONDS = 120

Cells = Sequence[Sequence[Any]]


class WorkbookFile:
    """A workbook; its lines are rows of the sheet as Excel numbers them."""

    def __init__(self, file: Opened) -> None:
        self._about = About(file.name, "workbook", size=file.size, fixed=True)
        cells, merged = _table(file, self._about)
        names, first = _header(cells, merged, self._about)
        filled = [at for at in range(first, len(cells)) if any(not _empty(one) for one in cells[at])]
        kept = [
            at for at, name in enumerate(names) if name or any(not _empty(cells[row][at]) for row in filled)
        ]
        self._names = _distinct([names[at] or f"column {at + 1}" for at in kept])
        columns = [_column([cells[row][at] for row in filled]) for at in kept]
        self._rows = pa.RecordBatch.from_arrays(columns, names=self._names)
        self._lines = np.array(filled, dtype=np.int64) + 1
        self._about.columns = tuple(self._names)
        self._read = 0

    @property
    def about(self) -> About:
        """What is known of the file."""
        return self._about

    def share(self) -> float:
        """Say how much of the file has been read, 0..1."""
        return self._read / max(1, self._rows.num_rows)

    def sample(self) -> RawBatch:
        """Give the first rows."""
        return self._batch(0, SAMPLE_ROWS)

    def batches(self, customer: str | None = None) -> Iterator[RawBatch]:
        """Give all rows."""
        for start in range(0, max(1, self._rows.num_rows), _ROWS):
            self._read = min(start + _ROWS, self._rows.num_rows)
            yield self._batch(start, _ROWS)

    def _batch(self, start: int, count: int) -> RawBatch:
        rows = self._rows.slice(start, count)

        def originals(at: Any) -> list[str]:
            some = rows.take(pa.array(at, pa.int64())).to_pylist()
            return [json.dumps(row, ensure_ascii=False, default=str) for row in some]

        return RawBatch(rows, self._lines[start : start + count], originals)


def is_workbook(file: Opened) -> bool:
    """Say whether a zip file is a workbook."""
    if file.packed or not file.head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(file.path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False
    spreadsheet = b"opendocument.spreadsheet" in file.head[:200]
    return any(name.startswith("xl/") for name in names) or ("content.xml" in names and spreadsheet)


def _table(file: Opened, about: About) -> tuple[Cells, Sequence[Any]]:
    """Give the cells of the first sheet that has some, and which of them are merged."""
    if importlib.util.find_spec("python_calamine") is None:
        raise UnreadableFile(
            f"{file.name} is a workbook, which needs python-calamine; install giljabi[sources]"
        )
    _check_size(file)
    found = _read(file)
    if "wrong" in found:
        raise UnreadableFile(
            f"{file.name} cannot be read as a workbook: {found['wrong']}; open it and save it anew, without "
            "a password"
        )
    names = found["names"]
    if not names:
        raise UnreadableFile(f"{file.name} has no sheet with anything in it")
    if len(names) > 1:
        others = ", ".join(repr(one) for one in names[1:4])
        about.problems.append(
            f"the sheet {names[0]!r} is read; the workbook also has {others}, each to be saved as "
            "a file of its own"
        )
    return found["cells"], found["merged"]


def _read(file: Opened) -> dict[str, Any]:
    """Have a process of its own read the cells: a workbook that is a bomb ends that one."""
    reader = Path(__file__).with_name("workbook_cells.py")
    limits = [str(file.limit.size + _OWN_MEMORY), str(_SECONDS)]
    # -P: what lies beside that file is not what it imports.
    command = [sys.executable, "-P", str(reader), str(file.path.absolute()), *limits]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=10 * _SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise UnreadableFile(
            f"{file.name} takes more memory or time to read than it is given; save the sheet as CSV"
        ) from error
    found: dict[str, Any] = pickle.loads(done.stdout)
    return found


def _check_size(file: Opened) -> None:
    """Refuse a workbook that unpacks to more than is allowed, before it is unpacked."""
    limit: UnpackLimit = file.limit
    size = file.size
    if file.head.startswith(b"PK"):
        with zipfile.ZipFile(file.path) as archive:
            size = sum(one.file_size for one in archive.infolist())
    if size > limit.size or (size > limit.beyond and size > limit.ratio * file.size):
        raise UnreadableFile(
            f"{file.name} unpacks to {size / 2**20:,.0f} MiB, more than is taken; save the sheet as CSV"
        )


def _header(cells: Cells, merged: Sequence[Any], about: About) -> tuple[list[str], int]:
    """Give the names of the columns, and the row from which on the table stands."""
    counts = [sum(not _empty(one) for one in row) for row in cells[:_HEADER_WITHIN]]
    wanted = max(counts, default=0)
    # A title fills a cell or two; the names of the columns fill most of the row.
    top = next((at for at, count in enumerate(counts) if count and count >= 0.6 * wanted), 0)
    groups = [one for one in merged if one[0][0] <= top and one[1][1] > one[0][1] and one[0][0] >= top - 1]
    above = top - 1 if top and any(one[0][0] == top - 1 for one in groups) and counts[top - 1] > 1 else top
    spanning = [one for one in groups if one[0][0] == above and one[1][0] == above]
    if spanning and above == top and top + 1 < len(cells) and _all_text(cells[top + 1]):
        top += 1
    if top == above:
        _note_title(above, counts, about)
        return [_name(one) for one in cells[top]], top + 1
    about.problems.append("the header has two rows; their names were joined")
    upper = [_name(one) for one in cells[above]]
    for (_, left), (_, right) in spanning:
        upper[left : right + 1] = [upper[left]] * (right + 1 - left)
    names = [
        " ".join(dict.fromkeys(part for part in (high, _name(low)) if part))
        for high, low in zip(upper, cells[top], strict=True)
    ]
    _note_title(above, counts, about)
    return names, top + 1


def _note_title(above: int, counts: Sequence[int], about: About) -> None:
    titles = sum(1 for count in counts[:above] if count)
    if titles:
        about.problems.append(f"{titles} rows above the table were passed over")


def _all_text(row: Sequence[Any]) -> bool:
    return all(_empty(one) or isinstance(one, str) for one in row)


def _name(cell: Any) -> str:
    return " ".join(str(_text(cell) or "").split())


def _distinct(names: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    result = []
    for name in names:
        told, number = name, 1
        while told in seen:
            number += 1
            told = f"{name} {number}"
        seen.add(told)
        result.append(told)
    return result


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _column(cells: Sequence[Any]) -> pa.Array[Any]:
    values = [None if _empty(one) else one for one in cells]
    kinds = {type(one) for one in values if one is not None}
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds and kinds <= {int, float}:
        numbers = [None if one is None else float(one) for one in values]
        if all(one is None or (one.is_integer() and abs(one) <= EXACT_INTEGERS) for one in numbers):
            return pa.array([None if one is None else int(one) for one in numbers], pa.int64())
        return pa.array(numbers, pa.float64())
    if kinds and kinds <= {datetime, date}:
        moments = [
            one if one is None or isinstance(one, datetime) else datetime(one.year, one.month, one.day)  # noqa: DTZ001
            for one in values
        ]
        return pa.array(moments, pa.timestamp("us"))
    return pa.array([_text(one) for one in values], pa.string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT_INTEGERS:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
