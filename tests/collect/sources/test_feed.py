"""Feeds of a real HTTP server, sound and broken, become feedback and events."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.outside import HERE, plug_here

from giljabi.collect.calls import Call
from giljabi.collect.door import Refused
from giljabi.collect.sources.feed import FeedPlug
from giljabi.collect.sources.feed.fetching import Limits
from giljabi.model.errors import BadParameter, SourceUnavailable

SOURCE = "forum"
Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A site of a test's own: what it answers at each path, and what it was asked."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.pages: dict[str, Answer | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, told, body.encode() if isinstance(body, str) else body)
        return self.url + path

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, dict(request.headers)))
        found = self.pages.get(request.path, (404, {}, b""))
        if callable(found):
            found(request)
            return
        status, headers, body = found
        if headers.get("ETag") and request.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                found.answer(self)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *told: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Site(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


def rss(*items: str, title: str = "Forum", encoding: str = "utf-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:im="http://itunes.apple.com/rss">'
        f"<channel><title>{title}</title>{''.join(items)}</channel></rss>"
    )
    return text.encode("cp949" if encoding == "euc-kr" else encoding)


def item(number: int, text: str = "느려요", author: str | None = "Kim", more: str = "") -> str:
    by = f"<dc:creator>{author}</dc:creator>" if author else ""
    date = f"<pubDate>Mon, 02 Nov 2026 10:{number % 60:02}:00 +0900</pubDate>"
    return (
        f"<item><guid>post-{number}</guid><title>배송 {number}</title>{by}{date}"
        f"<description>{text}</description>{more}</item>"
    )


def pulled(
    settings: dict[str, Any], cursor: dict[str, Any] | None = None, stop: Callable[[], bool] = lambda: False
) -> tuple[list[Call], list[Refused], dict[str, Any]]:
    calls: list[Call] = []
    refused: list[Refused] = []
    kept = cursor or {}
    for portion in plug_here("feed").pull(settings, kept, SOURCE, stop):
        calls += portion.calls
        refused += portion.refused
        kept = json.loads(json.dumps(portion.cursor))
    return calls, refused, kept


def test_entries_become_feedback_of_those_who_wrote_them(site: Site) -> None:
    html = "&lt;p&gt;박스가 &lt;b&gt;찢어져&lt;/b&gt; 왔어요&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    url = site.put("/rss", rss(item(1, html), item(2)))

    calls, refused, _ = pulled({"url": url, "host": "forum.example", "touchpoint": "delivery"})

    assert refused == []
    assert calls[0].identifiers == {"social": "Kim@forum.example"}
    assert calls[0].properties == {
        "kind": "text",
        "text": "배송 1\n\n박스가 찢어져 왔어요",
        "touchpoint": "delivery",
    }
    assert calls[0].time == 1793581260000
    assert calls[0].type == "feedback"
    assert len({one.message_id for one in calls}) == 2
    assert all(one.message_id.startswith(f"{SOURCE}:") for one in calls)


def test_entries_may_become_events(site: Site) -> None:
    url = site.put("/rss", rss(item(1, more="<link>http://forum.example/1</link><category>배송</category>")))

    calls, _, _ = pulled({"url": url, "what": "events", "event_name": "forum_post"})

    assert (calls[0].type, calls[0].event) == ("track", "forum_post")
    assert calls[0].properties["link"] == "http://forum.example/1"
    assert calls[0].properties["categories"] == "배송"


def test_scores_are_converted_to_the_scale_of_their_kind(site: Site) -> None:
    scored = [item(number, more=f"<im:rating>{number}</im:rating>") for number in (0, 5, 10)]
    url = site.put("/rss", rss(*scored))

    calls, _, _ = pulled({"url": url, "score": "rating", "lowest": 0, "highest": 10})

    assert [one.properties["score"] for one in calls] == [1.0, 3.0, 5.0]
    assert {one.properties["kind"] for one in calls} == {"rating"}


def test_an_entry_is_taken_once_however_long_it_is_shown(site: Site) -> None:
    url = site.put("/rss", rss(item(2), item(1), item(1)))
    first, _, cursor = pulled({"url": url})

    site.put("/rss", rss(item(3), item(2), item(1)))
    second, _, cursor = pulled({"url": url}, cursor)
    third, _, _ = pulled({"url": url}, cursor)

    assert len(first) == 2
    assert [one.properties["text"] for one in second] == ["배송 3\n\n느려요"]
    assert third == []


def test_a_feed_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    url = site.put("/rss", rss(item(1)), ETag='"one"', Last_Modified="Mon, 02 Nov 2026 00:00:00 GMT")
    _, _, cursor = pulled({"url": url})

    assert pulled({"url": url}, cursor) == ([], [], cursor)
    assert site.asked[1][1]["If-None-Match"] == '"one"'
    assert site.asked[1][1]["If-Modified-Since"] == "Mon, 02 Nov 2026 00:00:00 GMT"
    # Of another address, nothing is known.
    other = site.put("/other", rss(item(1)))
    assert len(pulled({"url": other}, cursor)[0]) == 1


def test_an_entry_without_an_author_is_somebody_of_its_own(site: Site) -> None:
    url = site.put("/rss", rss(item(1, author=None), item(2, author=None)))

    calls, _, _ = pulled({"url": url, "host": "forum.example"})

    handles = {one.identifiers["social"] for one in calls}
    assert len(handles) == 2
    assert all(one.startswith("post-") and one.endswith("@forum.example") for one in handles)


def test_atom_is_read_too(site: Site) -> None:
    url = site.put(
        "/atom",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>리뷰</title><entry><id>tag:1</id>'
        "<title>좋아요</title>"
        "<author><name>이몽룡</name></author><updated>2026-11-02T01:00:00Z</updated>"
        '<content type="html">&lt;div&gt;아주 &amp;amp; 매우&lt;br/&gt;좋아요&lt;/div&gt;</content>'
        "</entry></feed>",
    )

    calls, _, _ = pulled({"url": url, "host": "r"})

    assert calls[0].identifiers == {"social": "이몽룡@r"}
    assert calls[0].properties["text"] == "좋아요\n\n아주 & 매우\n좋아요"
    assert plug_here("feed").test({"url": url}) == "'리뷰' has 1 entries"


@pytest.mark.parametrize("header", ["text/xml", "text/xml; charset=euc-kr"])
def test_korean_encodings_are_read(site: Site, header: str) -> None:
    # 똠, 햏 stand in CP949 only, which pages that declare EUC-KR are written in.
    url = site.put("/rss", rss(item(1, "똠양꿍 햏자"), encoding="euc-kr"), Content_Type=header)

    assert pulled({"url": url})[0][0].properties["text"] == "배송 1\n\n똠양꿍 햏자"


def test_a_packed_feed_is_unpacked(site: Site) -> None:
    url = site.put("/rss", gzip.compress(rss(item(1))), Content_Encoding="gzip")

    assert len(pulled({"url": url})[0]) == 1


def test_a_time_without_a_zone_is_one_of_the_zone_that_is_set(site: Site) -> None:
    dated = item(1).replace("Mon, 02 Nov 2026 10:01:00 +0900", "2026-11-02 10:01:00")
    url = site.put("/rss", rss(dated, item(2).replace("Mon, 02 Nov 2026 10:02:00 +0900", "yesterday")))

    calls, refused, _ = pulled({"url": url, "time_zone": "Asia/Seoul"})

    assert calls[0].time == 1793581260000
    # What cannot be read is taken as having come now.
    assert abs(calls[1].time - calls[0].time) > 1
    assert refused == []


@pytest.mark.parametrize(
    "body",
    [
        rss(item(1), "<item><guid>2</guid><title>a < b & c</title></item>", item(3)),
        rss(item(1), item(2), item(3)).removesuffix(b"</channel></rss>"),
        b"\n\n  " + rss(item(1), item(2), item(3)),
        rss(item(1), item(2), item(3)).replace("느려요".encode(), b"\xff\xfe", 1),
    ],
)
def test_a_malformed_feed_is_read_as_far_as_it_goes(site: Site, body: bytes) -> None:
    url = site.put("/rss", body)

    assert len(pulled({"url": url})[0]) == 3


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body>Sign in</body></html>", "no RSS or Atom feed: it is a web page"),
        (b"", "is no RSS or Atom feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is no RSS or Atom feed"),
    ],
)
def test_what_is_no_feed_is_told(site: Site, body: bytes, said: str) -> None:
    url = site.put("/rss", body)

    with pytest.raises(SourceUnavailable, match=said):
        pulled({"url": url})


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "nothing at this address"), (401, "name and password"), (503, "trouble of its own")],
)
def test_what_a_server_answers_is_told(site: Site, status: int, said: str) -> None:
    url = site.put("/rss", b"", status) + "?key=secret"
    site.pages["/rss?key=secret"] = site.pages["/rss"]

    with pytest.raises(SourceUnavailable, match=f"/rss answers {status}: .*{said}") as raised:
        pulled({"url": url})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("packed", [False, True])
def test_a_huge_page_is_not_taken(site: Site, packed: bool) -> None:
    body = rss(item(1, "a" * 3_000_000))
    url = site.put("/rss", body)
    if packed:
        url = site.put("/rss", gzip.compress(body), Content_Encoding="gzip")

    with pytest.raises(SourceUnavailable, match="sends more than 1,024 KiB"):
        FeedPlug(HERE, Limits(bytes=1024 * 1024)).test({"url": url})


def test_a_server_that_says_nothing_is_left(site: Site) -> None:
    def wait(request: BaseHTTPRequestHandler) -> None:
        site.closing.wait()

    site.pages["/rss"] = wait

    with pytest.raises(SourceUnavailable, match="does not answer in time"):
        FeedPlug(HERE, Limits(wait=0.2)).test({"url": site.url + "/rss"})


def test_a_server_that_drips_is_left(site: Site) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not site.closing.wait(0.02):
            request.wfile.write(b" ")

    site.pages["/rss"] = drip

    with pytest.raises(SourceUnavailable, match="does not answer in time"):
        FeedPlug(HERE, Limits(page=0.2)).test({"url": site.url + "/rss"})


def test_redirects_are_followed_a_few_times_and_to_http_only(site: Site) -> None:
    site.put("/rss", rss(item(1)))
    once = site.put("/once", b"", 302, Location="/rss")
    round_ = site.put("/round", b"", 302, Location="/round")
    file = site.put("/file", b"", 302, Location="file:///etc/passwd")

    assert len(pulled({"url": once})[0]) == 1
    with pytest.raises(SourceUnavailable, match="redirects more than 5 times"):
        pulled({"url": round_})
    with pytest.raises(SourceUnavailable, match="redirects to an address that is not http or https"):
        pulled({"url": file})


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(SourceUnavailable, match=r"http://nowhere\.invalid/rss does not answer"):
        pulled({"url": "http://user:secret@nowhere.invalid/rss"})


ROLES = {
    "what": "feedback",
    "identifiers": {"social": "user.name"},
    "time": "at",
    "text": "body",
    "score": "stars",
    "id": "no",
}


def posts(*numbers: int, **more: Any) -> str:
    items = [
        {"no": one, "user": {"name": f"u{one}"}, "body": f"<p>글 {one}</p>", "stars": 4, "at": "2026-11-01"}
        for one in numbers
    ]
    return json.dumps({"data": {"items": items}, **more})


def of_json(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url, "format": "json", "items": "data.items", "roles": ROLES, "host": "f", **more}


def test_a_list_in_json_is_read_page_by_page(site: Site) -> None:
    url = site.put("/posts", posts(4, 3, next="/posts?page=2"))
    site.put("/posts?page=2", posts(2, 1, next=None))

    calls, _, cursor = pulled(of_json(url, next="next"))

    assert [one.identifiers["social"] for one in calls] == ["u4@f", "u3@f", "u2@f", "u1@f"]
    assert calls[0].properties == {"kind": "rating", "score": 4.0, "text": "글 4"}
    assert calls[0].message_id == f"{SOURCE}:4"

    site.put("/posts", posts(6, 5, next="/posts?page=2"))
    site.put("/posts?page=2", posts(4, 3, next="/posts?page=3"))
    calls, _, _ = pulled(of_json(url, next="next"), cursor)
    assert [one.message_id for one in calls] == [f"{SOURCE}:6", f"{SOURCE}:5"]
    assert site.asked[-1][0] == "/posts?page=2"


def test_a_pull_that_broke_off_is_finished_by_the_next(site: Site) -> None:
    url = site.put("/posts", posts(4, 3, next="/posts?page=2"))
    site.put("/posts?page=2", posts(2, 1))
    answers = iter([False, True])

    first, _, cursor = pulled(of_json(url, next="next"), stop=lambda: next(answers))
    second, _, _ = pulled(of_json(url, next="next"), cursor)

    assert [one.message_id[-1] for one in first + second] == ["4", "3", "2", "1"]


def test_a_list_with_the_oldest_first_goes_on_where_it_ended(site: Site) -> None:
    url = site.put("/posts", posts(1, 2, cursor="b"))
    site.put("/posts?after=b", posts(3))
    settings = of_json(url, next="cursor", next_parameter="after", order="oldest_first")

    first, _, cursor = pulled(settings)
    site.put("/posts?after=b", posts(3, 4, cursor="c"))
    site.put("/posts?after=c", posts(5))
    second, _, cursor = pulled(settings, cursor)

    assert [one.message_id[-1] for one in first] == ["1", "2", "3"]
    assert [one.message_id[-1] for one in second] == ["4", "5"]
    assert [path for path, _ in site.asked[2:]] == ["/posts?after=b", "/posts?after=c"]


def test_the_next_page_is_looked_for_at_the_same_host_only(site: Site) -> None:
    url = site.put("/posts", posts(1, next="http://169.254.169.254/latest"))

    assert len(pulled(of_json(url, next="next"))[0]) == 1


def test_a_header_may_open_the_server(site: Site) -> None:
    url = site.put("/posts", posts(1))

    pulled(of_json(url, authorization="Bearer secret"))

    assert site.asked[0][1]["Authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "is no JSON"),
        ("{}", "'data.items' is no list of items"),
        ('{"data": {"items": {"a": 1}}}', "'data.items' is no list of items"),
    ],
)
def test_what_is_no_list_is_told(site: Site, body: str, said: str) -> None:
    url = site.put("/posts", body)

    with pytest.raises(SourceUnavailable, match=said):
        pulled(of_json(url))


def test_a_sample_shows_entries_and_what_stands_against_them(site: Site) -> None:
    url = site.put("/posts", posts(1).replace('"at": "2026-11-01"', '"at": "soon"'))

    sample = plug_here("feed").sample(of_json(url))

    assert sample.rows[0] == {
        "no": "1",
        "user.name": "u1",
        "body": "<p>글 1</p>",
        "stars": "4",
        "at": "soon",
    }
    assert sample.problems == ["'soon' is no time; write for example 2026-11-21T15:05:00+09:00"]
    assert plug_here("feed").sample(of_json(url, roles=None)).problems == []
    assert plug_here("feed").test(of_json(url)) == "the page has 1 entries"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "file:///etc/passwd"}, "is no address of a feed"),
        ({"url": "ftp://host/feed"}, "is no address of a feed"),
        ({"url": "http://[::1/feed"}, "is no address of a feed"),
        ({"url": "http://host:99999/feed"}, "is no address of a feed"),
        ({"kind": "stars"}, "'stars' is no kind of feedback"),
        ({"lowest": 1}, "a scale of scores has two ends"),
        ({"lowest": 5, "highest": 1}, "the lowest score 5 must lie below the highest, 1"),
        ({"format": "json"}, "a list in JSON needs roles"),
        ({"format": "xml"}, "Invalid enum value 'xml'"),
        ({"time_zone": "Asia/Nowhere"}, "Asia/Nowhere"),
    ],
)
def test_settings_are_checked(wrong: dict[str, Any], said: str) -> None:
    good = {"url": "https://forum.example/feed.xml"}
    plug_here("feed").check(good)

    with pytest.raises(BadParameter, match=said):
        plug_here("feed").check({**good, **wrong})
