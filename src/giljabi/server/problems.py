"""One shape for every error: RFC 9457 problem details.

``type`` is ``about:blank`` or a short name of this API, ``title`` says what happened in a few words,
``detail`` what is wrong and what would be right, both in the reader's language. A broken map adds
``mistakes``, a refused file ``reasons``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.plugins.problem_details import (
    ProblemDetailsConfig,
    ProblemDetailsException,
    ProblemDetailsPlugin,
)

from giljabi.model import errors
from giljabi.server.language import Language, language_of, translate
from giljabi.server.observing import request_id
from giljabi.server.views.mistakes import mistake_views

_log = logging.getLogger(__name__)


class Problem(ProblemDetailsException):
    """A problem in English, which is told in the language of the request."""

    def to_response(self, request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        """Make the answer."""
        self.tell(language_of(request))
        if number := request_id(request.scope):
            known = self.extra if isinstance(self.extra, dict) else {}
            self.extra = {**known, "request_id": number}
        return super().to_response(request)

    def tell(self, language: Language) -> None:
        """Put the texts into a language."""
        self.title = translate(self.title or "", language)
        self.detail = translate(self.detail, language)


class _MapProblem(Problem):
    """What is wrong with a map, mistake by mistake."""

    def __init__(self, error: errors.MapMistakes) -> None:
        super().__init__(
            status_code=422, type_="map-mistakes", title="The map has mistakes", detail=str(error)
        )
        self._error = error

    def tell(self, language: Language) -> None:
        """Tell every mistake."""
        super().tell(language)
        told = mistake_views(self._error.mistakes, language)
        self.extra = {"mistakes": told}
        if language == "ko":
            lines = [f"  {one.line}행 {one.column}열: {one.message} {one.hint}".rstrip() for one in told]
            self.detail = "\n".join([f"{self._error.source}: 고칠 곳이 {len(told)}군데 있어요.", *lines])


class _AudienceProblem(Problem):
    """What is wrong with an audience, mistake by mistake."""

    def __init__(self, error: errors.AudienceMistakes) -> None:
        super().__init__(
            status_code=422, type_="audience-mistakes", title="The audience has mistakes", detail=str(error)
        )
        self._error = error

    def tell(self, language: Language) -> None:
        """Tell every mistake."""
        super().tell(language)
        told = mistake_views(self._error.mistakes, language)
        self.extra = {"mistakes": told}
        if language == "ko":
            self.detail = " ".join(f"{one.message} {one.hint}".rstrip() for one in told)


class _FieldsProblem(Problem):
    """What is wrong with a request, field by field."""

    def __init__(self, error: ValidationException, fields: list[dict[str, str]]) -> None:
        super().__init__(
            status_code=error.status_code,
            type_="about:blank",
            title=_TITLES[400],
            detail=error.detail,
            headers=error.headers,
            extra={"fields": fields},
        )
        self._fields = fields

    def tell(self, language: Language) -> None:
        """Tell what is wrong with every field."""
        super().tell(language)
        told = [{**one, "message": translate(one.get("message", ""), language)} for one in self._fields]
        self.extra = {"fields": told}
        self.detail = "; ".join(f"{one.get('key', '?')}: {one['message']}" for one in told)


def _problem(
    status: int, name: str, title: str, error: BaseException, extra: dict[str, Any] | None = None
) -> Problem:
    return Problem(status_code=status, type_=name, title=title, detail=str(error), extra=extra)


def _no_usable_row(error: errors.NoUsableRow) -> ProblemDetailsException:
    return _problem(422, "no-usable-row", "No row could be used", error, {"reasons": error.reasons})


def _input(error: errors.InputError) -> ProblemDetailsException:
    return _problem(422, "input", "The input is not right", error)


def _not_found(error: errors.NotFound) -> ProblemDetailsException:
    return _problem(404, "not-found", "Not found", error)


def _not_allowed(error: errors.NotAllowed) -> ProblemDetailsException:
    return _problem(403, "not-allowed", _TITLES[403], error)


def _sign_in(error: errors.SignInNeeded) -> ProblemDetailsException:
    failed = isinstance(error, errors.SignInFailed)
    return Problem(
        status_code=401,
        type_="sign-in-failed" if failed else "sign-in-needed",
        title="Signing in did not work" if failed else "Sign in first",
        detail=str(error),
        headers={"www-authenticate": "Bearer"},
    )


def _too_many(error: errors.TooMany) -> ProblemDetailsException:
    return Problem(
        status_code=429,
        type_="too-many",
        title="Tried too often",
        detail=str(error),
        headers={"retry-after": str(error.seconds)},
        extra={"seconds": error.seconds},
    )


def _log_missing(error: errors.LogMissing) -> ProblemDetailsException:
    return _problem(409, "no-log", "There are no events yet", error)


def _storage(error: errors.StorageUnavailable) -> ProblemDetailsException:
    return _problem(503, "storage-unavailable", "The storage does not answer", error)


def _source(error: errors.SourceUnavailable) -> ProblemDetailsException:
    return _problem(502, "source-unavailable", "The source does not answer", error)


def _log_broken(error: errors.LogError) -> ProblemDetailsException:
    return _problem(500, "log", "The event log cannot be read", error)


def _http(error: HTTPException) -> ProblemDetailsException:
    if isinstance(error, ProblemDetailsException):
        return error
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        return _FieldsProblem(error, error.extra)
    return Problem(
        status_code=error.status_code,
        type_="about:blank",
        title=_TITLES.get(error.status_code, "The request could not be served"),
        detail=error.detail,
        headers=error.headers,
    )


def _unexpected(error: Exception) -> ProblemDetailsException:
    _log.error("a request failed unexpectedly", exc_info=error)
    return Problem(
        status_code=500,
        type_="about:blank",
        title="Something went wrong on our side",
        detail="The request failed unexpectedly; the server's log has the cause.",
    )


_TITLES = {
    400: "The request is not right",
    401: "The signature is not right",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    413: "The upload is too large",
}

_BY_ERROR: dict[Any, Callable[[Any], ProblemDetailsException]] = {
    errors.MapMistakes: _MapProblem,
    errors.AudienceMistakes: _AudienceProblem,
    errors.NoUsableRow: _no_usable_row,
    errors.InputError: _input,
    errors.NotFound: _not_found,
    errors.NotAllowed: _not_allowed,
    errors.SignInNeeded: _sign_in,
    errors.TooMany: _too_many,
    errors.LogMissing: _log_missing,
    errors.LogError: _log_broken,
    errors.StorageUnavailable: _storage,
    errors.SourceUnavailable: _source,
    HTTPException: _http,
    Exception: _unexpected,
}

problem_details = ProblemDetailsPlugin(ProblemDetailsConfig(exception_to_problem_detail_map=_BY_ERROR))
