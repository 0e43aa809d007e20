"""Messages of a real NATS server are kept once, whatever happens between keeping and acknowledging."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest
from nats.js.client import JetStreamContext
from tests.certificates import certify
from tests.outside import HERE, plug_here
from tests.servers import Server, free_port, program

from giljabi.collect.calls import Call
from giljabi.collect.door import Refused
from giljabi.collect.plugs import Pulled
from giljabi.collect.sources.nats import Nats
from giljabi.model.errors import BadParameter, SourceUnavailable

SOURCE = "shop-events"
ROLES = {"identifiers": {"user_id": "user.id"}, "event": "what", "time": "at"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Give a NATS server with JetStream; its data stays when it is started again."""
    one = nats_server(tmp_path)
    one.start()
    yield one
    one.stop()


def nats_server(folder: Path, *more: str) -> Server:
    port = free_port()
    command = [program("nats-server", "nats-server"), "-js", "-sd", str(folder / "kept"), "-a", "127.0.0.1"]
    return Server([*command, "-p", str(port), *more], port, folder / "nats.log")


def settings(server: Server, **more: Any) -> dict[str, Any]:
    return {"url": f"nats://127.0.0.1:{server.port}", "stream": "SHOP", "roles": ROLES, **more}


def on_server(server: Server, work: Callable[[JetStreamContext], Coroutine[Any, Any, Any]]) -> Any:
    async def do() -> Any:
        client = await nats.connect(f"nats://127.0.0.1:{server.port}")
        try:
            return await work(client.jetstream())
        finally:
            await client.close()

    return asyncio.run(do())


def publish(server: Server, *bodies: bytes, subject: str = "shop.sold") -> None:
    async def do(stream: JetStreamContext) -> None:
        await stream.add_stream(name="SHOP", subjects=["shop.>"])
        for body in bodies:
            await stream.publish(subject, body)

    on_server(server, do)


def event(number: int, user: str = "u1") -> bytes:
    record = {"user": {"id": user}, "what": "sold", "at": f"2026-11-01T10:00:{number % 60:02}Z", "n": number}
    return msgspec.json.encode(record)


