"""The tracker on another site's pages: what it sees arrives, and it keeps still where it must."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route
from tests.browser.conftest import PATIENCE
from tests.browser.served import served
from tests.browser.shop_site import page as shop_page
from tests.browser.shop_site import site

from giljabi.bootstrap import Workspace
from giljabi.collect.calls import Call, unpack
from giljabi.store import StoredSource
from giljabi.store.postgres import BlockingDatabase, Database, database_url, workspace_id

BUILT = Path(__file__).resolve().parents[2] / "src/giljabi/server/pages"
CLIENT = Path(__file__).parent / "clients/node_modules/@segment/analytics-next/dist/umd"
KEY = "shop-key"
STUB = """<script>
  window.giljabi = window.giljabi || [];
  for (const name of ["track", "page", "identify", "group", "alias", "reset", "consent"])
    giljabi[name] = (...rest) => giljabi.push([name, ...rest]);
</script>"""
ASKS = "Object.defineProperty(Navigator.prototype, '{name}', {{get: () => {value}, configurable: true}})"
NOTHING_WAITS = "!Object.keys(localStorage).some((key) => key.startsWith('giljabi.q.'))"

Visit: TypeAlias = Callable[..., Page]


class Inbox:
    """What has arrived at the server, in the order of arrival."""

    def __init__(self, ledger: BlockingDatabase) -> None:
        self._ledger = ledger

    def calls(self) -> list[Call]:
        """Give the calls that wait, each message once."""
        rows = self._ledger.within(lambda tx: tx.inbox.read(2**62, 10**9))
        found = {call.message_id: call for row in rows for call in unpack(row.body)}
        return list(found.values())

    def names(self) -> list[str]:
        """Give the names of the events, by the time they happened at."""
        calls = sorted(self.calls(), key=lambda call: call.time)
        return [call.event or call.type for call in calls]

    def wait(self, page: Page, *wanted: str) -> list[Call]:
        """Wait until events of these names are there; give all calls of these names."""
        rounds = PATIENCE // 50
        for _ in range(rounds):
            names = self.names()
            if all(names.count(name) >= wanted.count(name) for name in wanted):
                return [call for call in self.calls() if (call.event or call.type) in wanted]
            page.wait_for_timeout(50)
        raise AssertionError(f"of {wanted} only {names} arrived")


@pytest.fixture
def inbox(empty_workspace: Workspace, database_address: str) -> Iterator[Inbox]:
    ledger = BlockingDatabase(Database(database_url(database_address)), workspace_id("empty"))
    source = StoredSource(id="web", kind="http", name="web", write_key=KEY, created_at=datetime.now(UTC))
    ledger.within(lambda tx: tx.sources.add(source))
    yield Inbox(ledger)
    ledger.close()


@pytest.fixture
def visit(browser: Browser, empty_workspace: Workspace, inbox: Inbox) -> Iterator[Visit]:
    """Open a page of the shop: ``visit(path, options=, before=, script=, referrer=)``."""
    with ExitStack() as closing:
        server = closing.enter_context(served(empty_workspace))

        def open_page(
            path: str = "/",
            *,
            options: str = "",
            before: str = "",
            script: str = "",
            referrer: str | None = None,
        ) -> Page:
            source = f'src="{server}/giljabi.js" data-write-key="{KEY}"'
            head = f"{STUB}{before}<script async {source} {options}></script>"
            shop = closing.enter_context(site({"/plain": shop_page(""), "/*": shop_page(head)}))
            context = browser.new_context(locale="ko-KR")
            closing.callback(context.close)
            context.set_default_timeout(PATIENCE)
            if script:
                context.add_init_script(script)
            page = context.new_page()
            page.goto(shop + path, referer=referrer)
            return page

        yield open_page


def test_the_script_is_small_and_may_be_loaded_by_other_sites(
    browser: Browser, empty_workspace: Workspace
) -> None:
    script = (BUILT / "giljabi.js").read_bytes()
    assert len(gzip.compress(script, 9)) < 4096
    with served(empty_workspace) as server:
        context = browser.new_context()
        answer = context.request.get(f"{server}/giljabi.js")
        assert answer.body() == script
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"] == "public, max-age=3600"
        context.close()


def test_a_page_view_says_where_and_from_where_without_the_query(visit: Visit, inbox: Inbox) -> None:
    page = visit(
        "/products/1234?token=secret&utm_source=mail&utm_campaign=spring#top",
        referrer="https://search.naver.com/search.naver?query=secret",
    )
    (call,) = inbox.wait(page, "/products/*")
    assert call.type == "page"
    assert set(call.identifiers) == {"anonymous_id"}
    assert call.channel == "web"
    expected = {
        "page_path": "/products/1234",
        "page_title": "Shop",
        "utm_source": "mail",
        "utm_campaign": "spring",
        "moment_hint": "know",
        "locale": "ko-KR",
        "library": "giljabi.js",
    }
    assert expected.items() <= call.properties.items()
    assert "secret" not in json.dumps(call.properties)


def test_a_page_can_name_itself_and_korean_paths_stay_readable(visit: Visit, inbox: Inbox) -> None:
    page = visit("/주문/3", before="<script>document.documentElement.dataset.giljabiPage = ''</script>")
    (call,) = inbox.wait(page, "/주문/*")
    assert (call.properties["page_path"], call.properties["moment_hint"]) == ("/주문/3", "buy")
    named = visit("/x", before="<script>document.documentElement.dataset.giljabiPage = '장바구니'</script>")
    inbox.wait(named, "장바구니")


def test_calls_before_the_script_is_there_are_kept_and_all_calls_arrive(visit: Visit, inbox: Inbox) -> None:
    early = "<script>giljabi.identify('u1', {email: 'a@b.kr'}); giljabi.track('Early', {n: 1})</script>"
    page = visit(before=early)
    inbox.wait(page, "identify", "Early", "/")
    page.evaluate(
        """() => {
            giljabi.page('Named', {a: true});
            giljabi.group('g1', {plan: 'pro'});
            giljabi.alias('u2');
            giljabi.track('As u2');
            giljabi.reset();
            giljabi.track('Somebody new');
        }"""
    )
    calls = inbox.wait(page, "identify", "Early", "Named", "group", "alias", "As u2", "Somebody new")
    by_name = {call.event or call.type: call for call in calls}
    assert by_name["identify"].identifiers["user_id"] == "u1"
    assert by_name["identify"].traits == {"email": "a@b.kr"}
    assert by_name["Early"].properties["n"] == 1
    assert by_name["Named"].properties["a"] is True
    assert (by_name["group"].group_id, by_name["group"].traits) == ("g1", {"plan": "pro"})
    assert (by_name["alias"].identifiers["user_id"], by_name["alias"].previous_id) == ("u2", "u1")
    assert by_name["As u2"].identifiers["user_id"] == "u2"
    assert "user_id" not in by_name["Somebody new"].identifiers
    visitors = [by_name[name].identifiers["anonymous_id"] for name in ("Early", "As u2", "Somebody new")]
    assert visitors[0] == visitors[1] != visitors[2]


def test_marked_elements_tell_of_clicks_with_their_attributes(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    page.click("button b")
    (call,) = inbox.wait(page, "Added to cart")
    assert call.value == 12000
    assert call.properties["item_id"] == "007"


def test_clicks_on_telephones_and_maps_and_videos_hint_at_moments(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    page.click("text=Call us")
    page.click("text=Find us")
    page.click("text=Elsewhere")
    page.evaluate("document.querySelector('video').dispatchEvent(new Event('play'))")
    calls = inbox.wait(page, "Phone link clicked", "Map link clicked", "Video started")
    assert [call.properties["moment_hint"] for call in calls] == ["go", "go", "do"]
    assert len(inbox.names()) == 4


def test_clicking_on_and_on_is_told_once_with_the_place(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    page.click("text=Nothing happens here", click_count=5, delay=10)
    page.evaluate("giljabi.track('Last')")
    inbox.wait(page, "Last")
    (rage,) = inbox.wait(page, "Rage click")
    assert rage.properties["element"] == "main#shelf > div.stuck > span"


def test_clicks_far_apart_are_no_rage(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    for place in ((5, 5), (205, 5), (405, 5), (605, 5)):
        page.mouse.click(*place)
    page.evaluate("giljabi.track('Last')")
    inbox.wait(page, "Last")
    assert "Rage click" not in inbox.names()


def test_a_form_left_behind_is_told_with_its_last_field_and_no_values(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    page.fill("[name=email]", "secret@example.com")
    page.fill("[name=password]", "secret")
    page.goto(page.url + "plain")
    (call,) = inbox.wait(page, "Form abandoned")
    told = {"form": "join", "last_field": "password", "fields": 2}
    assert told.items() <= call.properties.items()
    assert "secret" not in json.dumps(call.properties)


def test_a_form_that_was_sent_is_not_left_behind(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    page.fill("[name=email]", "a@b.kr")
    page.click("text=Join")
    page.evaluate("history.pushState({}, '', '/thanks')")
    inbox.wait(page, "Joined", "/thanks")
    assert "Form abandoned" not in inbox.names()


def test_pages_changed_by_scripts_are_page_views_with_the_page_before_as_referrer(
    visit: Visit, inbox: Inbox
) -> None:
    page = visit()
    inbox.wait(page, "/")
    page.evaluate("history.pushState({}, '', '/redirect'); history.replaceState({}, '', '/cart?step=1')")
    (cart,) = inbox.wait(page, "/cart")
    assert cart.properties["page_referrer"] == page.url.split("/cart")[0] + "/"
    assert cart.properties["moment_hint"] == "buy"
    page.evaluate("history.replaceState({}, '', '/cart?step=2'); location.hash = '#/pay?token=secret'")
    inbox.wait(page, "/cart#/pay")
    page.go_back()
    inbox.wait(page, "/cart", "/cart")
    assert inbox.names() == ["/", "/cart", "/cart#/pay", "/cart"]


def test_what_was_done_just_before_leaving_arrives(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    page.evaluate("giljabi.track('Last thing'); location.href = '/plain'")
    inbox.wait(page, "Last thing")


def test_events_without_a_network_arrive_when_it_is_back(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    inbox.wait(page, "/")
    page.context.set_offline(True)
    page.evaluate("giljabi.track('In the tunnel')")
    page.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('giljabi.q.'))")
    assert inbox.names() == ["/"]
    page.context.set_offline(False)
    (call,) = inbox.wait(page, "In the tunnel")
    assert abs(call.time - datetime.now(UTC).timestamp() * 1000) < 600_000
    page.wait_for_function(NOTHING_WAITS)


def test_events_that_could_not_be_sent_are_sent_from_the_next_page(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    inbox.wait(page, "/")
    page.evaluate("window.fetch = () => Promise.reject(new TypeError('no network')); giljabi.track('Kept')")
    page.goto(page.url + "plain")
    assert "Kept" not in inbox.names()
    page.goto(page.url.replace("plain", "next"))
    inbox.wait(page, "Kept", "/next")


def test_a_server_in_trouble_is_asked_again_and_each_event_arrives_once(visit: Visit, inbox: Inbox) -> None:
    page = visit("/plain")
    answers = [503, 429, 500]

    def trouble(route: Route) -> None:
        if not answers:
            route.continue_()
            return
        headers = {"access-control-allow-origin": "*"}
        route.fulfill(status=answers.pop(), headers=headers)

    page.route("**/v1/batch", trouble)
    page.goto(page.url.replace("plain", ""))
    page.evaluate("giljabi.track('Once')")
    inbox.wait(page, "Once", "/")
    assert not answers
    assert sorted(inbox.names()) == ["/", "Once"]


def test_what_the_server_can_never_take_is_given_up(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    inbox.wait(page, "/")
    page.evaluate(
        "giljabi.track('x'.repeat(600000)); giljabi.track('y'.repeat(40000)); giljabi.track('Good')"
    )
    inbox.wait(page, "Good")
    page.wait_for_function(NOTHING_WAITS)


@pytest.mark.parametrize(("name", "value"), [("doNotTrack", "'1'"), ("globalPrivacyControl", "true")])
def test_who_asks_not_to_be_tracked_is_not(visit: Visit, inbox: Inbox, name: str, value: str) -> None:
    page = visit(script=ASKS.format(name=name, value=value))
    requests = _requests(page.context)
    page.wait_for_function("!Array.isArray(window.giljabi)")
    page.evaluate("giljabi.track('a'); giljabi.identify('u'); giljabi.consent(true); giljabi.page()")
    page.click("button b")
    page.fill("[name=email]", "a@b.kr")
    page.goto(page.url + "plain")
    other = visit()
    inbox.wait(other, "/")
    assert len(inbox.calls()) == 1
    assert requests == []
    assert page.evaluate("localStorage.length") == 0


def test_nothing_is_kept_or_sent_before_consent_and_nothing_is_left_after_it_is_withdrawn(
    visit: Visit, inbox: Inbox
) -> None:
    page = visit(options='data-consent="required"')
    requests = _requests(page.context)
    page.wait_for_function("!Array.isArray(window.giljabi)")
    page.evaluate("giljabi.track('Before'); giljabi.identify('u')")
    page.click("button b")
    assert page.evaluate("localStorage.length") == 0
    page.evaluate("giljabi.consent(true); giljabi.track('After')")
    inbox.wait(page, "/", "After")
    page.goto(page.url + "next")
    inbox.wait(page, "/next")
    page.context.set_offline(True)
    page.evaluate("giljabi.track('Waiting'); giljabi.consent(false)")
    assert page.evaluate("localStorage.length") == 0
    page.context.set_offline(False)
    sent = len(requests)
    page.evaluate("giljabi.track('Withdrawn')")
    page.goto(page.url.replace("next", "plain"))
    other = visit()
    inbox.wait(other, "/", "/")
    assert sorted(inbox.names()) == ["/", "/", "/next", "After"]
    assert len(requests) == sent


def test_a_refusal_is_remembered_where_nobody_is_asked(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    inbox.wait(page, "/")
    page.evaluate("giljabi.consent(false)")
    page.goto(page.url + "next")
    page.wait_for_function("!Array.isArray(window.giljabi)")
    page.evaluate("giljabi.track('Unseen')")
    assert page.evaluate("({...localStorage})") == {"giljabi.consent": "no"}
    page.evaluate("giljabi.consent(true)")
    inbox.wait(page, "/next")
    assert "Unseen" not in inbox.names()


def test_choices_by_purpose_go_with_every_call_and_into_the_ledger(
    visit: Visit, inbox: Inbox, empty_workspace: Workspace
) -> None:
    empty_workspace.privacy.put_purpose("ads", "Ads", collection=False)
    empty_workspace.privacy.put_purpose("chat", "Chat", collection=True)
    page = visit(options='data-consent="required"')
    page.wait_for_function("!Array.isArray(window.giljabi)")
    page.evaluate("giljabi.consent({ ads: false, chat: true })")
    (told, _) = inbox.wait(page, "Segment Consent Preference Updated", "/")
    stands = empty_workspace.privacy.consent_of("anonymous_id", told.identifiers["anonymous_id"]).states
    assert [(one.purpose, one.given) for one in stands] == [("ads", False), ("chat", True)]
    page.evaluate("giljabi.consent({ ads: true, chat: false })")
    page.evaluate("giljabi.track('Unkept')")
    page.wait_for_function(NOTHING_WAITS)
    assert "Unkept" not in inbox.names()
    assert empty_workspace.sources.get("web").declined == 2
    page.evaluate("giljabi.consent({ ads: false, chat: false })")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name !== 'giljabi.consent').length") == 0


def test_without_storage_events_arrive_all_the_same(visit: Visit, inbox: Inbox) -> None:
    page = visit(
        script="Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})"
    )
    page.wait_for_function("!Array.isArray(window.giljabi)")
    page.evaluate("giljabi.identify('u'); giljabi.track('Kept in memory')")
    calls = inbox.wait(page, "/", "Kept in memory")
    assert len({call.identifiers["anonymous_id"] for call in calls}) == 1


def test_a_page_that_loads_the_script_twice_is_watched_once(visit: Visit, inbox: Inbox) -> None:
    page = visit()
    inbox.wait(page, "/")
    page.evaluate(
        """() => new Promise((done) => {
            const first = document.querySelector("script[data-write-key]");
            const script = Object.assign(document.createElement("script"), {src: first.src, onload: done});
            script.dataset.writeKey = first.dataset.writeKey;
            document.head.append(script);
        })"""
    )
    page.click("button b")
    page.evaluate("giljabi.track('Last')")
    inbox.wait(page, "Last")
    assert inbox.names() == ["/", "Added to cart", "Last"]


def test_segments_own_client_for_browsers_sends_here(
    browser: Browser, empty_workspace: Workspace, inbox: Inbox
) -> None:
    if not CLIENT.is_dir():
        pytest.skip("Segment's client is not installed: make clients")
    scripts = {f"/umd/{file.name}": file.read_bytes() for file in CLIENT.glob("*.js")}
    with ExitStack() as closing:
        server = closing.enter_context(served(empty_workspace))
        shop = closing.enter_context(site({"/": shop_page(_segment(server)), **scripts}))
        context = browser.new_context()
        closing.callback(context.close)
        page = context.new_page()
        page.goto(shop)
        page.wait_for_function("window.analytics")
        page.evaluate(
            """async () => {
                await analytics.page("Home");
                await analytics.alias("u2", "u1");
                await analytics.track("주문 완료", {total: 12000, items: [{id: 1}]});
                await analytics.identify("u1", {email: "a@b.kr"});
                await analytics.group("g1", {plan: "pro"});
            }"""
        )
        calls = inbox.wait(page, "Home", "주문 완료", "identify", "group", "alias")
    by_name = {call.event or call.type: call for call in calls}
    assert by_name["주문 완료"].value == 12000
    assert by_name["주문 완료"].channel == "web"
    assert by_name["주문 완료"].properties["library"] == "analytics.js"
    assert by_name["Home"].properties["title"] == "Shop"
    assert by_name["identify"].identifiers["user_id"] == "u1"
    assert by_name["identify"].traits["email"] == "a@b.kr"
    assert by_name["group"].group_id == "g1"
    assert (by_name["alias"].identifiers["user_id"], by_name["alias"].previous_id) == ("u2", "u1")


def _segment(server: str) -> str:
    """Write the head of a page that sends by Segment's client, whose settings come with it."""
    settings = {
        "integrations": {"Segment.io": {"apiKey": KEY, "versionSettings": {"componentTypes": ["browser"]}}}
    }
    to = {"Segment.io": {"apiHost": server.removeprefix("http://") + "/v1", "protocol": "http"}}
    return f"""<script src="/umd/index.js"></script><script>
        const load = AnalyticsNext.AnalyticsBrowser.load(
            {{writeKey: "{KEY}", cdnSettings: {json.dumps(settings)}}}, {{integrations: {json.dumps(to)}}});
        load.ready(() => window.analytics = load);
    </script>"""


def _requests(context: BrowserContext) -> Sequence[Any]:
    seen: list[str] = []
    context.on("request", lambda request: seen.append(request.url) if "/v1/" in request.url else None)
    return seen
