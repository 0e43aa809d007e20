"""Links that go out by mail."""

from __future__ import annotations

from giljabi.access import MailServer, Occasion, Principal, write_letter
from giljabi.bootstrap.accounts.desk import Desk
from giljabi.model.errors import BadParameter, SourceUnavailable

_PAGES: dict[Occasion, str] = {"invitation": "join", "reset": "reset", "email": "confirm", "changed": ""}


class Mailing(Desk):
    """Links that go out by mail."""

    @property
    def mail_set_up(self) -> bool:
        """Whether the operator named a server that mail goes out by."""
        return bool(self._settings.smtp_host)

    def address_of(self, page: str, token: str = "") -> str:
        """Give the address of a page; the secret of a link is in its fragment, which no server is told."""
        base = self._settings.url or f"http://{self._settings.host}:{self._settings.port}"
        return f"{base.rstrip('/')}/{page}" + (f"#{token}" if token else "")

    def _mail(self, occasion: Occasion, to: str, token: str, language: str, by: str = "") -> None:
        """Send a link; raises SourceUnavailable where it may go later, BadParameter where it never will."""
        link = self.address_of(_PAGES[occasion], token)
        self._mail_server().send(write_letter(occasion, to, link, language, by))

    def _mail_now(self, occasion: Occasion, to: str, token: str, language: str, by: str = "") -> str | None:
        """Send a link at once; say why it did not go out, with nothing where mail is not set up."""
        if not self.mail_set_up:
            return ""
        try:
            self._mail(occasion, to, token, language, by)
        except (SourceUnavailable, BadParameter) as error:
            return str(error)
        return None

    def _mail_invitation(self, by: Principal, to: str, token: str, language: str) -> str | None:
        return self._mail_now("invitation", to, token, language, by.name)

    def _mail_server(self) -> MailServer:
        given = self._settings
        return MailServer(
            host=given.smtp_host or "",
            sender=given.mail_from or f"Giljabi <giljabi@{given.smtp_host}>",
            port=given.smtp_port,
            user=given.smtp_user,
            password=given.smtp_password,
            security=given.smtp_security,
        )
