"""Whatever is killed while a broker is listened to: each of its messages is in the lake exactly once."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import nats
import pytest
from tests.faults.rig import Rig, wait_until
from tests.servers import Server, free_port, program

MESSAGES = 10_000


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    command = [program("nats-server", "nats-server"), "-js", "-sd", str(tmp_path / "kept"), "-a", "127.0.0.1"]
    server = Server([*command, "-p", str(port)], port, tmp_path / "nats.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def listening(rig: Rig, broker: Server) -> Rig:
    """Give a running Giljabi that listens to the broker."""
    publish(broker, 0, 0)
    settings = {
        "url": f"nats://127.0.0.1:{broker.port}",
        "stream": "SHOP",
        "roles": {"identifiers": {"user_id": "user"}, "event": "what"},
    }
    source = json.dumps({"kind": "nats", "name": "broker", "settings": settings}).encode()
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(f"http://127.0.0.1:{rig.port}/api/v1/sources", source, headers), timeout=60):
        return rig


def publish(broker: Server, first: int, last: int) -> None:
    """Publish messages, each with a number of its own."""

    async def do() -> None:
        client = await nats.connect(f"nats://127.0.0.1:{broker.port}")
        stream = client.jetstream()
        await stream.add_stream(name="SHOP", subjects=["shop.>"])
        for start in range(first, last, 500):
            numbers = range(start, min(start + 500, last))
            bodies = ({"user": f"u{one % 97}", "what": "sold", "number": f"n{one}"} for one in numbers)
            await asyncio.gather(*(stream.publish("shop.sold", json.dumps(one).encode()) for one in bodies))
        await client.close()

    asyncio.run(do())


def unacknowledged(broker: Server, rig: Rig) -> int:
    """Say how many messages the broker still holds for the source."""

    async def ask() -> int:
        client = await nats.connect(f"nats://127.0.0.1:{broker.port}")
        try:
            consumers = await client.jetstream().consumers_info("SHOP")
            return sum((one.num_pending or 0) + (one.num_ack_pending or 0) for one in consumers) or (
                0 if consumers else MESSAGES
            )
        finally:
            await client.close()

    return asyncio.run(ask())


def test_every_message_of_a_broker_is_in_the_lake_exactly_once(
    listening: Rig, broker: Server, long: bool
) -> None:
    chance = random.Random(2)
    rounds = 10 if long else 1
    for part in range(rounds):
        publish(broker, MESSAGES * part // rounds, MESSAGES * (part + 1) // rounds)
        left = unacknowledged(broker, listening)
        # In the midst of reading: something was read since, and something is left.
        wait_until(lambda seen=left: unacknowledged(broker, listening) < seen, "messages are read")  # type: ignore[misc]
        victim = chance.choice(["worker", "postgres", "broker"])
        if victim == "worker" or part == 0:
            listening.kill("worker")
        elif victim == "postgres":
            listening.kill_postgres()
        else:
            broker.restart(signal.SIGTERM)
        listening.start("server")
        listening.start("worker")
    wait_until(lambda: unacknowledged(broker, listening) == 0, "every message is acknowledged")
    listening.settle()
    listening.end()

    landed = listening.landed()
    assert {name: count for name, count in landed.items() if count != 1} == {}
    assert landed.keys() == {f"n{number}" for number in range(MESSAGES)}
