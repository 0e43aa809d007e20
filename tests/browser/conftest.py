"""A real browser before a real server.

Starting one takes seconds, so there is one for all tests of a process. Playwright's sync interface stays
inside its event loop between calls, and no other loop may run in that thread meanwhile: the loop is stepped
out of at the end of every file of tests, and into again where the next one asks for the browser.
"""

from __future__ import annotations

import asyncio
import shutil
from asyncio import AbstractEventLoop
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
PATIENCE = 30_000
"""Milliseconds that a condition may take on a busy machine before the test fails."""

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def started_browser() -> Iterator[tuple[Browser, AbstractEventLoop]]:
    """Give the browser of this process and the loop it lives in, which has been stepped out of."""
    # The same engine, and what Playwright takes by itself; chromium makes a window for every page besides.
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium-headless-shell")
    if not BUILT.is_file():
        pytest.skip("the web pages are not built: make pages")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture(scope="module")
def browser(started_browser: tuple[Browser, AbstractEventLoop]) -> Iterator[Browser]:
    """Give the browser for the tests of one file."""
    browser, loop = started_browser
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


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
