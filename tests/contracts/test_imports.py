"""Imports keep the contracts, and packages come into one another by the front door only."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts.contracts import CONTRACTS, contract, layers
from tests.contracts.tree import PACKAGE, ROOT, name, under

SIDE_DOORS = {
    "giljabi.model.errors",
    "giljabi.store.elsewhere",
    "giljabi.store.lake",
    "giljabi.store.log",
    "giljabi.store.postgres",
}
"""Doors beside a package's own: the error tree, the three stores, and what reads databases of others."""


def imports(path: Path) -> Iterator[tuple[str, str | None]]:
    """Give each import of a file, wherever it stands: the module, and the name taken from it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: write imports out from the root"
            yield from ((node.module or "", alias.name) for alias in node.names)


def foreign(path: Path) -> Iterator[tuple[str, str | None]]:
    """Give the imports of a file that lead into another package of Giljabi."""
    own = path.relative_to(PACKAGE).parts[0]
    for module, taken in imports(path):
        parts = module.split(".")
        if parts[0] == "giljabi" and len(parts) > 1 and parts[1] != own:
            yield module, taken


def test_the_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


def test_no_contract_has_a_list_of_exceptions() -> None:
    loose = {"ignore_imports", "skip_descendants", "exhaustive_ignores", "unmatched_ignore_imports_alerting"}
    assert [one["name"] for one in CONTRACTS if loose & set(one)] == []


def test_the_layers_are_exhaustive() -> None:
    assert contract("way")["exhaustive"] is True


@pytest.mark.parametrize(
    ("begin", "allowed"),
    [("web", {"server"}), ("db: only store.postgres", {"store"}), ("db: only store.lake", {"store"})],
)
def test_a_contract_on_a_library_leaves_out_no_package(begin: str, allowed: set[str]) -> None:
    named = {module.split(".")[1] for module in contract(begin)["source_modules"]}
    standing = {word for word in layers() if (PACKAGE / word).is_dir() or (PACKAGE / f"{word}.py").is_file()}
    assert standing - allowed <= named


@pytest.mark.parametrize(
    ("begin", "open_"), [("db: only store.postgres", "postgres"), ("db: only store.lake", "lake")]
)
def test_a_contract_on_a_store_names_the_other_parts_of_the_store(begin: str, open_: str) -> None:
    named = {module.split(".")[2] for module in contract(begin)["source_modules"] if module.count(".") == 2}
    assert {"log", "ports", "postgres", "lake"} - {open_} <= named


def test_packages_come_in_by_the_front_door() -> None:
    wrong = [
        f"{name(path)}: {module}"
        for path in under("src/giljabi", ".py")
        for module, _ in foreign(path)
        if module.count(".") > 1 and module not in SIDE_DOORS
    ]
    assert wrong == []


def test_what_is_taken_at_a_front_door_is_offered_there() -> None:
    wrong = []
    for path in under("src/giljabi", ".py"):
        for module, taken in foreign(path):
            door = ROOT / "src" / Path(*module.split(".")) / "__init__.py"
            if taken is not None and door.is_file() and taken not in offered(door) | doors_below(module):
                wrong.append(f"{name(path)}: {taken} from {module}")
    assert wrong == []


def offered(door: Path) -> set[str]:
    for node in ast.parse(door.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and any(
            getattr(target, "id", "") == "__all__" for target in node.targets
        ):
            return set(ast.literal_eval(node.value))
    return set()


def doors_below(module: str) -> set[str]:
    return {door.rpartition(".")[2] for door in SIDE_DOORS if door.rpartition(".")[0] == module}
