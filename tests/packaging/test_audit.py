"""The audit fails for a pin with a known vulnerability, and tells where nobody could be asked."""

from __future__ import annotations

import json
import os
import re
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
from tests.certificates import certify
from tests.contracts.tree import ROOT

INDEX = "py" + "pi.org"
HOLE: Mapping[str, Any] = {
    "id": "PYSEC-2021-66",
    "aliases": ["CVE-2020-28493"],
    "details": "A regular expression takes for ever.",
    "summary": "",
    "fixed_in": ["2.11.3"],
    "link": "",
    "source": "",
    "withdrawn": None,
}
KNOWN = {"/pypi/jinja2/2.11.2/json": [HOLE], "/pypi/structlog/26.1.0/json": []}


class Proxy(ThreadingTCPServer):
    """Leads to an index of packages that stands here, and to nothing else."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        super().__init__(("127.0.0.1", 0), _Lead)


class _Lead(StreamRequestHandler):
    def handle(self) -> None:
        wanted = self._head().split()[1]
        if wanted != f"{INDEX}:443":
            self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        assert isinstance(self.server, Proxy)
        with self.server.context.wrap_socket(self.connection, server_side=True) as inner:
            self.rfile, self.wfile = inner.makefile("rb"), inner.makefile("wb")
            path = self._head().split()[1]
            holes = KNOWN.get(path)
            body = json.dumps({"info": {}, "urls": [], "vulnerabilities": holes or []}).encode()
            status = "404 Not Found" if holes is None else "200 OK"
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            self.wfile.write(f"{head}Connection: close\r\n\r\n".encode() + body)
            self.wfile.flush()

    def _head(self) -> str:
        first = self.rfile.readline().decode()
        while self.rfile.readline().strip():
            pass
        return first


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give an environment in which the index of packages is one of the test's own."""
    made = certify(tmp_path, INDEX)
    authority = tmp_path / "authority.pem"
    authority.write_text(made.authority, "ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    with Proxy(context) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield {
                **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
                "HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_address[1]}",
                "REQUESTS_CA_BUNDLE": str(authority),
                "HOME": str(tmp_path),
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
            }
        finally:
            proxy.shutdown()
            thread.join()


def audit(environment: dict[str, str], folder: Path, *pins: str) -> subprocess.CompletedProcess[str]:
    file = folder / "pins.txt"
    file.write_text("".join(f"{pin} --hash=sha256:{'0' * 64}\n" for pin in pins), "ascii")
    program = [sys.executable, str(ROOT / "requirements" / "audit.py"), str(file)]
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=False)


def test_a_pin_with_a_known_vulnerability_fails(environment: dict[str, str], tmp_path: Path) -> None:
    done = audit(environment, tmp_path, "jinja2==2.11.2", "structlog==26.1.0")
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"jinja2 2\.11\.2: PYSEC-2021-66, mended in 2\.11\.3", done.stdout)


def test_pins_of_which_nothing_bad_is_known_pass(environment: dict[str, str], tmp_path: Path) -> None:
    done = audit(environment, tmp_path, "structlog==26.1.0", "not-there==1.0")
    assert done.returncode == 0
    assert "1 packages of pins.txt asked" in done.stdout
    assert "nothing is known of not-there" in done.stdout


def test_where_nobody_can_be_asked_it_says_so_and_passes(environment: dict[str, str], tmp_path: Path) -> None:
    done = audit({**environment, "HTTPS_PROXY": "http://127.0.0.1:9"}, tmp_path, "jinja2==2.11.2")
    assert done.returncode == 0
    assert "NOT audited" in done.stdout
