"""Thousands of malformed requests: each is answered, none with a 500, and every call is taken or refused."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import random
from typing import Any

import httpx
from tests.server.collection.conftest import KEY, Arrived, RefusedCalls

EVENTS = int(os.environ.get("FUZZED_EVENTS", "1000"))
"""How many malformed events are sent; ``make test-faults`` sends 10,000."""

ODD: list[Any] = [
    None, True, -1, 0.5, 10**30, 1e300, "", " ", "null", "a\0b", "\ud83d", "한글", "x" * 300, [], [[]], {},
    {"a": {"b": {"c": {"d": {"e": 1}}}}}, "2026-11-01", "0000-00-00", -(10**14), 10**18, ["a", None],
]  # fmt: skip
FIELDS = (
    *("type", "userId", "anonymousId", "event", "timestamp", "messageId", "properties", "context", "traits"),
    *("sentAt", "groupId", "previousId", "name", "channel", "originalTimestamp"),
)
KINDS = ["track", "identify", "page", "screen", "group", "alias"]


def malformed(chance: random.Random) -> dict[str, Any]:
    """Make a call of which some fields are odd."""
    sound = {"type": chance.choice(KINDS), "userId": "u", "event": "e", "groupId": "g", "previousId": "p"}
    odd = {chance.choice(FIELDS): chance.choice(ODD) for _ in range(chance.randint(1, 4))}
    return {**sound, **odd}


def damaged(chance: random.Random, body: bytes) -> bytes:
    """Cut, double or overwrite parts of a body, or pack it."""
    for _ in range(chance.randint(0, 2)):
        at = chance.randrange(len(body) + 1)
        body = body[:at] + chance.randbytes(chance.randint(0, 4)) + body[at + chance.randint(0, 9) :]
    return gzip.compress(body)[: chance.choice([None, None, 20])] if chance.random() < 0.2 else body


async def send(address: str, batches: list[list[dict[str, Any]]], chance: random.Random) -> tuple[int, int]:
    """Send batches, each sound as JSON and then damaged; give how many calls were taken and refused."""
    accepted = refused = 0
    async with httpx.AsyncClient(base_url=address, auth=(KEY, "")) as client:
        for batch in batches:
            body = json.dumps({"batch": batch}).encode()
            whole = await client.post("/v1/batch", content=body)
            assert whole.status_code in {200, 400}
            told = whole.json()
            assert told["accepted"] + told["refused"] == len(batch)
            path = chance.choice([*KINDS, "batch", "import"])
            broken = await client.post(f"/v1/{path}", content=damaged(chance, body))
            assert broken.status_code in {200, 400, 413}
            for answer in (told, broken.json()):
                accepted += answer["accepted"]
                refused += answer["refused"]
    return accepted, refused


def test_malformed_events_are_counted_and_never_a_500(
    address: str, arrived: Arrived, refused: RefusedCalls
) -> None:
    chance = random.Random(7)
    batches = [[malformed(chance) for _ in range(10)] for _ in range(EVENTS // 10)]

    counts = asyncio.run(send(address, batches, chance))

    assert counts[0] == len(arrived())
    assert counts[0] > 0
    assert counts[1] > len(batches)
    assert len(refused()) == min(counts[1], 1000)
