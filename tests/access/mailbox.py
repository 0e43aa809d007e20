"""A real mail server that keeps what it is sent."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from tests.servers import free_port


class Mailbox:
    """What a mail server was sent, and what it is to answer."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.encrypted: list[bool] = []
        self.answer = "250 OK"
        self.port = free_port()

    @property
    def text(self) -> str:
        """The plain text of the last mail."""
        body = self.mails[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def html(self) -> str:
        """The HTML of the last mail."""
        body = self.mails[-1].get_body(("html",))
        assert body is not None
        return str(body.get_content())

    @property
    def token(self) -> str:
        """The secret of the link in the last mail."""
        found = re.search(r"https?://\S+#(\S+)", self.text)
        assert found is not None
        return found[1]


class _Taker:
    """Puts mails into a mailbox; the server looks at all attributes of it, so it has no others."""

    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail, where it is taken."""
        transport: Any = server.transport
        if self._box.answer.startswith("250"):
            mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            self._box.mails.append(mail)
            self._box.recipients += envelope.rcpt_tos
            self._box.encrypted.append(transport.get_extra_info("sslcontext") is not None)
        return self._box.answer


@contextmanager
def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    at_once: ssl.SSLContext | None = None,
    user: tuple[str, str] | None = None,
) -> Iterator[Mailbox]:
    """Run a mail server on this machine.

    With ``tls`` it wants STARTTLS, with ``at_once`` it speaks TLS from the first byte, with ``user`` it wants
    to know who sends.
    """
    box = Mailbox()

    def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == user, handled=False)

    words: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None, "ssl_context": at_once}
    if user is not None:
        words |= {"authenticator": known, "auth_required": True, "auth_require_tls": tls is not None}
    controller = Controller(_Taker(box), hostname="127.0.0.1", port=box.port, **words)
    controller.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_all_gone(controller), controller.loop).result(10)
        controller.stop()


async def _all_gone(controller: Controller) -> None:
    """Wait until the server has seen its last connection end, which would be left open else."""
    server: Any = controller.server
    while server._active_count:
        await asyncio.sleep(0.01)
