"""The wheel holds all it needs; installed alone it answers questions, with its extra it serves the pages."""

import os
import re
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
EVENTS = """customer,event,time
ann,view,2026-03-01T10:00:00Z
ann,pay,2026-03-01T10:05:00Z
bob,view,2026-03-01T11:00:00Z
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = ["build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([UV, *build, "--out-dir", out, ROOT], check=True, cwd=ROOT)
    (built,) = out.glob("giljabi-*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def install(home: Path, wheel: Path, extra: str = "") -> Path:
    """Install the wheel in an empty environment, in the versions that were tested; give its programs."""
    programs = home / "env" / "bin"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, programs.parent], check=True, cwd=ROOT)
    tested = ["--constraints", str(ROOT / "requirements" / "all.txt")]
    what = f"giljabi{extra} @ {wheel.as_uri()}"
    install = [str(UV), "pip", "install", "--quiet", "--python", str(programs / "python"), *tested, what]
    subprocess.run(install, check=True, cwd=ROOT)
    return programs


def settings(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GILJABI_HOME": str(home / "home"),
        "GILJABI_ACCOUNTS": "none",
    }


@pytest.fixture(scope="module")
def plain(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("plain"), wheel)


@pytest.fixture(scope="module")
def complete(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("complete"), wheel, "[all]")


@pytest.fixture
def address(complete: Path, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    command = [str(complete / "giljabi"), "up", "--port", address.rpartition(":")[2]]
    with subprocess.Popen(command, env=settings(tmp_path), cwd=tmp_path) as server:
        try:
            while server.poll() is None and not answers(address):
                time.sleep(0.1)
            assert server.returncode is None, "the server ended; it has said why above"
            yield address
        finally:
            server.terminate()
            server.wait(60)


def answers(address: str) -> bool:
    try:
        fetch(f"{address}/api/v1/status")
    except urllib.error.URLError:
        return False
    return True


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize(
    "file",
    [
        "py.typed",
        "mapping/templates/shop.journey.yaml",
        "server/pages/index.html",
        "simulate/phrases.yaml",
        "store/migrations/env.py",
    ],
)
def test_the_wheel_holds(names: set[str], file: str) -> None:
    assert f"giljabi/{file}" in names


def test_the_wheel_holds_what_git_holds_of_the_package_and_the_built_pages(names: set[str]) -> None:
    command = ["git", "ls-files", "src/giljabi"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout, so that nothing tells which files belong to the package")
    tracked = {file.removeprefix("src/") for file in listed.stdout.splitlines() if (ROOT / file).exists()}
    packed = {name for name in names if ".dist-info/" not in name}

    assert tracked <= packed
    assert all(name.startswith("giljabi/") for name in packed)
    assert any(re.fullmatch(r"giljabi/server/pages/assets/index-.*\.js", name) for name in packed)
    foreign = (".map", ".pyc", ".nbi", ".nbc")
    assert [name for name in packed if "node_modules" in name or name.endswith(foreign)] == []


def test_without_an_extra_files_are_answered_and_the_server_s_verbs_name_it(
    plain: Path, tmp_path: Path
) -> None:
    (tmp_path / "events.csv").write_text(EVENTS)

    def giljabi(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [plain / "giljabi", *words],
            cwd=tmp_path,
            env=settings(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )

    graph = giljabi("graph", "events.csv", "--json")
    assert graph.returncode == 0, graph.stderr
    assert '"pay"' in graph.stdout
    assert giljabi("propose", "events.csv", "--out", "first.journey.yaml").returncode == 0
    assert giljabi("check", "first.journey.yaml", "--events", "events.csv").returncode == 0
    refused = [giljabi(*words) for words in (["up"], ["demo", "--once"], ["import", "events.csv"])]
    assert [one.returncode for one in refused] == [2, 2, 2]
    assert all("install giljabi[all]" in one.stderr and "Traceback" not in one.stderr for one in refused)


def test_with_the_extra_the_pages_and_the_api_are_served(address: str) -> None:
    page = fetch(f"{address}/").decode()

    assert "<title>" in page
    assets = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    assert assets
    assert all(fetch(address + asset) for asset in assets)
    assert b'"version"' in fetch(f"{address}/api/v1/status")
