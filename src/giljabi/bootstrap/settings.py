"""Settings: what the operator of an installation decides, each with its type, default and meaning.

A setting comes from the environment (``GILJABI_`` and its name in capitals), else from the TOML file that
``GILJABI_CONFIG`` names, else from ``giljabi.toml`` in the home folder, else it has its default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import platformdirs

from giljabi.model.errors import BadParameter

PREFIX = "GILJABI_"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting there is."""

    config: Annotated[str | None, "TOML file with further settings, under their names in small letters"] = (
        None
    )
    home: Annotated[str | None, "folder that holds the database, the lake and the event logs"] = None
    database_url: Annotated[
        str | None,
        "PostgreSQL server to use (16 or newer), postgresql://user:password@host:5432/database; its role "
        "must be allowed to create roles and schemas on first use",
    ] = None
    workspace: Annotated[str, "workspace to open; it is made when there is none"] = "default"
    secret_key: Annotated[
        str | None,
        "key that secrets are encrypted with, 64 hexadecimal digits (openssl rand -hex 32); all processes of "
        "one installation need the same",
    ] = None
    accounts: Annotated[
        Literal["required", "none"],
        "whether people sign in; none is for trials on one's own machine, and holds only while there is no "
        "account and on this machine's own addresses",
    ] = "required"
    url: Annotated[str | None, "address people reach the app under, https://giljabi.example.com"] = None
    host: Annotated[str, "address to listen on; others than this machine's own need an account first"] = (
        "127.0.0.1"
    )
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535), "port to listen on"] = 8400
    debug: Annotated[bool, "error pages tell what happened inside; for development only"] = False

    @property
    def place(self) -> Path:
        """The home folder."""
        return Path(self.home or platformdirs.user_data_path("giljabi")).expanduser().resolve()


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Parameters
    ----------
    environ
        By default the environment of this process.

    Raises
    ------
    BadParameter
        If one is not of its type, the file cannot be read, or it names a setting there is not.
    """
    given = os.environ if environ is None else environ
    said = {name: given[_variable(name)] for name in Settings.__struct_fields__ if given.get(_variable(name))}
    file = _file(said)
    values = _read_file(file) if file is not None else {}
    for name, text in said.items():
        values[name] = _value(name, text)
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].rstrip("`") if "$." in str(error) else ""
        where = _variable(name) if name in said else f"{name!r} in {file}" if name else str(file)
        raise BadParameter(f"the setting {where} is not right: {str(error).partition(' - ')[0]}") from error


def meanings() -> Mapping[str, str]:
    """Give what each setting means, by its name."""
    hints = get_type_hints(Settings, include_extras=True)
    return {
        name: next(part for part in reversed(get_args(hints[name])) if isinstance(part, str))
        for name in Settings.__struct_fields__
    }


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _file(said: Mapping[str, str]) -> Path | None:
    if "config" in said:
        return Path(said["config"]).expanduser()
    usual = Settings(home=said.get("home")).place / "giljabi.toml"
    return usual if usual.is_file() else None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadParameter(f"the settings file {path} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadParameter(f"the settings file {path} is no TOML: {error}") from error


def _value(name: str, text: str) -> Any:
    """Give the value of a variable: words between commas where a list is asked for."""
    hint = get_type_hints(Settings)[name]
    lists = [one for one in (hint, *get_args(hint)) if get_origin(one) in {tuple, list}]
    return [word.strip() for word in text.split(",") if word.strip()] if lists else text
