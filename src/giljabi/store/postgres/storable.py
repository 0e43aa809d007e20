"""Texts as PostgreSQL can keep them."""

from __future__ import annotations


def storable(text: str) -> str:
    """Give a text without null characters and halves of surrogate pairs, which PostgreSQL refuses."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def digest_bytes(id: str) -> bytes:  # noqa: A002
    """Give the digest that hexadecimal digits stand for; what is none is the digest of nothing."""
    try:
        return bytes.fromhex(id)
    except ValueError:
        return b""
