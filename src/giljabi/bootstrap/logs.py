"""The log of a process: one line for each thing that happened, as text in a terminal, as JSON elsewhere.

Every part of Giljabi logs by the standard library; what it adds (``extra``) becomes fields of the line. The
lines of uvicorn, Alembic and other libraries take the same way. Whatever is written passes `scrubbed`, so
that a careless message gives no key, no password and no e-mail address away.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    from types import TracebackType

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

_OURS = ("giljabi",)
"""Loggers that follow the level asked for; all others tell from warnings on."""

_TALKATIVE = ("procrastinate", "psycopg.pool", "asyncio")
"""They tell of every connection that is tried again; what concerns people is told by ourselves."""

_SCRUBBED = (
    (re.compile(r"\bgj_[A-Za-z0-9_-]{8,}"), "gj_…"),
    (re.compile(r"(?<=://)[^/@\s]+@"), "…@"),
    (re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), r"\1 …"),
    (
        re.compile(
            r"\b((?:pass(?:word|wd)|secret|token|write[-_ ]?key|cookie|authorization)[\"']?\s*[=:]\s*)"
            r"(?:\"[^\"]*\"|'[^']*'|[^\s,;&]+)",
            re.IGNORECASE,
        ),
        r"\1…",
    ),
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    # What PostgreSQL adds to an error quotes the row.
    (re.compile(r"\b(DETAIL|CONTEXT|PARAMETERS):.*", re.IGNORECASE), r"\1: …"),
    (re.compile(r"(?<=[\w/])\?[^\s\"']*=[^\s\"']*"), "?…"),
)


def set_up_logs(
    format: Literal["auto", "json", "text"] = "auto",  # noqa: A002
    level: str = "info",
    stream: TextIO | None = None,
) -> None:
    """Have this process write its log; a second call takes the place of the first.

    Parameters
    ----------
    format, level
        As the settings ``log_format`` and ``log_level`` have them.
    stream
        By default the standard error.
    """
    import structlog
    from structlog.stdlib import ExtraAdder, ProcessorFormatter

    out = sys.stderr if stream is None else stream
    text = format == "text" or (format == "auto" and out.isatty())
    write: Callable[..., Any] = (
        structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=0, exception_formatter=_plain)
        if text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[ProcessorFormatter.remove_processors_meta, _exception_as_text, _scrub, write],
        use_get_message=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for known in list(root.handlers):
        if isinstance(known.formatter, ProcessorFormatter):
            root.removeHandler(known)
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, LEVELS[level]))
    for name in _OURS:
        logging.getLogger(name).setLevel(LEVELS[level])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def scrubbed(text: str) -> str:
    """Take keys, tokens, passwords, e-mail addresses and query strings out of a text."""
    for pattern, instead in _SCRUBBED:
        text = pattern.sub(instead, text)
    return text


def _scrub(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and key not in {"timestamp", "level"}:
            event[key] = scrubbed(value)
    return event


def _exception_as_text(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write an exception without the values of variables, whoever logged it."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, BaseException):
        raised = (type(raised), raised, raised.__traceback__)
    if isinstance(raised, tuple) and raised[0] is not None:
        event["exception"] = _told(*raised)
    return event


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    return "".join(traceback.format_exception(kind, error, trace)).rstrip()


def _plain(out: TextIO, raised: Any) -> None:
    out.write(_told(*raised))
