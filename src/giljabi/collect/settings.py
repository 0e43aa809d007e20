"""Settings of a source, as a form or a request hands them over, into the settings its plug knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import msgspec

from giljabi.model.errors import BadParameter

T = TypeVar("T")


def read_settings(kind: type[T], settings: Mapping[str, Any]) -> T:
    """Give settings as a plug's own record; what a form left empty is not given.

    Raises
    ------
    BadParameter
        If one is missing, unknown, or not of its type.
    """
    given = {name: value for name, value in settings.items() if value is not None and value != ""}
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadParameter(str(error)) from error


def split_address(url: str) -> SplitResult:
    """Split an address; what is none at all has neither scheme nor host."""
    try:
        found = urlsplit(url)
        # Whether it is a number is looked at only when it is asked for.
        _ = found.port
    except ValueError:
        return urlsplit("")
    return found
