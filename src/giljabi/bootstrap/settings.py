"""Settings: what the operator of an installation decides, each with its type, default and meaning.

A setting comes from the environment (``GILJABI_`` and its name in capitals), else from the TOML file that
``GILJABI_CONFIG`` names, else from ``giljabi.toml`` in the home folder, else it has its default. They are
read once, where a process begins, and handed down from there.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
import platformdirs

from giljabi.bootstrap.setting_types import SECRET, from_text, from_value, is_secret, meaning, shown, wanted
from giljabi.model.errors import BadParameter

PREFIX = "GILJABI_"

_Address = msgspec.Meta(
    pattern=r"^https?://[^/\s?#@]+/?$", description="http:// or https:// with a host, and nothing after it"
)
_Issuer = msgspec.Meta(
    pattern=r"^https?://[^/\s?#@]+(/[^\s?#]*)?$",
    description="http:// or https:// with a host, and no question",
)
_Port = msgspec.Meta(ge=1, le=65_535)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting there is."""

    config: Annotated[
        str | None,
        "TOML file with further settings, under their names in small letters; without it giljabi.toml in the "
        "home folder, where there is one",
    ] = None
    home: Annotated[
        str | None,
        "folder that holds the database, the lake and the event logs; without it the platform's folder for "
        "user data",
    ] = None
    database_url: Annotated[
        str | None,
        "PostgreSQL server to use (16 or newer), postgresql://user:password@host:5432/database; its role "
        "must be allowed to create roles and schemas on first use; without it Giljabi starts its own under "
        "the home folder",
    ] = None
    warehouse: Annotated[
        str | None,
        "folder or address (s3://, gs://, abfss://) for the lake, which holds every event; all processes of "
        "one installation need the same, and what is there is not moved",
    ] = None
    workspace: Annotated[str, "workspace to open; it is made when there is none"] = "default"
    secret_key: Annotated[
        str | None,
        SECRET,
        "key that secrets are encrypted with, 64 hexadecimal digits (openssl rand -hex 32); all processes of "
        "one installation need the same; without it secret.key in the home folder, made when there is none",
    ] = None
    accounts: Annotated[
        Literal["required", "none"],
        "whether people sign in; none is for trials on one's own machine, and holds only while there is no "
        "account and on this machine's own addresses",
    ] = "required"
    url: Annotated[
        Annotated[str, _Address] | None, "address people reach the app under, https://giljabi.example.com"
    ] = None
    host: Annotated[str, "address to listen on; others than this machine's own need an account first"] = (
        "127.0.0.1"
    )
    port: Annotated[int, _Port, "port to listen on"] = 8400
    hosts: Annotated[
        tuple[str, ...], "further host names the server answers to, beside that of url and this machine's own"
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        "addresses or networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed",
    ] = ()
    session_idle: Annotated[
        int, msgspec.Meta(ge=5, le=10_080), "minutes after which somebody who did nothing must sign in again"
    ] = 720
    session_longest: Annotated[
        int, msgspec.Meta(ge=1, le=2_160), "hours after which everybody must sign in again"
    ] = 168
    request_limit: Annotated[
        int,
        msgspec.Meta(ge=0, le=1_000_000),
        "requests that one session or one token may make in a minute, in each process; 0 for any number",
    ] = 600
    smtp_host: Annotated[
        str | None, "server that mail goes out by: invitations, new passwords, changed accounts"
    ] = None
    smtp_port: Annotated[
        Annotated[int, _Port] | None, "its port; without it 587 for starttls, 465 for tls, 25 for none"
    ] = None
    smtp_user: Annotated[str | None, "name it knows us by, if it wants one"] = None
    smtp_password: Annotated[str | None, SECRET, "password that goes with smtp_user"] = None
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"],
        "how mail is kept from others on the way; none only for a server on the same machine",
    ] = "starttls"
    mail_from: Annotated[
        str | None, "whom mail is from, Giljabi <giljabi@example.com>; without it giljabi at smtp_host"
    ] = None
    log_format: Annotated[
        Literal["auto", "json", "text"],
        "how each line of the log is written; auto is text in a terminal and JSON elsewhere",
    ] = "auto"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        "what is logged at least; info has a line for each request and each job that did something, debug "
        "those for pages and probes too",
    ] = "info"
    metrics_port: Annotated[
        Annotated[int, _Port] | None,
        "port on which metrics are given to everybody who reaches it, without a token; each process on one "
        "machine needs its own",
    ] = None
    metrics_host: Annotated[str, "address that metrics_port listens on"] = "127.0.0.1"
    otel_endpoint: Annotated[
        str | None,
        "where traces go to, by OTLP over HTTP: http://127.0.0.1:4318; needs giljabi[otel]",
    ] = None
    private_hosts: Annotated[
        tuple[str, ...],
        "hosts beside the open internet that sources may ask, between commas: names, addresses, networks "
        "(10.0.0.0/8), folders of sockets (/run/mysqld)",
    ] = ()
    import_folders: Annotated[
        tuple[str, ...],
        "folders of this machine that sources may read files and SQLite databases of, between commas; and "
        "folders of object stores (s3://bucket/exports) that are read with what this machine is set up with",
    ] = ()
    oidc_issuer: Annotated[
        Annotated[str, _Issuer] | None,
        "address of the OpenID Connect provider that people may sign in with, as it calls itself",
    ] = None
    oidc_client_id: Annotated[str | None, "name that the provider knows this installation by"] = None
    oidc_client_secret: Annotated[
        str | None, SECRET, "secret that goes with oidc_client_id; without it the sign-in rests on PKCE alone"
    ] = None
    oidc_name: Annotated[str, "what the provider is called on the page of the sign-in"] = "OpenID Connect"
    oidc_domains: Annotated[
        tuple[str, ...],
        "domains of e-mail addresses that may sign in with the provider, between commas; without it all",
    ] = ()
    oidc_role: Annotated[
        Literal["none", "viewer", "commenter", "editor", "admin"],
        "role of people whom the provider knows and nobody has invited; none means that they must be invited",
    ] = "none"
    oidc_limit: Annotated[
        int,
        msgspec.Meta(ge=0, le=1_000_000),
        "steps of signing in with the provider that one network address may make in a minute, in each "
        "process; a sign-in has two; 0 for any number",
    ] = 60
    debug: Annotated[bool, "error pages tell what happened inside; for development only"] = False

    @property
    def place(self) -> Path:
        """The home folder."""
        return Path(self.home or platformdirs.user_data_path("giljabi")).expanduser().resolve()

    @property
    def folder(self) -> Path:
        """The folder of the workspace: its log, uploads and refused rows."""
        return self.place / "workspaces" / self.workspace

    @property
    def lake(self) -> str:
        """Where the lake's files lie."""
        return self.warehouse or str(self.place / "lake")

    def __repr__(self) -> str:
        """Write what was set, without secrets."""
        told = (f"{name}={self.shown(name)}" for name in self.__struct_fields__ if self.shown(name))
        return f"Settings({', '.join(told)})"

    def shown(self, name: str) -> str:
        """Write the value of a setting for people, without what is secret in it."""
        return shown(getattr(self, name), is_secret(hints()[name]))


