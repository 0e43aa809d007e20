"""The cells of a workbook, read by a process of their own.

A workbook of a few bytes may claim a cell in the last row of the last column, and unpack to more than its
directory says; the reader would take all memory for either and end with its process. So that process is not
the server: it has limits of memory and time, and hands the cells over on its standard output. It is run as a
file, and imports no more than it needs.
"""

from __future__ import annotations

import pickle
import sys
from typing import Any


def cells(path: str) -> dict[str, Any]:
    """Give the first sheet in sight that has something in it, its cells, and what else there is."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    with CalamineWorkbook.from_path(path) as book:
        shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        sheets = [book.get_sheet_by_name(name) for name in shown]
        filled = [sheet for sheet in sheets if sheet.height > 0]
        if not filled:
            return {"names": []}
        sheet = filled[0]
        return {
            "names": [one.name for one in filled],
            "cells": sheet.to_python(skip_empty_area=False),
            "merged": sheet.merged_cell_ranges or (),
        }


def limit(memory: int, seconds: int) -> None:
    """Take no more memory and time than this; where the system knows no such limits, none hold."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path: str, memory: str, seconds: str) -> None:
    """Write the cells, or what stands against reading them."""
    limit(int(memory), int(seconds))
    from python_calamine import CalamineError

    try:
        found = cells(path)
    except (CalamineError, OSError, ValueError) as error:
        found = {"wrong": (str(error).strip() or type(error).__name__).splitlines()[0]}
    pickle.dump(found, sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main(*sys.argv[1:])
