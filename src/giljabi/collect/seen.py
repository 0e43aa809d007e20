"""The messages of the last days, in the sealer's memory: 16 bytes for each.

PostgreSQL keeps the digests of each sealed batch as they are, in one row; an index over them there would cost
more than all the rest of sealing. Here half of each digest stands in sorted runs beside the number of its
batch. What is found that way is looked up once more in the batch itself, so that two messages whose halves
happen to be equal are not taken for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from giljabi.store import Transaction

Words: TypeAlias = np.ndarray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True)
class _Run:
    """Halves of digests in order, and the batch of each."""

    halves: Words
    batches: np.ndarray[Any, np.dtype[np.int64]]

    def joined(self, other: _Run) -> _Run:
        halves = np.concatenate([self.halves, other.halves])
        # Of two runs in order, this sort merges.
        order = np.argsort(halves, kind="stable")
        return _Run(halves[order], np.concatenate([self.batches, other.batches])[order])

    def since(self, first: int) -> _Run:
        keep = self.batches >= first
        return _Run(self.halves[keep], self.batches[keep])

    def holding(self, halves: Words) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Name the batches that hold one of these halves, which are in order."""
        begin = np.searchsorted(self.halves, halves, "left")
        there = begin < len(self.halves)
        there[there] = self.halves[begin[there]] == halves[there]
        begin = begin[there]
        end = np.searchsorted(self.halves, halves[there], "right")
        found = [self.batches[a:b] for a, b in zip(begin.tolist(), end.tolist(), strict=True)]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


class SeenIndex:
    """Which messages were sealed in the last days; it follows what is kept of them in the database."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._first = 0
        self._last = 0

    async def known(self, tx: Transaction, words: Words) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Say of each of these digests (two numbers each) whether it has been seen."""
        await self._follow(tx)
        known = np.zeros(len(words), np.bool_)
        if not len(words) or not self._runs:
            return known
        halves = np.sort(words[:, 0])
        found = np.unique(np.concatenate([run.holding(halves) for run in self._runs])).tolist()
        for batch in await tx.seen.of(found) if found else ():
            kept = words_of(batch.digests)
            near = {one.tobytes() for one in kept[np.isin(kept[:, 0], halves)]}
            places = np.flatnonzero(np.isin(words[:, 0], kept[:, 0]))
            known[places] |= [words[place].tobytes() in near for place in places.tolist()]
        return known

    async def _follow(self, tx: Transaction) -> None:
        """Forget what was forgotten, and learn what was kept since."""
        first = await tx.seen.first()
        if first > self._first:
            self._runs = [run for one in self._runs if len((run := one.since(first)).halves)]
            self._first = first
        while batches := await tx.seen.after(self._last):
            words = [words_of(batch.digests)[:, 0] for batch in batches]
            numbers = np.repeat([batch.id for batch in batches], [len(one) for one in words])
            halves = np.concatenate(words)
            order = np.argsort(halves, kind="stable")
            self._add(_Run(halves[order], numbers[order].astype(np.int64)))
            self._last = batches[-1].id

    def _add(self, run: _Run) -> None:
        """Keep the runs few: one that is not half as long as the next is joined to it."""
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2].halves) < 2 * len(self._runs[-1].halves):
            last = self._runs.pop()
            self._runs.append(self._runs.pop().joined(last))


def words_of(digests: bytes) -> Words:
    """Give digests as numbers, two to each."""
    return np.frombuffer(digests, np.uint64).reshape(-1, 2)
