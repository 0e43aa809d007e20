"""Mail: letters go out over one server that the operator names."""

from __future__ import annotations

import re
import ssl
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid, parseaddr
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from giljabi.model.errors import BadParameter, SourceUnavailable

if TYPE_CHECKING:
    import asyncio

Security: TypeAlias = Literal["starttls", "tls", "none"]

PATIENCE = 10.0
"""Seconds that a mail server has for each of its answers."""

_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}


class Letter(msgspec.Struct, frozen=True):
    """A mail to one person: its subject, and what it says as plain text and as HTML."""

    to: str
    subject: str
    text: str
    html: str


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail goes out.

    Attributes
    ----------
    host, port
        Where the server listens; without a port where servers of that security do.
    user, password
        Whom it knows us as, if it wants to know.
    security
        ``starttls`` and ``tls`` speak to a server with a certificate only; ``none`` in the clear.
    sender
        Whom the mail is from: an address, or ``Name <address>``.
    """

    host: str
    sender: str
    port: int | None = None
    user: str | None = None
    password: str | None = None
    security: Security = "starttls"

    def send(self, letter: Letter) -> None:
        """Send a letter.

        Raises
        ------
        SourceUnavailable
            If the server does not answer, or its certificate is not to be trusted; it may later.
        BadParameter
            If it will not have the letter, or us.
        """
        import asyncio

        asyncio.run(self._send(_message(letter, self.sender)))

    async def _send(self, message: EmailMessage) -> None:
        import aiosmtplib

        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port or _PORTS[self.security],
            username=self.user,
            password=self.password,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            tls_context=None if self.security == "none" else ssl.create_default_context(),
            timeout=PATIENCE,
        )
        connection: asyncio.WriteTransport | None = None
        try:
            async with client:
                connection = client.transport  # type: ignore[assignment]
                await client.send_message(message)
        except aiosmtplib.SMTPAuthenticationError as error:
            raise BadParameter(f"the mail server {self.host} does not take our user name") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0].code if error.recipients else 550
            raise _refused(self.host, refused) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _refused(self.host, error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise SourceUnavailable(self._what_is_wrong(error)) from error
        finally:
            if connection is not None:
                # All is said. The end of TLS would wait for an answer, and the loop ends now.
                connection.abort()

    def _what_is_wrong(self, error: BaseException) -> str:
        """Say why nothing could be sent: for want of trust, of encryption, or of an answer."""
        inner = error if isinstance(error, ssl.SSLError) else error.__cause__
        if isinstance(inner, ssl.SSLCertVerificationError):
            why = inner.verify_message.rstrip(".")
            return f"the certificate of the mail server {self.host} is not to be trusted: {why}"
        if isinstance(inner, ssl.SSLError) and self.security == "tls":
            port = self.port or _PORTS["tls"]
            return (
                f"the mail server {self.host} does not begin with TLS on port {port}; "
                "GILJABI_SMTP_SECURITY may have to be `starttls`"
            )
        return f"the mail server {self.host} does not answer as it should"


def _refused(host: str, code: int) -> BadParameter | SourceUnavailable:
    """Tell a refusal for good (5xx) from one for now (4xx)."""
    said = f"the mail server {host} refused the mail with {code}"
    return BadParameter(said) if code >= 500 else SourceUnavailable(said)


def _message(letter: Letter, sender: str) -> EmailMessage:
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = formataddr((_one_line(name), address))
    message["To"] = letter.to
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=address.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _one_line(text: str) -> str:
    """Give a text without what would begin another header."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()
