"""The published OpenAPI document, from which the web client is generated."""

from __future__ import annotations

import json
from pathlib import Path

from giljabi.server.openapi import document

ROOT = Path(__file__).resolve().parents[2]


def test_the_published_document_is_that_of_the_server() -> None:
    published = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")

    assert published == document(), "docs/openapi.json is stale: run make api"


def test_every_address_says_what_it_does() -> None:
    described = json.loads(document())

    assert described["openapi"].startswith("3.1")
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), f"{method} {path} has no description"
