"""Everything that is noted in the audit log has words on its page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from litestar.handlers import HTTPRouteHandler

import giljabi
from giljabi.server.app import create_app
from giljabi.server.auditing import operation

SOURCE = Path(giljabi.__file__).parent
WORDS = Path(__file__).parents[2] / "web/src/pages/settings/audit/actions.ts"


def noted_by_requests() -> Iterator[str]:
    """Give what the server notes of requests: changing ones that need more than to look."""
    for route in create_app().routes:
        for handler in getattr(route, "route_handlers", ()):
            if not isinstance(handler, HTTPRouteHandler) or handler.http_methods <= {
                "GET",
                "HEAD",
                "OPTIONS",
            }:
                continue
            needs = handler.opt.get("needs")
            if needs != "public" and handler.opt.get("noted", needs != "view"):
                yield operation(handler)


NOTING = {"server": "", "bootstrap": "", "bootstrap/forgetting.py": "", "cli/accounts.py": "accounts."}
"""Where something is noted outside of requests, and what is put before it there."""


def noted_elsewhere() -> Iterator[str]:
    """Give what is noted outside of requests, as the code writes it."""
    for place, prefix in NOTING.items():
        calls = {"told"} if place.endswith("forgetting.py") else {"note", "_note"}
        paths = [SOURCE / place] if place.endswith(".py") else (SOURCE / place).rglob("*.py")
        for path in paths:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = (
                    getattr(node.func, "attr", getattr(node.func, "id", ""))
                    if isinstance(node, ast.Call)
                    else ""
                )
                if isinstance(node, ast.Call) and name in calls:
                    said = [one for argument in node.args[:2] for one in ast.walk(argument)]
                    texts = [one.value for one in said if isinstance(one, ast.Constant)]
                    yield from (
                        prefix + one for one in texts if isinstance(one, str) and one and one[-1] != "."
                    )


def test_every_noted_action_has_words() -> None:
    worded = set(re.findall(r'^  "?([a-z_.]+)"?: m\.', WORDS.read_text(encoding="utf-8"), re.MULTILINE))

    noted = {*noted_by_requests(), *noted_elsewhere(), "denied"}

    assert noted - worded == set()
    assert worded - noted == set()
