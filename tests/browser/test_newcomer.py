"""A newcomer who follows docs/send-events.md: from nothing to the first event on a page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.servers import free_port

GUIDE = Path(__file__).parents[2] / "docs" / "send-events.md"
PASSWORD = "seven geese over the harbour"
OWN_SETTINGS = ("GILJABI_", "NODE_OPTIONS")


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """Start Giljabi as the guide says, in an empty home; give the link it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)}
    command = [sys.executable, "-c", "from giljabi.cli import main; main()", "up", "--port", str(free_port())]
    environment = {**kept, "GILJABI_HOME": str(tmp_path / "home")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield next(
                found[0] for line in server.stdout if (found := re.search(r"http://\S+/start#\S+", line))
            )
        finally:
            server.terminate()


def guided(language: str, **filled_in: str) -> str:
    """Give the guide's first code in a language, with what stands there for the reader's own filled in."""
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    code = re.sub(r"^ {3}", "", found[1], flags=re.MULTILINE)
    for placeholder, own in filled_in.items():
        assert placeholder in code
        code = code.replace(placeholder, own)
    return code


def test_the_first_event_is_on_a_page(visit: Open, link: str) -> None:
    address, _, path = link.rpartition("/")
    page = visit(address, f"/{path}", language="en", expected={401})
    page.get_by_label("Name").fill("Mina Kim")
    page.get_by_label("E-mail").fill("mina@giljabi.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Start as owner").click()
    page.get_by_role("link", name="Data").click()
    page.get_by_role("link", name="Sources").click()
    page.get_by_role("link", name="Connect a site").click()
    page.get_by_label("Name").fill("Website")
    page.get_by_role("button", name="Add a source").click()
    expect(page.get_by_text("Waiting for the first event")).to_be_visible()

    shown = page.get_by_text(re.compile(r"^[\w-]{32}$")).inner_text()
    code = guided("python", **{"YOUR-WRITE-KEY": shown, "http://127.0.0.1:8400": address})
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

    expect(page.get_by_text("The first event has arrived")).to_be_visible()
    page.get_by_role("link", name="Customers").click()
    page.get_by_role("combobox", name="Find a customer").fill("u1")
    page.get_by_role("option", name=re.compile("u1")).click()
    expect(page.get_by_text("Signed up").first).to_be_visible()
