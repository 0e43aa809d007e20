"""What every test may ask for."""

import gc
from pathlib import Path

import pytest

pytest_plugins = ["tests.databases", "tests.workspaces"]

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``make test-faults`` ask for the long forms."""
    parser.addoption(
        "--faults",
        choices=["short", "long"],
        default="short",
        help="How often processes are killed in tests/faults: a few times, or 30 times.",
    )


def pytest_collection_finish() -> None:
    """Leave what is loaded by now to itself: the collector need not go through it with every round."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Have the collector go through it again at the end: what it leaves, libraries tell of as leaks."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real logs, which lies beside the repository; skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder shared/data with real logs does not lie beside the repository")
    return SHARED_DATA
