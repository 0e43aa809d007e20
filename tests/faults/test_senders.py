"""Senders of every kind: garbage, drips, and events that are wrong in ten thousand ways."""

from __future__ import annotations

import base64
import http.client
import json
import random
import socket
from typing import Any

from tests.faults.load import Load
from tests.faults.rig import Rig, wait_until

GARBAGE = 100 * 1024**2


def headers(rig: Rig, **more: str) -> dict[str, str]:
    key = base64.b64encode(f"{rig.write_key}:".encode()).decode()
    return {"Authorization": f"Basic {key}", **more}


def test_garbage_of_a_hundred_megabytes_is_turned_away(rig: Rig, long: bool) -> None:
    with Load(rig) as load:
        for kind in ("zeros", "noise", "gzip", "json") * (5 if long else 1):
            assert _send_garbage(rig, kind) in {0, 400, 413}
        load.progress()
    rig.settle()
    rig.end()
    assert set(load.statuses) == {200}
    load.check(rig.landed())


def test_senders_that_drip_keep_nobody_out(rig: Rig, long: bool) -> None:
    drips = [socket.create_connection(("127.0.0.1", rig.port)) for _ in range(500 if long else 100)]
    try:
        for place, drip in enumerate(drips):
            drip.sendall(b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\n")
            if place % 2:
                drip.sendall(b"Content-Length: 1000\r\nAuthorization: Basic " + _key(rig) + b"\r\n\r\n{")
        with Load(rig) as load:
            load.progress(batches=20)
            open_ones = list(drips)
            wait_until(lambda: _drip(open_ones) == 0, "those who drip are cut off")
            load.progress()
    finally:
        for drip in drips:
            drip.close()
    rig.settle()
    rig.end()
    assert set(load.statuses) == {200}
    load.check(rig.landed())


def test_ten_thousand_malformed_events_do_no_harm(rig: Rig, long: bool) -> None:
    chance = random.Random(7)
    harm: list[tuple[int, bytes, bytes]] = []
    connection = http.client.HTTPConnection("127.0.0.1", rig.port, timeout=30)
    with Load(rig) as load:
        for _ in range(10_000 if long else 2_000):
            path = chance.choice(["track", "batch", "identify", "alias", "group", "page", "import"])
            sent = malformed(chance)
            connection.request("POST", f"/v1/{path}", sent, headers(rig))
            answer = connection.getresponse()
            said = answer.read()
            if answer.status not in {200, 400, 413}:
                harm.append((answer.status, said, sent))
        load.progress()
    connection.close()
    rig.settle()
    rig.end()
    assert harm == []
    assert set(load.statuses) == {200}
    load.check(rig.landed())


def malformed(chance: random.Random) -> bytes:
    """Make the body of a request that is wrong somewhere, or hardly right."""
    call: dict[str, Any] = {
        "type": "track",
        "userId": "u1",
        "anonymousId": "a1",
        "event": "bought",
        "messageId": f"m{chance.random()}",
        "timestamp": "2026-03-01T10:00:00Z",
        "sentAt": "2026-03-01T10:00:01Z",
        "properties": {"amount": 1},
        "traits": {"email": "a@example.com"},
        "context": {"ip": "127.0.0.1"},
        "groupId": "g1",
        "previousId": "p1",
    }
    for _ in range(chance.randint(1, 4)):
        call[chance.choice(list(call))] = odd(chance)
    if chance.random() < 0.2:
        call.pop(chance.choice(list(call)))
    body: Any = call
    if chance.random() < 0.4:
        body = {"batch": chance.choice([[call], [call, odd(chance)], odd(chance), call])}
    text = json.dumps(body).encode("utf-8", "surrogatepass")
    if chance.random() < 0.2:
        place = chance.randrange(len(text))
        text = (
            text[:place]
            + bytes(chance.randrange(256) for _ in range(3))
            + text[place + chance.randint(0, 9) :]
        )
    if chance.random() < 0.02:
        text = text.replace(b'"bought"', b"[" * 5000 + b"]" * 5000)
    return text


def odd(chance: random.Random, depth: int = 0) -> Any:
    """Make a value that nobody expects."""
    plain: list[Any] = [
        None, True, 0, -1, 1e308, float("nan"), float("inf"), 2**70, "", " ", "\0", "\ud800", "null",
        "9999-99-99", "1969-01-01T00:00:00Z", "+275760-09-13T00:00:00Z", "한글" * 500, "x" * 3000,
        "'; DROP TABLE inbox; --",
        "\u202e", "\U0001f600" * 100, [], {}, [[]], {"": ""}, {"\0": "\0"}, {"a.b": {"c": 1}},
    ]  # fmt: skip
    value = chance.choice(plain)
    if depth < 4 and chance.random() < 0.3:
        inner = odd(chance, depth + 1)
        value = chance.choice([[inner] * 5, {"k": inner}, {"source": inner, "giljabi_call": inner}])
    return value


def _key(rig: Rig) -> bytes:
    return base64.b64encode(f"{rig.write_key}:".encode())


def _drip(drips: list[socket.socket]) -> int:
    """Send a byte on every connection that is open still; give how many are."""
    for drip in list(drips):
        try:
            drip.settimeout(0.001)
            drip.sendall(b" ")
            if drip.recv(4096) == b"":
                drips.remove(drip)
        except TimeoutError:
            pass
        except OSError:
            drips.remove(drip)
    return len(drips)


def _send_garbage(rig: Rig, kind: str) -> int:
    """Send far too much; give the status, 0 where the connection was cut."""
    part = {
        "zeros": b"\0" * 65536,
        "noise": random.Random(3).randbytes(65536),
        "gzip": b"\x1f\x8b\x08" + b"\xff" * 65533,
        "json": b'{"batch":[' + b"[" * 65526,
    }[kind]
    connection = http.client.HTTPConnection("127.0.0.1", rig.port, timeout=60)
    try:
        connection.putrequest("POST", "/v1/batch")
        extra = {"Content-Encoding": "gzip"} if kind == "gzip" else {}
        for name, value in headers(rig, **extra, **{"Content-Length": str(GARBAGE)}).items():
            connection.putheader(name, value)
        connection.endheaders()
        for _ in range(GARBAGE // len(part)):
            connection.send(part)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
