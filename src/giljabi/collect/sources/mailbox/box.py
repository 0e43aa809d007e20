"""A folder of an IMAP server, read without leaving a trace (RFC 3501)."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Literal

import msgspec
from imap_tools import BaseMailBox, MailboxFolderSelectError, MailboxLoginError
from imap_tools.errors import ImapToolsError

from giljabi.access import Outward
from giljabi.model.errors import BadParameter, SourceUnavailable

LARGEST = 1024 * 1024
"""Bytes of a mail that are read: texts stand before attachments."""

PATIENCE = 20.0
"""Seconds a server may take to answer."""

_PORTS = (143, 993)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the source is told.

    ``afterwards`` says what becomes of mails that were taken: they are left as they are, marked as read, or
    deleted. ``begin`` says where a new source begins: with ``all`` mails, or with what is ``new``.
    """

    host: str
    user: str
    password: str
    port: int | None = None
    security: Literal["tls", "starttls", "plain"] = "tls"
    authority: str | None = None
    folder: str = "INBOX"
    touchpoint: str = "email"
    begin: Literal["all", "new"] = "all"
    afterwards: Literal["leave", "read", "delete"] = "leave"

    @property
    def address(self) -> str:
        """Give host and port."""
        return f"{self.host}:{self.port or (993 if self.security == 'tls' else 143)}"

    def check(self) -> None:
        """Raise BadParameter where a setting is not as it should be."""
        if not re.fullmatch(r"[A-Za-z0-9._:-]+", self.host):
            raise BadParameter(f"{self.host!r} is no name of a server; write for example imap.example.com")
        if self.port is not None and not 1 <= self.port <= 65_535:
            raise BadParameter(f"{self.port} is no port; IMAP has 993, and 143 with STARTTLS")
        if self.security == "plain" and self.host not in _LOOPBACK:
            raise BadParameter(f"{self.host!r} would get the password in the open; choose tls or starttls")
        self.trust()

    def trust(self) -> ssl.SSLContext:
        """Give what certificates are believed."""
        try:
            return ssl.create_default_context(cadata=self.authority)
        except (ssl.SSLError, ValueError) as error:
            raise BadParameter(f"the authority is no certificate in PEM form: {error}") from error


class Mail(msgspec.Struct, frozen=True):
    """A mail as the server has it: its number, when it arrived (ms since 1970 UTC), and its first bytes."""

    uid: int
    arrived: int
    body: bytes


class _Connected(BaseMailBox):
    def __init__(self, client: imaplib.IMAP4) -> None:
        self._connected = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._connected


