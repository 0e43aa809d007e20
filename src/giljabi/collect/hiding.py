"""Secrets of sources: shown to nobody, and kept where a form hands back what it was shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from giljabi.collect.plugs import Plug
from giljabi.model.errors import BadParameter

HIDDEN = "••••••••"
"""What stands in the place of a secret."""

_PASSWORD = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*://[^/?#\s]*?:)([^/?#\s]*)(@[^/?#\s]*)")


def masked(plug: Plug, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give settings as people may see them: without secrets, and without passwords in addresses."""
    hidden = {field.name for field in plug.fields if field.kind == "secret"}
    return {
        name: HIDDEN if name in hidden and value else _without_password(value)
        for name, value in settings.items()
    }


def unmasked(plug: Plug, given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Put the secrets back where a form hands back what `masked` gave.

    Raises
    ------
    BadParameter
        If an address was changed and its password was not written again: it is not sent anywhere else.
    """
    shown = masked(plug, before)
    result = dict(given)
    for name, value in given.items():
        if value == shown.get(name):
            result[name] = before.get(name, value)
        elif isinstance(value, str) and HIDDEN in value:
            raise BadParameter(f"write the password in {name!r} again; it is kept for the old address only")
    return result


def _without_password(value: Any) -> Any:
    return _PASSWORD.sub(rf"\1{HIDDEN}\3", value) if isinstance(value, str) else value
