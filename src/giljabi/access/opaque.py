"""Secrets that open a door by being known: sessions, links, recovery codes."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32


def new_secret() -> str:
    """Give a new secret of 256 random bits, in letters that a URL and a cookie can hold."""
    return secrets.token_urlsafe(_BYTES)


def secret_digest(secret: str) -> bytes:
    """Give the digest under which a secret is kept: SHA-256, as nobody can guess 256 random bits.

    What is looked for is the digest, so that the time of a look-up tells nothing of the secret.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
