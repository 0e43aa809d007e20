"""The pages of accounts in both languages: no foreign words, room for every text, names for every control."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.looks import foreign_words, nameless, overflowing, resize, settle, texts
from tests.browser.people import MAP, OWNER, PASSWORD, House, make_owner
from tests.browser.served import served

from giljabi.bootstrap import Settings, Workspace

DOORS = ("/sign-in", "/start#a-link", "/join#a-link", "/reset", "/reset#a-link", "/confirm#a-link")
ROOMS = ("/settings/account", "/settings/people", "/settings/keys", "/settings/audit")
WIDTHS = (390, 768, 1440)
PROPER = [
    "API",
    "CSV",
    "CRM sync",
    "Chrome",
    "Linux",
    "English",
    "EN",
    "Ctrl K",
    "Alexandra Montgomery",
    "empty",
]
FOREIGN = {"ko": re.compile(r"[A-Za-z][A-Za-z_]+"), "en": re.compile(r"[가-힣]+")}


@pytest.fixture
def house(empty_workspace: Workspace) -> Iterator[House]:
    """Give a workspace with people, invitations and tokens."""
    make_owner(empty_workspace)
    with served(empty_workspace, Settings()) as address:
        house = House(empty_workspace, address)
        made = empty_workspace.add_map(MAP.read_text(encoding="utf-8"))
        house.join("alexandra@giljabi.example", "viewer", "Alexandra Montgomery")
        house.join("guest@giljabi.example", "guest", maps={made.id: "viewer"})
        empty_workspace.accounts.invite(house.owner, "invited@giljabi.example", "admin", {}, "ko")
        empty_workspace.tokens.make(house.owner, "CRM sync", ["view", "edit", "people"], None)
        yield house


def enter(page: Page, email: str) -> None:
    """Sign in, in whichever language the page is in."""
    page.locator("input[name=username]").fill(email)
    page.locator("input[name=current-password]").fill(PASSWORD)
    page.locator("form .btn").click()
    expect(page).to_have_url(re.compile(r"/(maps|settings/\w+)$"))


def of_the_data(page: Page) -> list[str]:
    """Give the words of a page that are nobody's language: addresses, ids and names."""
    shown = page.locator("code, .object, .device, .what a, select option, .who, .email").all_inner_texts()
    return [*shown, *(line for text in shown for line in text.splitlines())]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_of_accounts_read_and_fit(visit: Open, house: House, language: str) -> None:
    page = visit(house.address, "/sign-in", language=language, expected={401, 403, 404})
    found: dict[str, object] = {}

    def survey(path: str) -> None:
        page.goto("about:blank")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        settle(page)
        names = [
            "김미나",
            OWNER,
            "help desk",
            "Help desk ticket",
            "giljabi up",
            "giljabi accounts reset-link",
            "한국어",
        ]
        wrong = foreign_words(texts(page), FOREIGN[language], [*PROPER, *names, *of_the_data(page)])
        for width in WIDTHS:
            resize(page, width)
            wrong.update({f"{width}: {line}": "" for line in overflowing(page)})
        wrong.update({f"nameless {role}": str(count) for role, count in nameless(page).items()})
        if wrong:
            found[path] = wrong

    for path in DOORS:
        survey(path)
    page.goto("/sign-in")
    enter(page, OWNER)
    # The account's own language is Korean.
    page.evaluate("(language) => localStorage.setItem('giljabi.locale', language)", language)
    for path in ROOMS:
        survey(path)

    assert found == {}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_page_that_is_closed_says_why(visit: Open, house: House, language: str) -> None:
    page = visit(house.address, "/settings/people", language=language, width=390, expected={401})
    enter(page, "alexandra@giljabi.example")

    expect(page.get_by_role("heading", name=re.compile("이 화면은 볼 수 없어요"))).to_be_visible()
    assert overflowing(page) == []
    assert nameless(page) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dialogs_fit_a_phone(visit: Open, house: House, theme: str) -> None:
    page = visit(house.address, "/settings/people", theme=theme, width=390, expected={401})
    enter(page, OWNER)
    page.get_by_role("button", name="초대하기").click()
    page.get_by_role("radio", name=re.compile("^손님")).check()
    page.get_by_role("checkbox").first.check()
    assert overflowing(page) == []
    assert nameless(page) == {}

    page.goto("/settings/account")
    page.get_by_role("button", name="두 단계 인증 켜기").click()
    page.get_by_role("dialog").get_by_label("비밀번호", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="계속").click()
    expect(page.get_by_label("앱에 보이는 여섯 자리 숫자")).to_be_focused()
    assert overflowing(page) == []
    assert nameless(page) == {}
