"""Cells of tables that are opened in spreadsheets."""

from __future__ import annotations

import re
from typing import Any

_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-[0-9]{1,15}(\.[0-9]+)?")


def safe_cell(value: Any) -> Any:
    """Write a value so that no spreadsheet takes it for a formula, whoever chose it.

    A text that begins as a formula gets an apostrophe before it; numbers stay numbers.
    """
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_SIGNS) and not _NUMBER.fullmatch(text) else text