class Box:
    """A folder that is open; ``validity`` tells its numbers apart from those of a folder of before."""

    def __init__(self, known: Settings, mailbox: BaseMailBox) -> None:
        self._mailbox = mailbox
        state = mailbox.folder.status(known.folder, ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
        self.validity = int(state.get("UIDVALIDITY", 0))
        self.next = int(state.get("UIDNEXT", 1))
        self.count = int(state.get("MESSAGES", 0))

    def after(self, uid: int) -> list[int]:
        """Give the numbers of the mails after one, ascending."""
        found = self._mailbox.uids(f"UID {uid + 1}:*", charset=None)
        # Where none comes after it, the server gives the last all the same.
        return sorted(one for one in map(int, found) if one > uid)

    def fetch(self, uids: Sequence[int]) -> list[Mail]:
        """Read mails; none of them is marked as read."""
        wanted = f"(UID INTERNALDATE BODY.PEEK[]<0.{LARGEST}>)"
        state, told = self._mailbox.client.uid("FETCH", ",".join(map(str, uids)), wanted)
        if state != "OK":
            raise imaplib.IMAP4.error("the mails cannot be read")
        mails = []
        for at, part in enumerate(told):
            if not isinstance(part, tuple):
                continue
            after = told[at + 1] if at + 1 < len(told) and isinstance(told[at + 1], bytes) else b""
            about = part[0] + b" " + after
            number = re.search(rb"\bUID (\d+)", about)
            date = imaplib.Internaldate2tuple(about)
            if number is not None:
                mails.append(Mail(int(number[1]), _milliseconds(date), part[1]))
        return sorted(mails, key=lambda mail: mail.uid)

    def leave(self, uids: Sequence[int], afterwards: str) -> None:
        """Mark mails as read, or delete them; only they are taken away, not what others have marked."""
        if not uids or afterwards == "leave":
            return
        which = ",".join(map(str, uids))
        client = self._mailbox.client
        with suppress(imaplib.IMAP4.error, OSError):
            flag = r"(\Seen)" if afterwards == "read" else r"(\Deleted)"
            client.uid("STORE", which, "+FLAGS.SILENT", flag)
            # What a server can do, it says in full only to those who have logged in.
            if afterwards == "delete" and b"UIDPLUS" in b" ".join(client.capability()[1]).upper():
                client.uid("EXPUNGE", which)


@contextmanager
def opened(outward: Outward, known: Settings, write: bool = False) -> Iterator[Box]:
    """Open a folder.

    Raises
    ------
    BadParameter
        If the server may not be reached.
    SourceUnavailable
        If the server does not answer, does not let us in, or has no such folder.
    """
    try:
        mailbox = _Connected(_client(outward, known))
        try:
            _log_in(known, mailbox)
            _select(known, mailbox, write)
            yield Box(known, mailbox)
        finally:
            with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
                mailbox.logout()
            # Saying goodbye closes the connection, unless there was trouble.
            with suppress(OSError):
                mailbox.client.shutdown()
    except ssl.SSLError as error:
        raise SourceUnavailable(f"no secure connection to {known.address}: {error}") from error
    except (OSError, UnicodeError) as error:
        raise SourceUnavailable(f"{known.address} does not answer: {error}") from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise SourceUnavailable(f"the server at {known.address} breaks off: {error}") from error


class _Imap(imaplib.IMAP4):
    """Connects to an address that may be reached, at once encrypted where there is a context."""

    def __init__(self, outward: Outward, known: Settings, trust: ssl.SSLContext | None) -> None:
        self._outward = outward
        self._trust = trust
        super().__init__(known.host, known.port or (143 if trust is None else 993), PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        connected = self._outward.connect(self.host, self.port, timeout, _PORTS)
        if self._trust is None:
            return connected
        try:
            return self._trust.wrap_socket(connected, server_hostname=self.host)
        except BaseException:
            connected.close()
            raise


def _client(outward: Outward, known: Settings) -> imaplib.IMAP4:
    if known.security == "tls":
        return _Imap(outward, known, known.trust())
    client = _Imap(outward, known, None)
    if known.security == "plain":
        return client
    try:
        if "STARTTLS" not in client.capabilities:
            raise SourceUnavailable(f"the server at {known.address} has no STARTTLS; choose tls")
        client.starttls(known.trust())
    except BaseException:
        with suppress(OSError):
            client.shutdown()
        raise
    return client


def _log_in(known: Settings, mailbox: BaseMailBox) -> None:
    refused = f"the server at {known.address} does not accept this user or password"
    try:
        if known.user.isascii() and known.password.isascii():
            mailbox.login(known.user, known.password, initial_folder=None)
        else:
            mailbox.login_utf8(known.user, known.password, initial_folder=None)
    except MailboxLoginError as error:
        raise SourceUnavailable(refused) from error
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise SourceUnavailable(refused) from error


def _select(known: Settings, mailbox: BaseMailBox, write: bool) -> None:
    try:
        mailbox.folder.set(known.folder, readonly=not write)
    except MailboxFolderSelectError as error:
        there = ", ".join(sorted(one.name for one in mailbox.folder.list())[:20])
        raise SourceUnavailable(
            f"the server at {known.address} has no folder {known.folder!r}; there are: {there}"
        ) from error


def _milliseconds(date: object) -> int:
    return int((time.mktime(date) if isinstance(date, time.struct_time) else time.time()) * 1000)
