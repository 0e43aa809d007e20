"""What holds on every page: language, theme, room for the text, names for every control."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import httpx
import pytest
from playwright.sync_api import Browser, expect
from tests.browser.conftest import LOCALES, Open
from tests.browser.looks import contrast, foreign_words, nameless, overflowing, resize, settle, texts

PATHS = {
    "maps": "/maps",
    "map": "/maps/{map}",
    "claim": "/maps/{map}?claim=payment.2",
    "score": "/maps/{map}?claim=payment.1",
    "stage": "/maps/{map}?stage=delivery",
    "edit": "/maps/{map}?edit=1",
    "new map": "/maps/new",
    "graph": "/explore/graph?node=visit",
    "variants": "/explore/variants",
    "funnel": "/explore/funnel?steps=visit,product_viewed,cart_added,paid&by=channel",
    "data": "/data",
    "nowhere": "/nowhere",
}
WIDTHS = (390, 768, 1440)

# Names, units and terms of the trade that stand in Korean pages as they are.
PROPER = [
    *["CSV", "XLSX", "Parquet", "JSON Lines", "Arrow", "XES", "OCEL", "YAML", "*.journey.yaml"],
    *["Ctrl K", "Ctrl+S"],
    *["NPS", "CSAT", "CES", "STIMULUS", "ZMOT", "FMOT", "SMOT", "English", "EN"],
]

HANGUL = re.compile(r"[가-힣]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z_]+")


@pytest.fixture(scope="module")
def map_id(shop_address: str) -> str:
    """Give the id of the shop's map, its claims checked."""
    found = str(httpx.get(f"{shop_address}/api/v1/maps", timeout=60).json()["maps"][0]["id"])
    httpx.get(f"{shop_address}/api/v1/maps/{found}/check", timeout=60).raise_for_status()
    return found


@pytest.fixture(scope="module")
def data_words(shop_address: str, map_id: str) -> list[str]:
    """Give the phrases that come from the data and the map, not from the pages."""
    log = httpx.get(f"{shop_address}/api/v1/log", timeout=60).json()
    document = httpx.get(f"{shop_address}/api/v1/maps/{map_id}", timeout=60).json()
    words = [name["event"] for name in log["names"]] + [column["name"] for column in log["columns"]]
    words += [str(value) for column in log["columns"] for value in column["values"]]
    words += ["shop", "events.parquet", "feedback.parquet", *PROPER]
    return [*words, *(line.strip() for line in document["text"].splitlines()), *phrases(document["map"])]


def phrases(value: object) -> list[str]:
    """Give every text inside a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in phrases(one)]
    if isinstance(value, list):
        return [text for one in value for text in phrases(one)]
    return []


@dataclass(frozen=True)
class Survey:
    """What one visit to a page found."""

    texts: list[str]
    quotes: list[str]
    nameless: dict[str, int]
    overflowing: dict[int, list[str]]


@pytest.fixture(scope="module")
def survey(browser: Browser, shop_address: str, map_id: str) -> Callable[[str, str], Survey]:
    """Give what is found on a page, by its name and language; each is visited once."""

    @functools.cache
    def look(name: str, language: str) -> Survey:
        context = browser.new_context(
            base_url=shop_address, locale=LOCALES[language], reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(PATHS[name].format(map=map_id))
        settle(page)
        overflow = {}
        for width in WIDTHS:
            resize(page, width)
            overflow[width] = overflowing(page)
        quotes = [line for said in page.locator("blockquote").all_inner_texts() for line in said.splitlines()]
        found = Survey(
            texts(page), quotes, nameless(page), {w: lines for w, lines in overflow.items() if lines}
        )
        context.close()
        return found

    return look


each_page = pytest.mark.parametrize("name", PATHS)
each_language = pytest.mark.parametrize("language", ["ko", "en"])


@each_page
def test_no_english_is_left_in_korean_pages(
    survey: Callable[[str, str], Survey], data_words: list[str], name: str
) -> None:
    assert foreign_words(survey(name, "ko").texts, LATIN, data_words) == {}


@each_page
def test_no_korean_is_left_in_english_pages(
    survey: Callable[[str, str], Survey], data_words: list[str], name: str
) -> None:
    found = survey(name, "en")

    assert foreign_words(found.texts, HANGUL, [*data_words, *found.quotes, "한국어"]) == {}


@each_page
@each_language
def test_nothing_is_cut_off_or_sticks_out(
    survey: Callable[[str, str], Survey], name: str, language: str
) -> None:
    assert survey(name, language).overflowing == {}


@each_page
@each_language
def test_every_control_has_a_name(survey: Callable[[str, str], Survey], name: str, language: str) -> None:
    assert survey(name, language).nameless == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_text_stand_out_from_every_ground(visit: Open, shop_address: str, theme: str) -> None:
    page = visit(shop_address, "/maps", theme=theme)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    pairs = [
        *product(["ink", "mute", "accent", "ok", "no", "un"], ["bg", "card"]),
        *[("on-accent", "accent"), ("accent", "accent-wash"), ("ok", "ok-wash")],
        *[("no", "no-wash"), ("un", "un-wash"), ("ink", "ok-wash"), ("ink", "no-wash"), ("ink", "un-wash")],
    ]

    faint = {pair: round(contrast(page, *pair), 2) for pair in pairs if contrast(page, *pair) < 4.5}

    assert faint == {}


def test_the_language_is_switched_and_kept(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/data")
    expect(page.get_by_role("heading", level=1)).to_have_text("데이터")

    page.get_by_role("radio", name="EN").check()

    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    page.get_by_role("radio", name="한국어").check()
    expect(page).to_have_title("데이터 · 길잡이")


def test_the_theme_is_chosen_kept_and_given_back_to_the_device(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/maps", theme="dark")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    theme = page.get_by_role("button", name=re.compile("^화면 테마"))

    theme.click()
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")

    theme.click()
    expect(root).to_have_attribute("data-theme", "dark")
    theme.click()
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")


def test_an_address_of_no_page_says_so(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/nowhere")

    page.get_by_role("link", name="지도 목록으로").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("고객 여정 지도")


def test_a_server_that_is_gone_is_told_in_words(visit: Open, shop_address: str) -> None:
    page = visit(shop_address, "/nowhere")
    settle(page)
    page.route("**/api/**", lambda route: route.abort())

    page.get_by_role("link", name="지도 목록으로").click()

    expect(page.get_by_role("alert")).to_contain_text("서버에 연결하지 못했어요.")
    page.unroute("**/api/**")
    page.get_by_role("button", name="다시 시도").click()
    expect(page.get_by_role("link", name="온라인 쇼핑몰 첫 구매")).to_be_visible()
