"""The wheel holds the pages, and an empty environment serves them."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            UV,
            "build",
            "--quiet",
            "--wheel",
            "--no-build-isolation",
            "--python",
            sys.executable,
            "-o",
            out,
            ROOT,
        ],
        check=True,
    )
    (built,) = out.glob("giljabi-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("installed")
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, home / "env"], check=True)
    python = home / "env" / "bin" / "python"
    subprocess.run(
        [UV, "pip", "install", "--quiet", "--python", python, f"giljabi[all] @ {wheel.as_uri()}"], check=True
    )
    return home


@pytest.fixture
def address(installed: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(installed),
        "GILJABI_HOME": str(installed / "home"),
    }
    with subprocess.Popen(
        [installed / "env" / "bin" / "giljabi", "up", "--port", str(port)], env=environment, cwd=installed
    ) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(60)


def fetch(address: str) -> bytes:
    """Fetch once the server answers; give up after a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return bytes(answer.read())
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_the_wheel_holds_the_pages_the_migrations_and_the_templates(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert "giljabi/server/pages/index.html" in names
    assert any(name.startswith("giljabi/store/migrations/versions/") for name in names)
    assert "giljabi/mapping/templates/shop.journey.yaml" in names
    assert not any("node_modules" in name for name in names)


def test_an_empty_environment_serves_the_pages_and_the_api(address: str) -> None:
    assert b"<title>" in fetch(f"{address}/")
    assert b'"version"' in fetch(f"{address}/api/v1/status")
