"""How object stores are reached: with what their own tools are told by the environment."""

from __future__ import annotations

import os

_KNOWN = {
    "s3.endpoint": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
    "s3.region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
}
"""What Arrow does not read by itself; keys and roles it does."""


def storage_properties() -> dict[str, str]:
    """Give what Iceberg has to know of the object stores that this process may use."""
    found = {
        name: next((os.environ[one] for one in variables if os.environ.get(one)), "")
        for name, variables in _KNOWN.items()
    }
    return {name: value for name, value in found.items() if value}
