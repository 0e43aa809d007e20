"""What is installed is pinned by hash, and no file says from which address."""

import json
import re

import pytest
import yaml
from tests.contracts.tree import ROOT, files, name

# Split, so that this file does not hold what it looks for.
ADDRESSES = re.compile(
    "|".join(["python" + "hosted", "py" + r"pi\.org", "npm" + r"js\.", r"deb\." + "debian"])
)
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def test_no_file_names_a_registry() -> None:
    named = []
    for path in files():
        text = path.read_bytes().decode("utf-8", "replace")
        named += [f"{name(path)}: {found[0]}" for found in ADDRESSES.finditer(text)]
    assert named == []


def test_there_are_requirements() -> None:
    assert {path.stem for path in REQUIREMENTS} >= {"all", "dev", "uv"}


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_hashes(path: object) -> None:
    text = (ROOT / "requirements" / path.name).read_text("utf-8")  # type: ignore[attr-defined]
    entries = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE)).splitlines()
    pinned = re.compile(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==\S+( ;.*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    wrong = [entry[:80] for entry in entries if entry.strip() and not pinned.fullmatch(entry)]
    assert entries
    assert wrong == []


def test_every_npm_package_is_pinned_by_hash_and_has_no_address() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))
    packages = {key: one for key, one in lock["packages"].items() if key and not one.get("link")}
    assert packages
    assert [key for key, one in packages.items() if "integrity" not in one and not one.get("inBundle")] == []
    assert [key for key, one in packages.items() if "resolved" in one] == []


def test_hooks_come_from_this_tree_only() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]
