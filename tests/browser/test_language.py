"""What the server says comes in the language of the pages, and follows a change of it."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.test_data import offer

BAD = "customer,event,time\na,view,never\nb,view,later\n"


def test_what_a_file_warns_of_follows_the_language_and_stays_over_a_reload(
    visit: Open, empty_address: str
) -> None:
    page = visit(empty_address, "/data")
    offer(page, "bad.csv", BAD)
    warned = page.get_by_text("‘time’ 열이 시각 같지만 확실하지 않아요. 맞는지 확인해 주세요.")
    expect(warned).to_be_visible()

    page.reload()
    expect(warned).to_be_visible()

    page.get_by_text("EN", exact=True).click()
    expect(page.get_by_text("'time' is only likely to be the time; confirm it")).to_be_visible()


def test_mistakes_of_a_map_follow_the_language(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps/new")
    page.get_by_role("textbox").last.fill("title: a\nstages: []\n")
    expect(page.get_by_text("`stages`가 비어 있어요.")).to_be_visible()

    page.get_by_text("EN", exact=True).click()
    expect(page.get_by_text("`stages` is empty")).to_be_visible()
