"""Mails into calls: who wrote, when, and what; without what machines send."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

import msgspec

from giljabi.collect.calls import Call
from giljabi.collect.door import LARGEST_CALL, Refused, judge
from giljabi.collect.html_text import text_of_html
from giljabi.collect.sources.mailbox.charsets import decoded, header, words
from giljabi.collect.sources.mailbox.quoting import own_words

LONGEST_TEXT = 8_000
"""Characters of a text that are kept."""

_EARLIEST = 631_152_000_000
_DAY = 86_400_000
_MACHINES = re.compile(r"^(?:mailer-daemon|postmaster|bounces?)(?:[+-].*)?$", re.IGNORECASE)
_NOBODY = re.compile(r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply)", re.IGNORECASE)
_ANSWER = re.compile(r"^(?:(?:re|fwd?|aw|회신|답장|전달)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_LISTS = ("List-Id", "List-Unsubscribe", "List-Post")
_AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients")


class Letter(msgspec.Struct, frozen=True):
    """A mail, read.

    Attributes
    ----------
    name
        Names it for good, in whatever folder it lies: by its Message-ID, else by what it says.
    time
        When it was written, milliseconds since 1970 UTC; where that cannot be, when it arrived.
    address, sender
        Who wrote: address and name, empty where nobody is named.
    text
        Subject and text.
    head
        Its first bytes.
    """

    name: str
    time: int
    address: str
    sender: str
    text: str
    head: bytes


def is_noise(message: Message) -> bool:
    """Say whether a machine wrote: answers by absent people, bounces, mailing lists (RFC 3834, RFC 2919)."""
    if header(message, "Auto-Submitted").lower().split(";")[0].strip() not in {"", "no"}:
        return True
    if header(message, "Precedence").lower() in {"bulk", "list", "junk", "auto_reply", "auto-reply"}:
        return True
    if any(name in message for name in (*_LISTS, *_AUTOMATIC)):
        return True
    if header(message, "X-Spam-Flag").lower() == "yes":
        return True
    bounced = header(message, "Return-Path") == "<>" or message.get_content_type() == "multipart/report"
    return bounced or bool(_MACHINES.match(_sender(message)[1].split("@")[0]))


def read_letter(body: bytes, arrived: int) -> Letter | Refused | None:
    """Read a mail; None where a machine wrote it. One that cannot be read holds up no other.

    Parameters
    ----------
    body
        Its first bytes at least.
    arrived
        When it arrived, milliseconds since 1970 UTC.
    """
    try:
        return _read(body, arrived)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The standard library's reader raises many things at what was never meant to be a mail.
        return Refused("bad_call", f"the mail cannot be read: {error}", None, body[:LARGEST_CALL])


def _read(body: bytes, arrived: int) -> Letter | None:
    message = message_from_bytes(body)
    if is_noise(message):
        return None
    sender, address = _sender(message)
    subject = _ANSWER.sub("", header(message, "Subject"))
    told = own_words(_text(message))
    text = f"{subject}\n\n{told}".strip()[:LONGEST_TEXT]
    told_id = header(message, "Message-ID") or f"{address}\n{header(message, 'Date')}\n{text}"
    name = hashlib.blake2b(told_id.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return Letter(name, _time(message, arrived), address, sender, text, body[:LARGEST_CALL])


def calls_of_letter(letter: Letter, source: str, touchpoint: str, now: int) -> list[Call] | Refused:
    """Give the calls of a mail: what somebody said, and who they are where a name is given."""
    identifiers = {"email": letter.address} if letter.address else {}
    properties = {"kind": "text", "text": letter.text, "touchpoint": touchpoint}
    said = Call("feedback", f"{source}:{letter.name}", letter.time, identifiers, properties={**properties})
    found = judge(said, now)
    if found is not None:
        detail = "nobody is named as the sender" if found[0] == "no_customer" else found[1]
        return Refused(found[0], detail, None, letter.head)
    if not letter.sender:
        return [said]
    traits = {"name": letter.sender, "email": letter.address}
    return [Call("identify", f"{said.message_id}:who", letter.time, identifiers, traits=traits), said]


def _sender(message: Message) -> tuple[str, str]:
    """Give name and address of who wrote; forms on web pages name them in Reply-To."""
    found = _address(message, "From")
    if _NOBODY.match(found[1]):
        return _address(message, "Reply-To") if "Reply-To" in message else found
    return found


def _address(message: Message, name: str) -> tuple[str, str]:
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    # Encoded words may hold commas: they are read after the addresses are told apart.
    if not raw.isascii():
        raw = words(raw) if "=?" not in raw else raw.encode("utf-8", "replace").decode()
    for shown, address in getaddresses([raw]):
        local, _, host = address.strip().rpartition("@")
        if local and host and not re.search(r"\s", address):
            sender = words(shown).strip("\"' ")
            return ("" if "@" in sender else sender[:200]), address.strip().lower()
    return "", ""


def _time(message: Message, arrived: int) -> int:
    try:
        written = parsedate_to_datetime(header(message, "Date"))
        moment = int((written if written.tzinfo else written.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError, IndexError):
        return arrived
    return moment if _EARLIEST <= moment <= arrived + _DAY else arrived


def _text(message: Message) -> str:
    """Give a mail's text: the plain one, else that of the HTML."""
    found = list(_parts(message))
    plain = "\n\n".join(text for kind, text in found if kind == "text/plain").strip()
    return plain or "\n\n".join(text for kind, text in found if kind == "text/html")


def _parts(message: Message) -> Iterator[tuple[str, str]]:
    if message.get_content_disposition() == "attachment" or message.get_filename():
        return
    if message.is_multipart():
        # A mail that is attached to a mail is an attachment.
        if message.get_content_maintype() == "multipart":
            for part in message.get_payload():
                if isinstance(part, Message):
                    yield from _parts(part)
        return
    kind = message.get_content_type()
    body = message.get_payload(decode=True)
    if kind not in {"text/plain", "text/html"} or not isinstance(body, bytes):
        return
    text = decoded(body, message.get_content_charset())
    yield kind, text_of_html(text, quoted=False) if kind == "text/html" else text
