"""A real browser before a real server.

Playwright's sync interface keeps an event loop running in the thread that started it, and no other loop may
run there meanwhile. It is therefore started once per file of tests and stopped at its end.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser.served import served
from tests.browser.witness import Witness

from giljabi.bootstrap import Workspace

BUILT = Path(__file__).resolve().parents[2] / "src/giljabi/server/pages/index.html"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOCALES = {"ko": "ko-KR", "en": "en-US"}
PATIENCE = 15_000
"""Milliseconds that a condition may take on a busy machine before the test fails."""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser for the tests of one file."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")
    if not BUILT.is_file():
        pytest.skip("the web pages are not built: make pages")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shop_address(shop_workspace: Workspace) -> Iterator[str]:
    """Give the address of a server over the simulated shop; tests must leave it as it is."""
    with served(shop_workspace) as address:
        yield address


@pytest.fixture
def empty_address(empty_workspace: Workspace) -> Iterator[str]:
    """Give the address of a server over a new workspace of the test's own."""
    with served(empty_workspace) as address:
        yield address


@pytest.fixture
def witnesses() -> Iterator[list[Witness]]:
    """Give the witnesses of the test's pages; none may have seen an error or a foreign request."""
    all_of_them: list[Witness] = []
    yield all_of_them
    assert [line for one in all_of_them for line in one.seen] == []
    assert [address for one in all_of_them for address in one.foreign] == []


@pytest.fixture
def visit(browser: Browser, witnesses: list[Witness]) -> Iterator[Open]:
    """Open pages as a visitor would: ``visit(address, path, language="ko", theme="light", width=1440)``."""
    with ExitStack() as contexts:

        def open_page(
            address: str,
            path: str = "/",
            *,
            language: str = "ko",
            theme: str = "light",
            width: int = 1440,
            expected: set[int] | None = None,
        ) -> Page:
            context = browser.new_context(
                base_url=address,
                locale=LOCALES[language],
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
                viewport={"width": width, "height": 900},
            )
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            witness = Witness(address, expected or set())
            witness.watch(page)
            witnesses.append(witness)
            page.goto(path)
            return page

        yield open_page
