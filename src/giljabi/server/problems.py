"""One shape for every error: RFC 9457 problem details.

``type`` is ``about:blank`` or a short name of this API, ``title`` says what happened in a few words,
``detail`` what is wrong and what would be right. A broken map adds ``mistakes``, a refused file ``reasons``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from litestar.exceptions import HTTPException, ValidationException
from litestar.plugins.problem_details import (
    ProblemDetailsConfig,
    ProblemDetailsException,
    ProblemDetailsPlugin,
)

from giljabi.model import errors

_log = logging.getLogger(__name__)


def _problem(
    status: int, name: str, title: str, error: BaseException, extra: dict[str, Any] | None = None
) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=status, type_=name, title=title, detail=str(error), extra=extra
    )


def _map_mistakes(error: errors.MapMistakes) -> ProblemDetailsException:
    mistakes = [
        {"line": one.line, "column": one.column, "message": one.message, "hint": one.hint}
        for one in error.mistakes
    ]
    return _problem(422, "map-mistakes", "The map has mistakes", error, {"mistakes": mistakes})


def _no_usable_row(error: errors.NoUsableRow) -> ProblemDetailsException:
    return _problem(422, "no-usable-row", "No row could be used", error, {"reasons": error.reasons})


def _input(error: errors.InputError) -> ProblemDetailsException:
    return _problem(422, "input", "The input is not right", error)


def _not_found(error: errors.NotFound) -> ProblemDetailsException:
    return _problem(404, "not-found", "Not found", error)


def _log_missing(error: errors.LogMissing) -> ProblemDetailsException:
    return _problem(409, "no-log", "There are no events yet", error)


def _storage(error: errors.StorageUnavailable) -> ProblemDetailsException:
    return _problem(503, "storage-unavailable", "The storage does not answer", error)


def _log_broken(error: errors.LogError) -> ProblemDetailsException:
    return _problem(500, "log", "The event log cannot be read", error)


def _http(error: HTTPException) -> ProblemDetailsException:
    if isinstance(error, ProblemDetailsException):
        return error
    extra: dict[str, Any] | None = None
    detail = error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        extra = {"fields": error.extra}
        detail = "; ".join(f"{one.get('key', '?')}: {one.get('message', '')}" for one in error.extra)
    return ProblemDetailsException(
        status_code=error.status_code,
        type_="about:blank",
        title=_TITLES.get(error.status_code, "The request could not be served"),
        detail=detail,
        headers=error.headers,
        extra=extra,
    )


def _unexpected(error: Exception) -> ProblemDetailsException:
    _log.error("a request failed unexpectedly", exc_info=error)
    return ProblemDetailsException(
        status_code=500,
        type_="about:blank",
        title="Something went wrong on our side",
        detail="The request failed unexpectedly; the server's log has the cause.",
    )


_TITLES = {
    400: "The request is not right",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    413: "The upload is too large",
}

_BY_ERROR: dict[Any, Callable[[Any], ProblemDetailsException]] = {
    errors.MapMistakes: _map_mistakes,
    errors.NoUsableRow: _no_usable_row,
    errors.InputError: _input,
    errors.NotFound: _not_found,
    errors.LogMissing: _log_missing,
    errors.LogError: _log_broken,
    errors.StorageUnavailable: _storage,
    HTTPException: _http,
    Exception: _unexpected,
}

problem_details = ProblemDetailsPlugin(ProblemDetailsConfig(exception_to_problem_detail_map=_BY_ERROR))
