"""Files stand where the layout says, stay within the size budget and bear telling names."""

import statistics

import pytest
from tests.contracts.contracts import layers
from tests.contracts.tree import PACKAGE, ROOT, files, lines, name, under

GENERATED = {"web/src/api/schema.d.ts"}
BESIDE_THE_MIRROR = {"browser", "contracts", "faults", "oracles", "packaging", "peers", "strategies"}
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}


def python() -> list[str]:
    return [name(path) for folder in ("src", "tests", "bench") for path in under(folder, ".py")]


def test_the_tree_is_seen() -> None:
    assert {"src/giljabi/__init__.py", "tests/contracts/test_layout.py"} <= {name(path) for path in files()}


def test_the_package_holds_only_what_the_layers_name() -> None:
    top = {
        path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for path in files()
        if path.is_relative_to(PACKAGE)
    }
    assert top - {"__init__", "py.typed"} <= layers()


def test_tests_mirror_the_packages() -> None:
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in under("tests", ".py")}
    folders = {folder for folder in folders if not folder.endswith(".py")}
    assert folders <= layers() | BESIDE_THE_MIRROR


def test_no_python_file_exceeds_500_lines() -> None:
    assert {file: count for file in python() if (count := lines(ROOT / file)) > 500} == {}


def test_the_median_python_file_has_at_most_120_lines() -> None:
    assert statistics.median(lines(ROOT / file) for file in python()) <= 120


def test_no_file_of_the_web_pages_exceeds_300_lines() -> None:
    pages = [path for path in under("web/src", ".ts", ".svelte") if name(path) not in GENERATED]
    assert {name(path): count for path in pages if (count := lines(path)) > 300} == {}


@pytest.mark.parametrize("folder", ["src", "tests", "bench", "web"])
def test_no_file_or_folder_bears_a_vague_name(folder: str) -> None:
    paths = [path.relative_to(ROOT) for path in files() if path.is_relative_to(ROOT / folder)]
    words = {
        path: {word for part in path.parts for word in part.lower().split(".")[0].split("_")}
        for path in paths
    }
    assert [str(path) for path, found in words.items() if found & VAGUE] == []


def test_tests_are_no_packages() -> None:
    assert [name(path) for path in under("tests", ".py") if path.name == "__init__.py"] == []
