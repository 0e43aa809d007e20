"""The rules of identifiers: tried, changed, and merges taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.served import served
from tests.resolve.calling import call

from giljabi.bootstrap import Workspace
from giljabi.resolve import LiveResolver

TWO_MILLENNIA = 1_767_000_000_000


@pytest.fixture
def known_address(empty_workspace: Workspace) -> Iterator[str]:
    """Give the address of a server over a workspace where people have logged in."""
    calls = [
        call(TWO_MILLENNIA, "track", None, device="iphone-7"),
        call(TWO_MILLENNIA + 1, "track", None, device="iphone-7", user_id="미나"),
        call(TWO_MILLENNIA + 2, "track", None, email="juno@example.kr"),
        call(TWO_MILLENNIA + 3, "track", None, email="juno@example.kr", user_id="juno"),
        call(TWO_MILLENNIA + 4, "alias", "old-juno", user_id="juno"),
    ]
    empty_workspace._ledger.within(lambda tx: LiveResolver().resolve(tx, calls))
    empty_workspace.identity.split("juno", [("email", "juno@example.kr")])
    with served(empty_workspace) as address:
        yield address


def test_a_rule_is_changed_and_set_back(visit: Open, known_address: str) -> None:
    page = visit(known_address, "/data/identity", language="en")
    row = page.get_by_role("row").filter(has=page.get_by_text("email", exact=True))
    expect(row).to_contain_text("One customer")
    row.get_by_role("button", name="Edit the rule of E-mail").click()
    dialog = page.get_by_role("dialog", name="Rule of E-mail")
    expect(dialog).to_contain_text("takes effect for data that comes in from then on")
    dialog.get_by_label("Belongs to one customer for good").uncheck()
    dialog.get_by_label("Limit per customer").fill("2")
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Changes hands")
    expect(row).to_contain_text("Changed")
    row.get_by_role("button", name="Edit the rule of E-mail").click()
    page.get_by_role("button", name="Back to default").click()
    expect(row).to_contain_text("One customer")


def test_identifiers_are_tried(visit: Open, known_address: str) -> None:
    page = visit(known_address, "/data/identity", language="en")
    box = page.get_by_role("region", name="Try it")
    box.get_by_label("Value of User ID").fill("someone new")
    box.get_by_label("Value of Device").fill("iphone-7")
    box.get_by_role("button", name="Find out").click()
    expect(box).to_contain_text("A new customer would be made.")
    expect(box).to_contain_text("iphone-7 would pass to someone new.")
    box.get_by_label("Value of User ID").fill("null")
    box.get_by_role("button", name="Find out").click()
    expect(box).to_contain_text("This customer's.")
    expect(box).to_contain_text("blocked")


def test_a_merge_is_told_with_its_cause_and_taken_back(visit: Open, known_address: str) -> None:
    page = visit(known_address, "/data/identity")
    merges = page.get_by_role("region", name="최근 합침과 나눔")
    line = merges.get_by_role("listitem").filter(has_text="iphone-7 → 미나")
    expect(line).to_contain_text("기기 iphone-7에서 로그인해 누구인지 알게 됐어요.")
    line.get_by_role("button").click()
    asked = page.get_by_role("dialog", name="이 합침을 되돌릴까요?")
    expect(asked).to_contain_text("같은 식별자로는 다시 합쳐지지 않아요.")
    asked.get_by_role("button", name="되돌리기").click()
    expect(line.filter(has_text="되돌림")).to_be_visible()
    expect(merges.get_by_role("listitem").first).to_contain_text("합침을 되돌렸어요.")
    expect(page.get_by_text("되돌렸어요. 이벤트도 곧 제자리로 돌아가요.")).to_be_visible()


def test_nothing_sticks_out_on_a_telephone(visit: Open, known_address: str) -> None:
    page = visit(known_address, "/data/identity", width=390)
    expect(page.get_by_text("old-juno → juno")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390


def test_a_new_workspace_says_what_will_show_here(visit: Open, empty_address: str) -> None:
    page = visit(empty_address, "/data/identity", width=390)
    expect(page.get_by_text("아직 합치거나 나눈 고객이 없어요.")).to_be_visible()
