"""Purposes: what consent is asked for."""

from __future__ import annotations

import re

from giljabi.model.errors import BadParameter

LONGEST_NAME = 80
MOST_PURPOSES = 100

_PURPOSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


def check_purpose(id: str, name: str) -> tuple[str, str]:  # noqa: A002
    """Give a purpose's id and name as they are kept.

    Raises
    ------
    BadParameter
        If the id is none, or there is no name.
    """
    said = id.strip()
    if not _PURPOSE.fullmatch(said):
        raise BadParameter(
            f"{said[:60]!r} names no purpose; use letters, digits, _ . and -, at most 40, such as analytics"
        )
    shown = " ".join(name.replace("\0", "").split())
    if not 1 <= len(shown) <= LONGEST_NAME:
        raise BadParameter(f"a purpose's name has 1 to {LONGEST_NAME} letters, not {len(shown)}")
    return said, shown
