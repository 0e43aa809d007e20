"""The import contracts as they are written down in pyproject.toml."""

import re
import tomllib
from typing import Any

from tests.contracts.tree import ROOT

CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
    "importlinter"
]["contracts"]


def contract(name: str) -> dict[str, Any]:
    """Give the one contract whose name begins so."""
    (found,) = [one for one in CONTRACTS if one["name"].startswith(name)]
    return found


def layers() -> set[str]:
    """Give the names of all top-level packages and modules that the layers allow."""
    return {word for layer in contract("way")["layers"] for word in re.findall(r"\w+", layer)}
