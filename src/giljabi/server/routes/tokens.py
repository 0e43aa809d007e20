"""API tokens: how programs come in."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from giljabi.access import Principal, Scope
from giljabi.bootstrap import Workspace
from giljabi.server.auditing import tell
from giljabi.server.views.tokens import MadeToken, TokenList, token_list, token_view


class NewToken(msgspec.Struct, frozen=True):
    """What a token is for, what it may be used for, and for how many days (1..3,650; null: for ever)."""

    name: str
    scopes: list[Scope]
    days: int | None = 90


@get("/", sync_to_thread=True, needs="signed_in")
def list_tokens(workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]) -> TokenList:
    """List one's own tokens."""
    tokens = workspace.tokens
    return token_list(tokens.list(principal), tokens.scopes_for(principal))


@get("/all", sync_to_thread=True, needs="admin")
def list_all_tokens(
    workspace: NamedDependency[Workspace], principal: NamedDependency[Principal]
) -> TokenList:
    """List everybody's tokens."""
    tokens = workspace.tokens
    return token_list(tokens.list(), tokens.scopes_for(principal))


@post("/", sync_to_thread=True, needs="signed_in")
def make_token(
    data: JSONBody[NewToken],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> MadeToken:
    """Make a token; its secret is shown this once."""
    made, secret = workspace.tokens.make(principal, data.name, data.scopes, data.days)
    tell(request, token=made.id, name=made.name, scopes=list(made.scopes))
    return MadeToken(token_view(made), secret)


@delete("/{id:str}", sync_to_thread=True, needs="signed_in")
def revoke_token(
    id: FromPath[str],  # noqa: A002
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
) -> None:
    """Have a token open nothing from now on; admins may do so with anybody's."""
    workspace.tokens.revoke(principal, id)


router = Router(
    "/tokens", route_handlers=[list_tokens, list_all_tokens, make_token, revoke_token], tags=["tokens"]
)
