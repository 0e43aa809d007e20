"""Links that go out by mail, and news of what was changed."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from giljabi.access import Change, MailServer, Occasion, Principal, write_letter, write_news
from giljabi.bootstrap.accounts.desk import Desk
from giljabi.model.errors import BadParameter, SourceUnavailable
from giljabi.store import StoredAccount

_PAGES: dict[Occasion, str] = {"invitation": "join", "reset": "reset", "email": "confirm"}

_NEWS = "news"

_Said = TypeVar("_Said", bound=msgspec.Struct)

_WORTH_TELLING = timedelta(days=1)
"""How long it is tried to tell somebody what was changed; later the audit log has it."""


class _News(msgspec.Struct, frozen=True):
    """What is to be told: a change of somebody's account, when, and the address it has since."""

    change: Change
    to: str
    language: str
    at: datetime
    new_email: str = ""


class Mailing(Desk):
    """Links that go out by mail, and news of what was changed."""

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

    def send_news(self, letter: str, tell: Any = None) -> dict[str, Any]:
        """Tell somebody what was changed of their account; the work of a job.

        Raises
        ------
        SourceUnavailable
            If the mail server does not answer; it is tried again for a day.
        BadParameter
            If it will not have the letter, or us.
        """
        if tell is not None:
            tell("news", 0.0)
        news = self._opened(_NEWS, letter, _News)
        if self.mail_set_up and self._clock() - news.at < _WORTH_TELLING:
            written = write_news(news.change, news.to, news.at, news.language, news.new_email)
            self._mail_server().send(written)
        return {}

    def _tell(self, account: StoredAccount, change: Change, new_email: str = "") -> None:
        """Have somebody told in the background what was changed; nothing happens where mail is not set up."""
        if not self.mail_set_up:
            return
        self._post(_NEWS, _News(change, account.email, account.language, self._clock(), new_email))

    def _post(self, job: str, said: msgspec.Struct) -> None:
        """Have a job send a letter; the queue holds what is said encrypted."""
        sealed = self._vault.encrypt(msgspec.json.encode(said).decode(), job)
        self._jobs.ask(job, letter=base64.b64encode(sealed).decode())

    def _opened(self, job: str, letter: str, kind: type[_Said]) -> _Said:
        """Give what `_post` handed to a job."""
        return msgspec.json.decode(self._vault.decrypt(base64.b64decode(letter), job), type=kind)

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
