"""Plugs: the ways by which data comes in, each in a file of its own under `giljabi.collect.sources`.

A plug is a module with a class ``PLUG``, made with what it may reach (`giljabi.access.Outward`). Nothing but
its name in `KINDS` knows it: a file that is taken away takes its kind away and nothing else.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from giljabi.access import Outward
from giljabi.collect.calls import Call
from giljabi.collect.door import Refused
from giljabi.model.errors import BadParameter

KINDS: tuple[str, ...] = (
    "http",
    "webhook",
    "folder",
    "sql",
    "nats",
    "mqtt",
    "feed",
    "mailbox",
)
"""Every kind of source; each is a module of `giljabi.collect.sources` of that name."""

Way: TypeAlias = Literal["sent", "pulled", "listened"]


class Field(msgspec.Struct, frozen=True):
    """A setting of a plug: what a form asks for.

    ``kind``: ``text``, ``secret`` (never shown again), ``number``, ``truth``, ``choice``, ``roles`` (which
    column is what, as `giljabi.collect.rows.RowRoles`).
    """

    name: str
    kind: Literal["text", "secret", "number", "truth", "choice", "roles"] = "text"
    required: bool = True
    default: Any = None
    choices: tuple[str, ...] = ()


class Pulled(msgspec.Struct, frozen=True):
    """Some of what a source brings: kept together with the cursor, all or nothing.

    ``settled`` is called once it is kept, and tells the other side so; what was not settled comes again.
    ``files`` are files to import whole, which need no inbox.
    """

    calls: Sequence[Call] = ()
    refused: Sequence[Refused] = ()
    cursor: Mapping[str, Any] = {}
    settled: Callable[[], None] | None = None
    files: Sequence[Path] = ()


class Sample(msgspec.Struct, frozen=True):
    """What a source seems to bring: its columns, a few rows as texts, and what stands against it in words.

    Where it brings files, ``file`` is one of them instead, and ``done`` is called when it was looked at.
    """

    columns: Sequence[str]
    rows: Sequence[Mapping[str, str | None]]
    problems: Sequence[str] = ()
    file: Path | None = None
    done: Callable[[], None] | None = None


class Plug(Protocol):
    """One way by which data comes in.

    ``way``: ``sent`` to us, ``pulled`` by a schedule, or ``listened`` to all the time. ``third_party`` is the
    share 0..1 of what it brings that others have gathered, unless the source says otherwise.
    """

    kind: str
    way: Way
    third_party: float
    fields: Sequence[Field]

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where a setting is not as it should be; the outside is not asked."""

    def test(self, settings: Mapping[str, Any]) -> str:
        """Reach the other side and say in a sentence what is there; raises SourceUnavailable."""

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at some rows without taking them; raises SourceUnavailable."""

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield what came since the cursor, in portions; ends when nothing more is there or ``stop`` says so.

        ``source`` is the source's id: message ids begin with it. Raises SourceUnavailable.
        """


def plug(kind: str, outward: Outward | None = None) -> Plug:
    """Give the plug of a kind.

    Parameters
    ----------
    kind
        One of `KINDS`.
    outward
        What it may reach; by default the open internet alone.

    Raises
    ------
    BadParameter
        If there is no such kind, or what it needs is not installed.
    """
    if kind not in KINDS:
        raise BadParameter(f"there is no kind of source {kind!r}; there are {', '.join(KINDS)}")
    try:
        found: Plug = importlib.import_module(f"giljabi.collect.sources.{kind}").PLUG(outward or Outward())
    except ModuleNotFoundError as error:
        raise BadParameter(
            f"a source of kind {kind!r} needs {error.name}; install giljabi[sources]"
        ) from error
    return found
