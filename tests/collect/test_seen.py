"""The index of seen messages finds what was kept and is not forgotten, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from giljabi.collect.seen import SeenIndex, words_of
from giljabi.store.postgres import Database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def digest(number: int) -> bytes:
    """Give a digest; those of numbers that differ by 1,000 agree in their first half."""
    first = blake2b(str(number % 1_000).encode(), digest_size=8).digest()
    return first + blake2b(str(number).encode(), digest_size=8).digest()


Steps = Sequence[tuple[str, list[int]]]
numbers = st.lists(st.integers(0, 4_000), max_size=30)
steps = st.lists(st.tuples(st.sampled_from(["keep", "ask", "forget"]), numbers), max_size=25)


@given(steps)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_it_knows_what_is_kept(database: Database, our_workspace: str, given_steps: Steps) -> None:
    index = SeenIndex()
    kept: list[tuple[datetime, set[bytes]]] = []
    async with database.transaction(our_workspace) as tx:
        await tx.seen.forget(NOON + timedelta(days=365))
    for hour, (step, some) in enumerate(given_steps):
        at = NOON + timedelta(hours=hour)
        messages = [digest(number) for number in some]
        async with database.transaction(our_workspace) as tx:
            if step == "keep":
                await tx.seen.add(messages, at)
                kept.append((at, set(messages)))
            elif step == "forget":
                await tx.seen.forget(at - timedelta(hours=5))
                kept = [(when, batch) for when, batch in kept if when >= at - timedelta(hours=5)]
            else:
                there = set().union(*(batch for _, batch in kept))
                expected = [message in there for message in messages]
                for one in (index, SeenIndex()):
                    assert (await one.known(tx, words_of(b"".join(messages)))).tolist() == expected


async def test_halves_that_are_equal_are_no_equal_messages(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.seen.add([digest(7)], NOON)
        for asked, known in (([1_007], [False]), ([1_007, 7], [False, True])):
            words = words_of(b"".join(map(digest, asked)))
            assert (await SeenIndex().known(tx, words)).tolist() == known
