"""Texts as PostgreSQL can keep them."""

from __future__ import annotations


def storable(text: str) -> str:
    """Give a text without null characters and halves of surrogate pairs, which PostgreSQL refuses."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
