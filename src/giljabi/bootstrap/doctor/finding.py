"""What the doctor finds."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

State: TypeAlias = Literal["ok", "warning", "error"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes
    ----------
    check
        What was looked at, in a word or two.
    state
        How it stands.
    said
        What was found, in a sentence.
    advice
        What to do about it; empty where all is well.
    """

    check: str
    state: State
    said: str
    advice: str = ""


def ok(check: str, said: str) -> Finding:
    """Find something well."""
    return Finding(check, "ok", said)


def warning(check: str, said: str, advice: str) -> Finding:
    """Find something that should be otherwise."""
    return Finding(check, "warning", said, advice)


def error(check: str, said: str, advice: str) -> Finding:
    """Find something unsafe or broken."""
    return Finding(check, "error", said, advice)
