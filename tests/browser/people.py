"""People who come in by the doors of a server with accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyotp
from playwright.sync_api import Page, expect

from giljabi.access import Principal, Role, Visit
from giljabi.bootstrap import Workspace

OWNER = "mina@giljabi.example"
PASSWORD = "paper lantern over the harbour"
HERE = Visit("127.0.0.1", "a test")
MAP = Path(__file__).parents[2] / "examples" / "helpdesk.journey.yaml"


@dataclass(frozen=True)
class House:
    """A workspace with an owner, and where it is served."""

    workspace: Workspace
    address: str

    def join(self, email: str, role: Role, name: str = "", maps: Mapping[str, Role] | None = None) -> None:
        """Have somebody invited, and let them accept."""
        invited = self.workspace.accounts.invite(self.owner, email, role, maps or {}, "ko")
        assert invited.token is not None
        self.workspace.accounts.join(invited.token, name or email, PASSWORD, "ko", HERE)

    @property
    def owner(self) -> Principal:
        """The owner, as somebody signed in."""
        principal = self.workspace.accounts.sign_in(OWNER, PASSWORD, HERE).principal
        assert principal is not None
        return principal


def make_owner(workspace: Workspace) -> None:
    """Make the owner of a workspace."""
    token = workspace.accounts.owner_link()
    assert token is not None
    workspace.accounts.begin(token, OWNER, "김미나", PASSWORD, "ko", HERE)


def sign_in(page: Page, email: str = OWNER, password: str = PASSWORD) -> None:
    """Fill in the form that stands before the reader."""
    page.get_by_label("이메일").fill(email)
    page.get_by_label("비밀번호", exact=True).fill(password)
    page.get_by_role("button", name="로그인", exact=True).click()


def sign_out(page: Page) -> None:
    """Leave by the menu."""
    page.get_by_role("button", name="계정 메뉴").click()
    page.get_by_role("button", name="로그아웃", exact=True).click()
    expect(page).to_have_url(re.compile("/sign-in$"))


def code_of(secret: str, *, not_one_of: Sequence[str] = ()) -> str:
    """Give a code that an authenticator app shows about now and that was not used yet."""
    app = pyotp.TOTP(secret)
    now = app.timecode(datetime.now(UTC))
    return next(
        code for step in (now, now + 1, now - 1) if (code := app.generate_otp(step)) not in not_one_of
    )
