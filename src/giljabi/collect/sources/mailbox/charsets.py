"""Texts of mails: whatever encoding they are in, and whatever encoding they say they are in."""

from __future__ import annotations

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

_KOREAN = re.compile(r"^(?:euc[-_]?kr|ks_?c_?5601.*|korean|windows-949|x-windows-949|ms949|uhc)$", re.I)


def decoded(body: bytes, charset: str | None) -> str:
    """Give the text of bytes; those who say EUC-KR or ASCII often write something larger.

    Parameters
    ----------
    body
        The bytes.
    charset
        What the sender says they are in.
    """
    for name in (_codec(charset), "utf-8", "cp949"):
        if name is not None:
            try:
                return body.decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
    return body.decode(_codec(charset) or "utf-8", "replace")


def header(message: Message, name: str) -> str:
    """Give the text of a header; empty where there is none. Bytes that are not encoded are guessed."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return words(str(raw))


def words(raw: str) -> str:
    """Give the text of what a header holds: encoded words, and bytes as they came."""
    text = decoded(raw.encode("utf-8", "surrogateescape"), None) if not raw.isascii() else raw
    text = re.sub(r"\r?\n[ \t]", " ", text)
    if "=?" not in text:
        return text.strip()
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text.strip()
    said = (one if isinstance(one, str) else decoded(one, charset) for one, charset in parts)
    return "".join(said).replace("\0", "").strip()


def _codec(charset: str | None) -> str | None:
    name = (charset or "").strip().strip("\"'").lower()
    if not name or name in {"us-ascii", "ascii", "unknown-8bit", "binary", "x-unknown"}:
        return None
    if _KOREAN.match(name):
        return "cp949"
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Codecs such as base64 are none of texts.
    return found.name if getattr(found, "_is_text_encoding", True) else None
