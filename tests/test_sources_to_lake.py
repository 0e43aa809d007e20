"""What sources bring passes the inbox and lies where it belongs: what customers say is feedback, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from giljabi.bootstrap import Workspace
from giljabi.model.errors import SourceUnavailable

FEED = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Forum</title>
<item><guid>1</guid><title>늦어요</title><dc:creator>kim</dc:creator>
<pubDate>Mon, 02 Nov 2026 10:00:00 +0900</pubDate></item>
<item><guid>2</guid><title>좋아요</title><dc:creator>lee</dc:creator>
<pubDate>Tue, 03 Nov 2026 10:00:00 +0900</pubDate></item></channel></rss>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *told: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Give the address of a site that serves a folder."""
    (tmp_path / "site").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "site")))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_feed_is_feedback_of_those_who_wrote_it(
    empty_workspace: Workspace, site: str, tmp_path: Path
) -> None:
    file = tmp_path / "site" / "feed.xml"
    settings = {"url": f"{site}/feed.xml", "host": "forum.example", "touchpoint": "delivery"}
    source = empty_workspace.sources.add("feed", "Forum", settings)

    with pytest.raises(SourceUnavailable):
        empty_workspace.sources.pull("Forum")
    assert "404" in empty_workspace.sources.get("Forum").last_error
    file.write_text(FEED)
    for _ in range(2):
        empty_workspace.sources.pull("Forum")
        empty_workspace.collection.seal()

    said = empty_workspace.feedback().to_pylist()
    assert source.third_party == 1.0
    assert empty_workspace.sources.get("Forum").last_error == ""
    assert [(one["customer"], one["text"], one["touchpoint"]) for one in said] == [
        ("kim@forum.example", "늦어요", "delivery"),
        ("lee@forum.example", "좋아요", "delivery"),
    ]
