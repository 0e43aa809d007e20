"""Secrets of sources at rest: passwords, tokens, and addresses with passwords in them, encrypted."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from giljabi.model.errors import BadParameter

if TYPE_CHECKING:
    from giljabi.access import Vault
    from giljabi.collect import Plug

_SEALED = "sealed"


class SourceSecrets:
    """Encrypts what is secret of a source's settings.

    An encrypted value belongs to its source and its setting: moved to another, it cannot be read.

    Parameters
    ----------
    vault
        Encrypts for the workspace.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @staticmethod
    def holds(settings: Mapping[str, Any]) -> bool:
        """Say whether something of these settings is encrypted."""
        return any(_is_sealed(value) for value in settings.values())

    def sealed(self, plug: Plug, id: str, settings: Mapping[str, Any]) -> dict[str, Any]:  # noqa: A002
        """Give settings as they are kept."""
        from giljabi.collect import masked

        hidden = masked(plug, settings)
        return {
            name: self._seal(id, name, value) if isinstance(value, str) and hidden[name] != value else value
            for name, value in settings.items()
        }

    def opened(self, id: str, settings: Mapping[str, Any]) -> dict[str, Any]:  # noqa: A002
        """Give settings as the source needs them.

        Raises
        ------
        BadParameter
            If they were encrypted under another key.
        """
        return {name: self._open(id, name, value) for name, value in settings.items()}

    def readable(self, id: str, settings: Mapping[str, Any]) -> dict[str, Any]:  # noqa: A002
        """Give settings without those that were encrypted under another key."""
        found: dict[str, Any] = {}
        for name, value in settings.items():
            with contextlib.suppress(BadParameter):
                found[name] = self._open(id, name, value)
        return found

    def _seal(self, id: str, name: str, text: str) -> dict[str, str]:  # noqa: A002
        return {_SEALED: base64.b64encode(self._vault.encrypt(text, _about(id, name))).decode("ascii")}

    def _open(self, id: str, name: str, value: Any) -> Any:  # noqa: A002
        if not _is_sealed(value):
            return value
        return self._vault.decrypt(base64.b64decode(value[_SEALED]), _about(id, name))


def _is_sealed(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == {_SEALED}


def _about(id: str, name: str) -> str:  # noqa: A002
    return f"source/{id}/{name}"
