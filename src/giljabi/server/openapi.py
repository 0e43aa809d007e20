"""The OpenAPI 3.1 document, as the web client is generated from it.

``python -m giljabi.server.openapi`` prints it; ``make api`` keeps it in ``docs/openapi.json``.
"""

from __future__ import annotations

import json

from giljabi.bootstrap import Settings
from giljabi.server.app import create_app


def document() -> str:
    """Give the document as JSON, with sorted keys and a final newline."""
    schema = create_app(settings=Settings()).openapi_schema.to_schema()
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


if __name__ == "__main__":
    print(document(), end="")
