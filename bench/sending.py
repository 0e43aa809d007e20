"""A load of events on a server of this machine: ``python -m bench.sending``, bounded in time.

Sends at a fixed rate and measures every answer from the moment it was due, so that a stall counts for all
that it held up; or, without a rate, as fast as the answers come.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from dataclasses import asdict, dataclass, field

import click
import numpy as np
import uvloop

LONGEST = 60.0
"""Seconds a load may last."""

CUSTOMERS = 100_000
_NAMES = [f"event {code:02}" for code in range(40)]
_EVENT = (
    b'{"type":"track","messageId":"%s-%08x","event":"%s","userId":"customer-%d",'
    b'"anonymousId":"device-%d","timestamp":"%s","properties":{"sku":"A%d","price":12.5,"quantity":2,'
    b'"category":"shoes"},"context":{"library":{"name":"analytics-python","version":"2.3.4"},'
    b'"page":{"path":"/products/%d","url":"https://shop.example/products/%d","title":"Shoes"},'
    b'"locale":"ko-KR"},"integrations":{}}'
)


@dataclass
class Load:
    """What a load came to: ``latencies`` in milliseconds, ``errors`` by status or kind."""

    seconds: float = 0.0
    sent: int = 0
    acknowledged: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    late: int = 0
    p50: float = 0.0
    p99: float = 0.0
    longest: float = 0.0


class Sender:
    """Sends events over some connections.

    Parameters
    ----------
    port, key
        Where to, on 127.0.0.1, and with which write key.
    batch
        Events in a request; 1 sends single calls.
    run
        Names this load: no two have the same, or their messages are taken for each other's.
    """

    def __init__(self, port: int, key: str, batch: int, run: str) -> None:
        self.load = Load()
        self._port = port
        self._batch = batch
        self._run = run.encode()
        self._number = 0
        self._latencies: list[float] = []
        user = base64.b64encode(f"{key}:".encode())
        path = b"track" if batch == 1 else b"batch"
        self._head = (
            b"POST /v1/%s HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Basic %s\r\n"
            b"content-type: application/json\r\ncontent-length: %%d\r\n\r\n" % (path, user)
        )

    async def send(self, seconds: float, connections: int, rate: float | None) -> Load:
        """Send for some seconds; ``rate`` in events a second."""
        due: asyncio.Queue[float | None] = asyncio.Queue()
        start = time.perf_counter()
        end = start + min(seconds, LONGEST)
        workers = [asyncio.create_task(self._work(due, end, rate is None)) for _ in range(connections)]
        if rate is not None:
            await self._pace(due, start, end, rate / self._batch)
        for _ in workers:
            due.put_nowait(None)
        await asyncio.gather(*workers)
        load = self.load
        load.seconds = time.perf_counter() - start
        if self._latencies:
            times = np.array(self._latencies) * 1000
            load.p50, load.p99 = (float(np.percentile(times, part)) for part in (50, 99))
            load.longest = float(times.max())
        return load

    async def _pace(self, due: asyncio.Queue[float | None], start: float, end: float, rate: float) -> None:
        told = 0
        while (now := time.perf_counter()) < end:
            for _ in range(int((now - start) * rate) - told):
                due.put_nowait(start + told / rate)
                told += 1
            await asyncio.sleep(0.002)

    async def _work(self, due: asyncio.Queue[float | None], end: float, flat_out: bool) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        while True:
            moment = time.perf_counter() if flat_out else await due.get()
            if moment is None or moment >= end or time.perf_counter() > end + 20:
                break
            status = await self._ask(reader, writer)
            self._latencies.append(time.perf_counter() - moment)
            if status == b"200":
                self.load.acknowledged += self._batch
            else:
                word = status.decode() or "no answer"
                self.load.errors[word] = self.load.errors.get(word, 0) + 1
                if not status:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.close()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """Send one request, and give the status of its answer."""
        body = self._body()
        try:
            writer.write(self._head % len(body) + body)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        except (ConnectionError, asyncio.IncompleteReadError):
            return b""
        return head[9:12]

    def _body(self) -> bytes:
        now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()).encode()
        events = []
        for number in range(self._number, self._number + self._batch):
            who = number * 7919 % CUSTOMERS
            name = _NAMES[number % 40].encode()
            events.append(_EVENT % (self._run, number, name, who, who, now, number % 500, who % 90, who % 90))
        self._number += self._batch
        self.load.sent += self._batch
        if self._batch == 1:
            return events[0]
        return b'{"batch":[' + b",".join(events) + b'],"sentAt":"' + now + b'"}'


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--key", required=True)
@click.option("--batch", default=100, help="Events in a request.")
@click.option("--seconds", default=LONGEST, help="How long, at most a minute.")
@click.option("--connections", default=16)
@click.option("--rate", type=float, help="Events a second; without it, as fast as the answers come.")
@click.option("--run", default="load", help="Name of this load, its messages' prefix.")
def main(port: int, key: str, batch: int, seconds: float, connections: int, rate: float, run: str) -> None:
    """Send events to a server on 127.0.0.1, and print what came of it as JSON."""
    load = uvloop.run(Sender(port, key, batch, run).send(seconds, connections, rate))
    print(json.dumps(asdict(load)))


if __name__ == "__main__":
    main()
