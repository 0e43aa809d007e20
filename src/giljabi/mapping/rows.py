"""Lists of frozen values that are tables too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from giljabi.store import Answer

Row = TypeVar("Row")


@dataclass(frozen=True)
class Rows(Answer, Generic[Row]):
    """Values of one dataclass in order: iterate over them, or take them as a table.

    Parameters
    ----------
    kind
        The dataclass; its fields are the columns.
    items
        The values.
    """

    kind: type[Row]
    items: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names of the fields."""
        return tuple(field.name for field in fields(self.kind))  # type: ignore[arg-type]

    def rows(self) -> list[dict[str, Any]]:
        """Give one mapping per value."""
        return [{name: getattr(item, name) for name in self.columns} for item in self.items]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.items)

    def __getitem__(self, index: int) -> Row:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)
