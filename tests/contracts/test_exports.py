"""What a package offers is written down, exists, and is offered on purpose."""

import importlib
import types

import pytest
from tests.contracts.tree import PACKAGE, under

import giljabi

PACKAGES = sorted(
    ".".join(path.parent.relative_to(PACKAGE.parent).parts)
    for path in under("src/giljabi", ".py")
    if path.name == "__init__.py" and "migrations" not in path.parts
)
NOTEBOOK = {"errors", "event", "open_log", "prop", "propose_map", "read_events", "read_feedback", "read_map"}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_offered_name_exists(package: str) -> None:
    module = importlib.import_module(package)
    offered = getattr(module, "__all__", [])
    assert [one for one in offered if not hasattr(module, one)] == []
    assert len(set(offered)) == len(offered)


def test_the_notebook_front_offers_what_the_guides_use() -> None:
    assert set(giljabi.__all__) >= NOTEBOOK


def test_the_notebook_front_offers_nothing_by_accident() -> None:
    public = {name for name in vars(giljabi) if not name.startswith("_")}
    values = {name for name in public if not isinstance(getattr(giljabi, name), types.ModuleType)}
    assert values <= set(giljabi.__all__)
    modules = {one for one in giljabi.__all__ if isinstance(getattr(giljabi, one), types.ModuleType)}
    assert modules == {"errors"}


def test_everything_offered_to_notebooks_says_what_it_is() -> None:
    told = [name for name in giljabi.__all__ if not (getattr(giljabi, name).__doc__ or "").strip()]
    assert [name for name in told if not name.startswith("__")] == []
