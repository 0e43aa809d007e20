"""Whether faults are tried a few times or many, and the rig they are tried on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.rig import Rig, prepare


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Say whether the long forms were asked for."""
    return bool(request.config.getoption("--faults") == "long")


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home to be copied: making the first data takes longest."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    prepare(home)
    return home


@pytest.fixture
def rig(tmp_path: Path, prepared_home: Path) -> Iterator[Rig]:
    """Give a running Giljabi of the test's own; what it said is shown when the test fails."""
    made = Rig(Path(shutil.copytree(prepared_home, tmp_path / "home")))
    try:
        made.begin()
        yield made
    finally:
        made.end()
        print(made.told())
