"""Every successful change is noted in the audit log, here and nowhere else.

A handler that changes nothing though its method would say so is marked ``noted=False``; one whose path
parameters name a person is marked ``personal=True``, and they stay out of the log.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from giljabi.access import Principal
from giljabi.bootstrap import Workspace

_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
_DETAIL = "giljabi.audit"
_log = logging.getLogger(__name__)


def operation(handler: BaseRouteHandler) -> str:
    """Name what a handler does: ``area.what``, by its module and function."""
    # What works in threads is wrapped by then.
    function = getattr(handler.fn, "func", handler.fn)
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def tell(connection: ASGIConnection[Any, Any, Any, Any], **detail: Any) -> None:
    """Add details to what is noted of a request; nothing in them may name a customer, or open a door."""
    connection.scope.setdefault("state", {}).setdefault(_DETAIL, {}).update(detail)


async def note_change(message: Message, scope: Scope) -> None:
    """Note a change before it is answered, and what was denied to somebody who is signed in."""
    who = cast("Principal | None", scope.get("user"))
    if message["type"] != "http.response.start" or who is None or scope.get("method") not in _CHANGING:
        return
    handler: BaseRouteHandler = scope["route_handler"]
    status = message["status"]
    if status == 403:
        await _note(scope, who, "denied", "", operation=operation(handler))
    elif status < 400 and _changes(handler):
        detail = scope.get("state", {}).get(_DETAIL, {})
        await _note(scope, who, operation(handler), _object(scope, handler), **detail)


def _changes(handler: BaseRouteHandler) -> bool:
    # Questions are asked by POST, and need no more than to see.
    return bool(handler.opt.get("noted", handler.opt.get("needs") != "view"))


def _object(scope: Scope, handler: BaseRouteHandler) -> str:
    if handler.opt.get("personal"):
        return ""
    return "/".join(str(one) for one in scope.get("path_params", {}).values())


async def _note(scope: Scope, who: Principal, action: str, object: str, **detail: Any) -> None:  # noqa: A002
    app: Litestar = scope["litestar_app"]
    workspace: Workspace = app.state.workspace
    client = scope.get("client")
    address = client[0] if client else ""
    try:
        await asyncio.to_thread(workspace.audit.note, who, action, object, address=address, **detail)
    except Exception:
        # The change stands; that it could not be noted is for the operator to know.
        _log.exception("%s could not be noted in the audit log", action)
