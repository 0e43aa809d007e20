"""The settings for people: each with its value and where it comes from, and all in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from giljabi.bootstrap.setting_types import is_secret, kind, meaning, shown
from giljabi.bootstrap.settings import Settings, hints, origins, read_settings, variable


class DescribedSetting(msgspec.Struct, frozen=True):
    """A setting: its name and variable, its value without secrets, and where that comes from."""

    name: str
    variable: str
    value: str
    origin: str


def described_settings(environ: Mapping[str, str] | None = None) -> Sequence[DescribedSetting]:
    """Give every setting as it is in this process, or in another environment; raises as `read_settings`."""
    settings, known = read_settings(environ), origins(environ)
    return [DescribedSetting(name, variable(name), settings.shown(name), known[name]) for name in hints()]


def settings_table() -> str:
    """Give all settings with type, default and meaning, as a table in Markdown."""
    rows = ["| variable | type | default | meaning |", "|---|---|---|---|"]
    plain = Settings()
    for name, hint in hints().items():
        default = shown(getattr(plain, name), is_secret(hint))
        secret = ", secret" if is_secret(hint) else ""
        cells = (f"`{variable(name)}`", kind(hint) + secret, f"`{default}`" if default else "", meaning(hint))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
