"""The rejects file: every refused row, with its place, its reason and what would be right.

It is made to be opened in a spreadsheet. The byte order mark tells Excel that it is UTF-8. A row that begins
as a formula would be carried out there, and whoever sent the row chose it: it gets an apostrophe before it
(`giljabi.model.safe_cell`), and so does a row that begins with one, so that taking one apostrophe off gives
every row back as it was.
"""

from __future__ import annotations

import csv
import os
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from giljabi.collect.accept import REASONS, Reason, Refusal
from giljabi.model import safe_cell

KEPT = 1000
"""Refused rows kept in memory; all of them stand in the file."""

_HEADER = ("line", "reason", "detail", "raw")
_GUARD = "'"


class Rejects:
    """Refused rows, counted and written to a CSV file as they come.

    Parameters
    ----------
    path
        Where to write, folders made as needed; None for a temporary file that goes when this object goes.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        if path is None:
            handle, name = tempfile.mkstemp(prefix="giljabi-rejects-", suffix=".csv")
            os.close(handle)
            self.path = Path(name)
            weakref.finalize(self, self.path.unlink, missing_ok=True)
        else:
            self.path = Path(path)
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self.clear()

    def clear(self) -> None:
        """Forget all rows and start the file anew."""
        self.reasons: Counter[Reason] = Counter()
        self.first: list[Refusal] = []
        with self.path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow(_HEADER)

    def add(self, refusals: Iterable[Refusal]) -> None:
        """Write rows down."""
        rows = list(refusals)
        if not rows:
            return
        self.reasons.update(one.reason for one in rows)
        self.first.extend(rows[: max(0, KEPT - len(self.first))])
        with self.path.open("a", encoding="utf-8", errors="replace", newline="") as file:
            csv.writer(file).writerows(
                (one.line, one.reason, safe_cell(one.detail), _guarded(one.raw)) for one in rows
            )

    @property
    def count(self) -> int:
        """How many rows were refused."""
        return self.reasons.total()

    def counts(self) -> dict[str, int]:
        """Give how many rows were refused for each reason that occurred, in the order of `REASONS`."""
        return {reason: self.reasons[reason] for reason in REASONS if self.reasons[reason]}

    def __iter__(self) -> Iterator[Refusal]:
        if self.count == len(self.first):
            yield from self.first
            return
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            known = {str(reason): reason for reason in REASONS}
            for line, reason, detail, raw in rows:
                yield Refusal(int(line), known[reason], detail, raw.removeprefix(_GUARD))


def _guarded(raw: str) -> str:
    return _GUARD + raw if raw.startswith(_GUARD) else str(safe_cell(raw))
