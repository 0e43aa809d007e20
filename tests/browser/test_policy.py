"""The pages and the tracker run under the policy that the server sends with them."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from tests.browser.conftest import PATIENCE

from giljabi.bootstrap import Workspace

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`);
});
"""


def test_no_page_breaks_its_policy(browser: Browser, shop_address: str, shop_workspace: Workspace) -> None:
    shop = shop_workspace.list_maps()[0].id
    paths = ["/", f"/maps/{shop}", "/explore", "/customers", "/data", "/settings/account", "/sign-in"]
    context = browser.new_context(base_url=shop_address)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH)
    page = context.new_page()

    broken: list[str] = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert "unsafe" not in answer.headers["content-security-policy"]
        expect(page.locator("h1").first).to_be_visible()
        broken += page.evaluate("window.violations")
    context.close()

    assert broken == []
