"""Heavy libraries load when a question needs them, not when Giljabi is imported."""

import re
import subprocess
import sys

import pytest

HEAVY = {
    "alembic",
    "duckdb",
    "litestar",
    "lxml",
    "numba",
    "pandas",
    "polars",
    "psycopg",
    "pyarrow",
    "pyiceberg",
    "pyspark",
    "scipy",
    "sqlalchemy",
    "uvicorn",
}


def loaded(statement: str) -> set[str]:
    """Run a statement in a new interpreter and give the top-level modules it loaded."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return {found[1] for found in re.finditer(r"\|\s+(\w+)[\w.]*$", told, re.MULTILINE)}


@pytest.mark.parametrize(
    "statement", ["import giljabi", "import giljabi.cli", "import giljabi; giljabi.read_events"]
)
def test_importing_loads_nothing_heavy(statement: str) -> None:
    modules = loaded(statement)
    assert "giljabi" in modules
    assert modules & HEAVY == set()


def test_a_heavy_import_would_be_seen() -> None:
    assert "pyarrow" in loaded("import pyarrow")
