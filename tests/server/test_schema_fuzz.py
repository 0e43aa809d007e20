"""Requests drawn from the API's own document bring no server down and show nothing that is another's.

`make test` draws a few for each operation; ``FUZZED_REQUESTS=200`` draws more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from tests.contracts.tree import ROOT
from tests.server.comers import NOBODY, PASSWORD, VISIT, Comer, signed_in
from tests.server.twins import NAMES, Twin, headers, twin
from tests.workspaces import own_database

from giljabi.bootstrap import Settings
from giljabi.store.postgres import EmbeddedServer

DRAWN = int(os.environ.get("FUZZED_REQUESTS", "4"))
DOCUMENT = ROOT / "docs" / "openapi.json"
OPERATIONS = sorted(
    f"{method.upper()} {path}"
    for path, item in json.loads(DOCUMENT.read_text("utf-8"))["paths"].items()
    for method in item
    if method in {"get", "post", "put", "delete", "patch"}
)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


class Fuzzed:
    """A server of one of two workspaces that are filled alike."""

    def __init__(self, url: str, own: Twin, other: Twin) -> None:
        self.url = url
        self.own = own
        self.other = other
        self.schema: Any = schemathesis.openapi.from_path(DOCUMENT)

    def owner(self) -> Comer:
        """Give the owner with a session that stands: what was drawn may have signed out."""
        done = self.own.workspace.accounts.sign_in(f"{self.own.mark}@example.com", PASSWORD, VISIT)
        return signed_in(done.token, done.principal)


@pytest.fixture(scope="module")
def fuzzed(postgres_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    from tests.browser.served import served

    home, files = tmp_path_factory.mktemp("fuzzed"), tmp_path_factory.mktemp("fuzzed-files")
    address = own_database(postgres_server, "giljabi_fuzzed")
    own, other = (twin(home, address, name, files) for name in NAMES)
    with served(own.workspace, Settings()) as url:
        yield Fuzzed(url, own, other)
    for one in (own, other):
        one.workspace.close()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_drawn_request_fails_the_server_or_shows_what_is_anothers(operation: str, fuzzed: Fuzzed) -> None:
    method, _, path = operation.partition(" ")
    comers = {"nobody": NOBODY, "owner": fuzzed.owner()}
    needs_nobody = path.startswith(("/api/v1/session", "/api/v1/oidc", "/v1/", "/healthz", "/readyz"))

    @settings(max_examples=DRAWN, deadline=None, database=None, derandomize=True, suppress_health_check=SLOW)
    @given(case=fuzzed.schema[path][method].as_strategy())
    def hold(case: Any) -> None:
        for who, comer in comers.items():
            answer = case.call(base_url=fuzzed.url, headers=headers(comer), timeout=60)
            assert answer.status_code < 500, (who, answer.status_code, answer.text[:500])
            assert fuzzed.other.mark not in answer.text, who
            if who == "nobody" and not needs_nobody:
                assert answer.status_code in {400, 401, 405}, (answer.status_code, answer.text[:300])

    hold()
