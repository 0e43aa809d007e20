"""The server asks allowed addresses alone: whatever a name answers later, and wherever a redirect leads."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.certificates import certify

from giljabi.access import Outward, outward_transport
from giljabi.model.errors import BadParameter


class Site:
    """A server that answers what it is told, at an address of this machine."""

    def __init__(self, address: str, port: int = 0, secure: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.redirects: dict[str, str] = {}
        self.endless = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers["Host"]))
                if self.path == "/drip":
                    self._drip()
                    return
                to = site.redirects.get(self.path)
                self.send_response(200 if to is None else 302)
                if to is not None:
                    self.send_header("Location", to)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def _drip(self) -> None:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                try:
                    while not site.endless.wait(0.02):
                        self.wfile.write(b"X-More: 1\r\n")
                except OSError:
                    self.close_connection = True

            def log_message(self, *told: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer((address, port), Handler)
        if secure is not None:
            self.server.socket = secure.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        site.endless.set()
        site.server.shutdown()
        thread.join()
        site.server.server_close()


@pytest.fixture
def public() -> Iterator[Site]:
    """Give a site at the one address that stands for the open internet."""
    with serving(Site("127.0.0.2")) as site:
        yield site


@pytest.fixture
def private(public: Site) -> Iterator[Site]:
    """Give a site of the own network, at the same port."""
    with serving(Site("127.0.0.1", public.port)) as site:
        yield site


class Names:
    """A name server whose answers change."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


def outward(*answers: Sequence[str]) -> Outward:
    return Outward(["127.0.0.2"], resolve=Names(*answers))


def client(through: Outward, longest: float | None = None) -> httpx.Client:
    transport = outward_transport(through, longest)
    return httpx.Client(transport=transport, follow_redirects=True, max_redirects=3, timeout=5)


def test_a_name_is_resolved_once_and_the_answer_of_that_time_is_connected_to(
    public: Site, private: Site
) -> None:
    names = Names(["127.0.0.2"], ["127.0.0.1"])
    with client(Outward(["127.0.0.2"], resolve=names)) as asking:
        answer = asking.get(f"http://feed.example:{public.port}/rss")

    assert answer.text == "ok"
    assert names.asked == 1
    assert public.asked == [("/rss", f"feed.example:{public.port}")]
    assert private.asked == []


def test_a_name_that_answers_anew_with_an_own_address_is_refused(public: Site, private: Site) -> None:
    through = outward(["127.0.0.2"], ["127.0.0.1"])
    for expected in (True, False):
        with client(through) as asking:
            if expected:
                asking.get(f"http://feed.example:{public.port}/")
                continue
            with pytest.raises(BadParameter, match="GILJABI_PRIVATE_HOSTS"):
                asking.get(f"http://feed.example:{public.port}/")
    assert private.asked == []


def test_a_name_with_one_own_address_among_others_is_refused(public: Site, private: Site) -> None:
    with client(outward(["127.0.0.2", "127.0.0.1"])) as asking, pytest.raises(BadParameter):
        asking.get(f"http://feed.example:{public.port}/")
    assert public.asked == private.asked == []


def test_every_redirect_is_checked_anew(public: Site, private: Site) -> None:
    public.redirects = {"/": f"http://127.0.0.1:{public.port}/secret", "/file": "file:///etc/passwd"}
    with client(Outward(["127.0.0.2"])) as asking:
        with pytest.raises(BadParameter, match="network of its own"):
            asking.get(f"http://127.0.0.2:{public.port}/")
        with pytest.raises(httpx.UnsupportedProtocol):
            asking.get(f"http://127.0.0.2:{public.port}/file")
    assert private.asked == []


def test_redirects_end(public: Site) -> None:
    public.redirects = {"/": "/"}
    with client(Outward(["127.0.0.2"])) as asking, pytest.raises(httpx.TooManyRedirects):
        asking.get(f"http://127.0.0.2:{public.port}/")
    assert len(public.asked) == 4


@pytest.mark.parametrize("written", ["2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "localhost"])
def test_another_spelling_of_an_own_address_opens_nothing(public: Site, private: Site, written: str) -> None:
    with client(Outward()) as asking, pytest.raises(BadParameter):
        asking.get(f"http://{written}:{private.port}/")
    assert private.asked == []


@pytest.mark.parametrize("port", [22, 25, 53, 445, 993])
def test_ports_of_other_protocols_are_not_asked(port: int) -> None:
    with client(Outward(["127.0.0.2"])) as asking, pytest.raises(BadParameter, match=f"port {port}"):
        asking.get(f"http://127.0.0.2:{port}/")


def test_a_certificate_is_that_of_the_name_and_not_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certify(tmp_path, "shop.example")
    authority = tmp_path / "authority.pem"
    authority.write_text(made.authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secure.load_cert_chain(made.certificate, made.key)
    with serving(Site("127.0.0.2", secure=secure)) as site, client(outward(["127.0.0.2"])) as asking:
        assert asking.get(f"https://shop.example:{site.port}/").text == "ok"
        with pytest.raises(httpx.ConnectError, match="certificate"):
            asking.get(f"https://other.example:{site.port}/")


def test_a_server_that_never_ends_its_headers_is_left(public: Site) -> None:
    with client(Outward(["127.0.0.2"]), longest=0.3) as asking, pytest.raises(httpx.ReadTimeout):
        asking.get(f"http://127.0.0.2:{public.port}/drip")


def test_proxies_of_the_environment_are_passed_over(public: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with client(Outward(["127.0.0.2"])) as asking:
        assert asking.get(f"http://127.0.0.2:{public.port}/").text == "ok"


def test_files_are_read_in_the_folders_that_are_named(tmp_path: Path) -> None:
    inside, beside = tmp_path / "in", tmp_path / "in-secret"
    inside.mkdir()
    beside.mkdir()
    (beside / "key").write_text("secret")
    (inside / "link").symlink_to(beside / "key")
    through = Outward(import_folders=[inside])

    assert through.local(inside / "a.csv") == inside / "a.csv"
    for wrong in (
        beside / "key",
        inside / "link",
        inside / ".." / "in-secret" / "key",
        Path("/etc/passwd"),
        Path("."),
    ):
        with pytest.raises(BadParameter, match="GILJABI_IMPORT_FOLDERS"):
            through.local(wrong)
    with pytest.raises(BadParameter):
        Outward().local(inside)


def test_only_stores_that_are_named_are_read_as_the_machine() -> None:
    through = Outward(import_folders=["s3://shop/exports"])
    assert through.vouched("s3://shop/exports")
    assert through.vouched("s3://shop/exports/2026/")
    for wrong in ("s3://shop", "s3://shop/exports-secret", "s3://shop/exports/../secret", "s3://other"):
        assert not through.vouched(wrong)
