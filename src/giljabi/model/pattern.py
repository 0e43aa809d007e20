"""Regular expressions that take time in proportion to the text, whatever the pattern (RE2).

Maps come from many hands; with backtracking, a pattern such as ``(a+)+$`` would hang a check. The price is
RE2's syntax: no look-ahead, no look-behind, no back-references, and ``\\d``, ``\\w``, ``\\s`` mean ASCII
(``\\pL`` and ``\\p{Hangul}`` are there).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from giljabi.model.errors import BadParameter


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    # Only matchers with a regular expression pay for the import.
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0] if error.args else ""
        raise BadParameter(told.decode(errors="replace") if isinstance(told, bytes) else str(told)) from None


def found_in(pattern: str, text: str) -> bool:
    """Say whether the pattern is found anywhere in the text; raises BadParameter if it is none."""
    return _compiled(pattern).search(text) is not None


def pattern_trouble(pattern: str) -> str:
    """Say what is wrong with a pattern; empty when nothing is."""
    try:
        _compiled(pattern)
    except BadParameter as error:
        return str(error)
    return ""