@cache
def hints() -> Mapping[str, Any]:
    """Give the annotated type of each setting, by its name."""
    known = get_type_hints(Settings, include_extras=True)
    return {name: known[name] for name in Settings.__struct_fields__}


def meanings() -> Mapping[str, str]:
    """Give what each setting means, by its name."""
    return {name: meaning(hint) for name, hint in hints().items()}


def variable(name: str) -> str:
    """Name the environment variable of a setting."""
    return PREFIX + name.upper()


def read_settings(environ: Mapping[str, str] | None = None, home: Path | str | None = None) -> Settings:
    """Read the settings.

    Parameters
    ----------
    environ
        By default the environment of this process.
    home
        The home folder, whatever the environment says.

    Raises
    ------
    BadParameter
        If one is not of its type, the file cannot be read, or it names a setting there is not.
    """
    given = dict(os.environ if environ is None else environ)
    if home:
        given[variable("home")] = str(home)
    said = {name: given[variable(name)] for name in hints() if given.get(variable(name))}
    file = settings_file(given)
    values = _read_file(file) if file is not None else {}
    read = {name: _right(name, value, f"{name!r} in {file}") for name, value in values.items()}
    for name, text in said.items():
        read[name] = _right(name, text, variable(name), text=True)
    return Settings(**read)


def settings_file(environ: Mapping[str, str] | None = None) -> Path | None:
    """Name the file that settings are read from; None where there is none."""
    given = os.environ if environ is None else environ
    if named := given.get(variable("config")):
        return Path(named).expanduser()
    usual = Settings(home=given.get(variable("home")) or None).place / "giljabi.toml"
    return usual if usual.is_file() else None


def origins(environ: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """Say where each setting comes from: its variable, the file or ``default``; raises as `read_settings`."""
    given = os.environ if environ is None else environ
    file = settings_file(given)
    values = _read_file(file) if file is not None else {}
    return {
        name: variable(name) if given.get(variable(name)) else str(file) if name in values else "default"
        for name in hints()
    }


def unknown_variables(environ: Mapping[str, str] | None = None) -> Mapping[str, str | None]:
    """Give the variables that begin as ours do and name no setting, each with the one that may be meant."""
    ours = {variable(name) for name in hints()}
    given = os.environ if environ is None else environ
    strange = sorted(name for name in given if name.startswith(PREFIX) and name not in ours)
    return {name: next(iter(difflib.get_close_matches(name, ours, 1)), None) for name in strange}


def _read_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadParameter(f"the settings file {path} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadParameter(f"the settings file {path} is no TOML: {error}") from error
    known = hints().keys() - {"config"}
    for name in values.keys() - known:
        near = difflib.get_close_matches(name, known, 1)
        meant = f"; is {near[0]!r} meant?" if near else ""
        raise BadParameter(f"the settings file {path} has {name!r}, which is no setting{meant}")
    return values


def _right(name: str, value: Any, where: str, *, text: bool = False) -> Any:
    hint = hints()[name]
    try:
        return from_text(hint, value) if text else from_value(hint, value)
    except ValueError:
        told = "not right" if is_secret(hint) else repr(shown(value, secret=False))
        raise BadParameter(f"the setting {where} is {told}; it must be {wanted(hint)}") from None
