"""Another site: pages of a shop on an origin of its own, watched from the server under test."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BODY = """
<h1>Shop</h1>
<button data-giljabi="Added to cart" data-giljabi-item-id="007" data-giljabi-value="12000">
  <b>Add</b>
</button>
<main id="shelf"><div class="stuck big"><span>Nothing happens here</span></div></main>
<form name="join" onsubmit="event.preventDefault()" data-giljabi="Joined">
  <input name="email"><input name="password" type="password"><button>Join</button>
</form>
<a href="tel:+8225551234" onclick="event.preventDefault()">Call us</a>
<a href="https://map.naver.com/p/1" onclick="event.preventDefault()">Find us</a>
<a href="https://elsewhere.example/" onclick="event.preventDefault()">Elsewhere</a>
<video></video>
"""


def page(head: str, title: str = "Shop") -> str:
    """Write a page of the shop."""
    return f"<!doctype html><meta charset=utf-8><title>{title}</title>{head}{BODY}"


@contextmanager
def site(pages: Mapping[str, str | bytes]) -> Iterator[str]:
    """Serve pages and scripts by path while the block runs; give the site's address.

    Parameters
    ----------
    pages
        By path; a path that ends in ``*`` stands for all that begin so.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = pages.get(path)
            for known, text in pages.items():
                if found is None and known.endswith("*") and path.startswith(known[:-1]):
                    found = text
            self.send_response(200 if found is not None else 404)
            kind = "text/javascript" if path.endswith(".js") else "text/html"
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(found.encode() if isinstance(found, str) else found or b"")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, name="shop-site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