class Kept:
    """Keeps portions as the inbox does: together with the cursor, doubles known by their ids."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.refused: list[Refused] = []
        self.cursor: dict[str, Any] = {}

    def keep(self, portion: Pulled) -> None:
        self.calls.extend(portion.calls)
        self.refused.extend(portion.refused)
        self.cursor = dict(portion.cursor)

    @property
    def numbers(self) -> list[Any]:
        once = {one.message_id: one for one in self.calls}
        return [one.properties["n"] for one in once.values()]


def listen(
    server: Server, kept: Kept, wanted: int, acknowledge: bool = True, via: Nats | None = None, **more: Any
) -> None:
    """Listen until so many calls and refusals are kept."""
    before = len(kept.calls) + len(kept.refused)

    def done() -> bool:
        return len(kept.calls) + len(kept.refused) - before >= wanted

    for portion in (via or Nats(HERE, redelivery=1)).pull(
        settings(server, **more), kept.cursor, SOURCE, done
    ):
        kept.keep(portion)
        if acknowledge and portion.settled is not None:
            portion.settled()


def waiting(server: Server) -> int:
    """Say how many messages the server still holds for the source."""

    async def ask(stream: JetStreamContext) -> int:
        info = await stream.consumer_info("SHOP", f"giljabi-{SOURCE}")
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    found: int = on_server(server, ask)
    return found


def test_messages_become_calls(server: Server) -> None:
    publish(
        server,
        event(1),
        msgspec.json.encode([msgspec.json.decode(event(2)), msgspec.json.decode(event(3, "u2"))]),
    )
    kept = Kept()

    listen(server, kept, 3)

    assert [one.identifiers for one in kept.calls] == [
        {"user_id": "u1"},
        {"user_id": "u1"},
        {"user_id": "u2"},
    ]
    assert kept.numbers == [1, 2, 3]
    assert {one.event for one in kept.calls} == {"sold"}
    assert all(one.message_id.startswith(f"{SOURCE}:SHOP:") for one in kept.calls)
    assert waiting(server) == 0


def test_messages_may_be_calls_as_segment_has_them(server: Server) -> None:
    own = {"type": "track", "event": "sold", "userId": "u1", "messageId": "m1", "properties": {"n": 1}}
    nameless = {"type": "track", "event": "sold", "anonymousId": "a1", "properties": {"n": 2}}
    identify = {"type": "identify", "userId": "u1", "traits": {"email": "kim@example.com"}}
    publish(
        server, *map(msgspec.json.encode, [own, [nameless, identify], {"batch": [own]}, {"type": "dance"}])
    )
    kept = Kept()

    listen(server, kept, 5, roles=None)

    first, second, third, again = kept.calls
    assert (first.message_id, again.message_id) == ("m1", "m1")
    assert second.message_id.startswith(f"{SOURCE}:SHOP:2:")
    assert third.traits == {"email": "kim@example.com"}
    assert [one.reason for one in kept.refused] == ["bad_call"]


def test_a_message_without_a_time_has_that_of_its_arrival_at_the_server(server: Server) -> None:
    publish(server, event(1))
    kept = Kept()
    roles = {"identifiers": {"user_id": "user.id"}, "event": "what"}

    listen(server, kept, 1, roles=roles)

    assert str(kept.calls[0].time) == kept.calls[0].message_id.rsplit(":", 1)[1]
    assert "message.time" not in kept.calls[0].properties


def test_what_was_kept_but_not_acknowledged_comes_again_under_the_same_name(server: Server) -> None:
    publish(server, *(event(number) for number in range(20)))
    kept = Kept()

    listen(server, kept, 20, acknowledge=False)
    assert waiting(server) == 20
    listen(server, kept, 20)

    assert len(kept.calls) == 40
    assert sorted(kept.numbers) == list(range(20))
    assert waiting(server) == 0


def test_what_is_no_call_is_refused_and_does_not_come_again(server: Server) -> None:
    publish(server, b"{broken", b'"a text"', b'{"what": "sold"}', b"\xff\xfe", event(5))
    kept = Kept()

    listen(server, kept, 5)

    assert [one.reason for one in kept.refused] == ["bad_json", "bad_call", "bad_json", "no_customer"]
    assert kept.numbers == [5]
    assert waiting(server) == 0


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_started_anew_is_found_again(server: Server, by: signal.Signals) -> None:
    publish(server, event(1))
    kept = Kept()
    for portion in Nats(HERE, redelivery=1).pull(
        settings(server), {}, SOURCE, lambda: len(kept.numbers) >= 2
    ):
        kept.keep(portion)
        if 2 not in kept.numbers:
            server.restart(by)
            publish(server, event(2))
        assert portion.settled is not None
        portion.settled()

    assert kept.numbers == [1, 2]


def test_a_subject_narrows_the_stream(server: Server) -> None:
    publish(server, event(1), subject="shop.seen")
    publish(server, event(2), subject="shop.sold")
    kept = Kept()

    listen(server, kept, 1, subject="shop.sold")

    assert kept.numbers == [2]


def test_a_source_may_begin_with_what_is_new(server: Server) -> None:
    publish(server, event(1))
    silent = itertools.chain([False] * 3, itertools.repeat(True))
    assert list(Nats(HERE).pull(settings(server, begin="new"), {}, SOURCE, lambda: next(silent))) == []
    publish(server, event(2))
    kept = Kept()

    listen(server, kept, 1, begin="new")

    assert kept.numbers == [2]


def test_a_consumer_that_was_lost_goes_on_near_the_cursor(server: Server) -> None:
    publish(server, event(1))
    kept = Kept()
    listen(server, kept, 1)

    async def lose(stream: JetStreamContext) -> None:
        await stream.delete_consumer("SHOP", f"giljabi-{SOURCE}")

    on_server(server, lose)
    publish(server, event(2))
    listen(server, kept, 2)

    assert kept.numbers == [1, 2]


def test_a_test_says_what_the_stream_holds(server: Server) -> None:
    publish(server, event(1), event(2))

    assert plug_here("nats").test(settings(server)) == "the stream 'SHOP' holds 2 messages"


def test_a_sample_takes_nothing_away(server: Server) -> None:
    publish(server, event(1), b"{broken", event(2))

    sample = plug_here("nats").sample(settings(server))

    assert sample.columns == ["user.id", "what", "at", "n"]
    assert [row["n"] for row in sample.rows] == ["1", "2"]
    assert sample.problems == [
        "the message is no JSON: JSON is malformed: object keys must be strings (byte 1)"
    ]
    kept = Kept()
    listen(server, kept, 3)
    assert kept.numbers == [1, 2]


def test_the_name_and_password_must_be_right(tmp_path: Path) -> None:
    server = nats_server(tmp_path, "--user", "giljabi", "--pass", "right")
    server.start()
    try:
        with pytest.raises(SourceUnavailable, match="does not accept this user, password or token"):
            plug_here("nats").test(settings(server, user="giljabi", password="wrong"))
        with pytest.raises(SourceUnavailable, match="has no stream 'SHOP'"):
            plug_here("nats").test(settings(server, user="giljabi", password="right"))
    finally:
        server.stop()


def test_a_token_opens_the_server(tmp_path: Path) -> None:
    server = nats_server(tmp_path, "--auth", "secret")
    server.start()
    try:
        with pytest.raises(SourceUnavailable, match="does not accept this user, password or token"):
            plug_here("nats").test(settings(server))
        with pytest.raises(SourceUnavailable, match="has no stream 'SHOP'"):
            plug_here("nats").test(settings(server, token="secret"))
    finally:
        server.stop()


def test_a_server_with_a_certificate_of_an_own_authority_is_trusted_by_it(tmp_path: Path) -> None:
    made = certify(tmp_path)
    server = nats_server(tmp_path, "--tls", "--tlscert", str(made.certificate), "--tlskey", str(made.key))
    server.start()
    url = f"tls://127.0.0.1:{server.port}"
    try:
        with pytest.raises(SourceUnavailable, match="has no stream 'SHOP'"):
            plug_here("nats").test(settings(server, url=url, authority=made.authority))
        with pytest.raises(SourceUnavailable, match=f"no secure connection to 127.0.0.1:{server.port}"):
            plug_here("nats").test(settings(server, url=url))
    finally:
        server.stop()


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    server = nats_server(tmp_path)

    with pytest.raises(SourceUnavailable, match=f"127.0.0.1:{server.port} does not answer"):
        list(Nats(HERE).pull(settings(server), {}, SOURCE, lambda: False))
    with pytest.raises(SourceUnavailable, match=r"nowhere\.invalid:4222 does not answer"):
        plug_here("nats").test({**settings(server), "url": "nats://nowhere.invalid:4222"})


def test_a_server_without_streams_is_told(tmp_path: Path) -> None:
    port = free_port()
    server = Server(
        [program("nats-server", "nats-server"), "-a", "127.0.0.1", "-p", str(port)],
        port,
        tmp_path / "nats.log",
    )
    server.start()
    try:
        with pytest.raises(SourceUnavailable, match="has no JetStream"):
            plug_here("nats").test(settings(server))
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://host"}, "'http://host' is no address of NATS"),
        ({"stream": "a.b"}, "'a.b' is no name of a stream"),
        ({"subject": "a b"}, "'a b' is no subject"),
        ({"authority": "no pem"}, "the authority is no certificate in PEM form"),
        ({"stream": ""}, "Object missing required field `stream`"),
        ({"colour": "red"}, "Object contains unknown field `colour`"),
        ({"roles": {"identifiers": {"user_id": "u"}}}, "no column says what happened"),
    ],
)
def test_settings_are_checked(wrong: dict[str, Any], said: str) -> None:
    good = {"url": "tls://broker.example:4222", "stream": "SHOP", "roles": ROLES}
    plug_here("nats").check(good)

    with pytest.raises(BadParameter, match=said.replace("(", r"\(")):
        plug_here("nats").check({**good, **wrong})
