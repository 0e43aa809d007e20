from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from tests.collect.conftest import Write

from giljabi.collect import source_digest
from giljabi.model.errors import UnreadableFile


def test_a_file_has_the_hash_of_its_bytes_whatever_its_name(write: Write) -> None:
    expected = hashlib.sha256(b"some bytes").hexdigest()
    assert (
        source_digest(write(b"some bytes", "a.csv"))
        == source_digest(write(b"some bytes", "b.csv"))
        == expected
    )


def test_other_bytes_have_another_hash(write: Write) -> None:
    assert source_digest(write(b"some bytes", "a.csv")) != source_digest(write(b"more bytes", "b.csv"))


def test_how_a_table_is_cut_into_batches_does_not_matter() -> None:
    table = pa.table({"a": ["x", None, "z"] * 50, "b": [1, 2, 3] * 50})
    pieces = pa.Table.from_batches(table.to_batches(max_chunksize=7))
    sliced = pa.concat_tables([table, table]).slice(150)
    assert source_digest(table) == source_digest(pieces) == source_digest(sliced)


def test_another_value_in_a_frame_gives_another_hash() -> None:
    first, second = pl.DataFrame({"a": ["x", "y"]}), pl.DataFrame({"a": ["x", "z"]})
    assert source_digest(first) != source_digest(second)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="there is no file"):
        source_digest(tmp_path / "missing.csv")
