"""What a source hands over: rows as they stand in it, with the place of each, before anything is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from giljabi.collect.accept import Refusal
from giljabi.collect.roles import Roles

Lines = npt.NDArray[np.int64]

Alter: TypeAlias = Callable[["RawBatch", str | None], "RawBatch"]
"""What is done with rows before anything else, given the column of customers: some are let go, or changed."""


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Some rows of a source.

    Parameters
    ----------
    rows
        The columns as the source has them; text where the format knows no types.
    lines
        int64, one per row: the line or row of the source it stands in, counted from 1.
    originals
        Gives the original text of the rows at these positions.
    broken
        Records that could not be made rows.
    """

    rows: pa.RecordBatch
    lines: Lines
    originals: Callable[[Lines], Sequence[str]]
    broken: Sequence[Refusal] = ()


@dataclass(slots=True)
class About:
    """What is known of a source before its rows are read.

    ``untyped`` says that columns are text because the format has no types, so that numbers may be looked for;
    ``fixed`` that every batch has the columns of the first. ``roles`` are those the format itself defines.
    ``size`` is in bytes, None for an object in memory. ``problems`` are told to the reader in words.
    """

    name: str
    format: str
    columns: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    size: int | None = None
    untyped: bool = False
    fixed: bool = False
    roles: Roles | None = None
    problems: list[str] = field(default_factory=list)


class RawSource(Protocol):
    """A source of rows; it can be read more than once."""

    @property
    def about(self) -> About:
        """What is known of the source; settled once `sample` was called."""

    def sample(self) -> RawBatch:
        """Give the first rows, some thousands at most."""

    def batches(self, customer: str | None = None) -> Iterator[RawBatch]:
        """Give all rows in the order of the source; ``customer`` is the column taken as customer."""

    def share(self) -> float:
        """Say how much of the source has been read, 0..1."""
