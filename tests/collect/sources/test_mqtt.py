"""Messages of a real MQTT broker are kept once, whatever happens between keeping and acknowledging."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import publish
from tests.certificates import certify
from tests.outside import plug_here
from tests.servers import Server, free_port, program

from giljabi.collect.calls import Call
from giljabi.collect.door import Refused
from giljabi.collect.plugs import Pulled
from giljabi.collect.sources.mqtt.topics import Topics
from giljabi.model.errors import BadParameter, SourceUnavailable

SOURCE = "beacons"
ROLES = {"identifiers": {"device": "beacon"}, "event_name": "seen", "value": "value"}
TOPICS = "shop/{store}/beacon/{beacon}"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Server]:
    """Give a broker that keeps sessions when it is started again."""
    one = mosquitto(tmp_path, "allow_anonymous true")
    one.start()
    yield one
    one.stop()


def mosquitto(folder: Path, *lines: str) -> Server:
    port = free_port()
    kept = folder / "kept"
    kept.mkdir()
    configuration = folder / "mosquitto.conf"
    common = [f"listener {port} 127.0.0.1", "persistence true", f"persistence_location {kept}/", "user root"]
    configuration.write_text("\n".join([*common, *lines, ""]))
    return Server(
        [program("mosquitto", "mosquitto"), "-c", str(configuration)], port, folder / "mosquitto.log"
    )


def settings(broker: Server, **more: Any) -> dict[str, Any]:
    return {"url": f"mqtt://127.0.0.1:{broker.port}", "topics": TOPICS, "roles": ROLES, **more}


def send(
    broker: Server, *payloads: str | bytes, topic: str = "shop/7/beacon/b1", retain: bool = False
) -> None:
    messages: list[Any] = [{"topic": topic, "payload": one, "qos": 1, "retain": retain} for one in payloads]
    publish.multiple(messages, "127.0.0.1", broker.port)


class Kept:
    """Keeps portions as the inbox does, together with the cursor."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.refused: list[Refused] = []
        self.cursor: dict[str, Any] = {}

    def keep(self, portion: Pulled) -> None:
        self.calls.extend(portion.calls)
        self.refused.extend(portion.refused)
        # As the database gives it back.
        self.cursor = json.loads(json.dumps(portion.cursor))

    @property
    def values(self) -> list[float | None]:
        return [one.value for one in self.calls]

    def __len__(self) -> int:
        return len(self.calls) + len(self.refused)


def listen(broker: Server, kept: Kept, wanted: int, acknowledge: bool = True, **more: Any) -> None:
    """Listen until so many calls and refusals more are kept; for none, listen for a moment."""
    before, rounds = len(kept), itertools.count()

    def done() -> bool:
        return len(kept) - before >= wanted and (wanted > 0 or next(rounds) > 3)

    for portion in plug_here("mqtt").pull(settings(broker, **more), kept.cursor, SOURCE, done):
        kept.keep(portion)
        if acknowledge and portion.settled is not None:
            portion.settled()


def subscribed(broker: Server, **more: Any) -> Kept:
    """Let the broker know the source, so that it keeps what comes."""
    kept = Kept()
    listen(broker, kept, 0, **more)
    return kept


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_numbers_and_records_become_calls_with_the_levels_of_their_topic(
    broker: Server, version: str
) -> None:
    kept = subscribed(broker, version=version)
    send(broker, "21.5", '{"value": 3, "battery": {"percent": 80}}', '[{"value": 4}, {"value": 5}]')
    send(broker, "1", topic="shop/7/door/d1")

    listen(broker, kept, 4, version=version)

    assert kept.values == [21.5, 3, 4, 5]
    assert {one.identifiers["device"] for one in kept.calls} == {"b1"}
    assert kept.calls[1].properties == {"battery.percent": 80.0, "topic": "shop/7/beacon/b1", "store": "7"}
    assert all(one.message_id.startswith(f"{SOURCE}:") for one in kept.calls)


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_what_comes_while_nobody_listens_is_kept_by_the_broker(broker: Server, version: str) -> None:
    kept = subscribed(broker, version=version)
    send(broker, *map(str, range(60)))

    listen(broker, kept, 60, version=version)
    listen(broker, kept, 0, version=version)

    assert kept.values == [float(number) for number in range(60)]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_what_was_kept_but_not_acknowledged_is_known_again(broker: Server, version: str) -> None:
    kept = subscribed(broker, version=version)
    # Equal readings are readings of their own.
    send(broker, "7", "7", "7", "garbage")

    listen(broker, kept, 4, acknowledge=False, version=version)
    send(broker, "8")
    listen(broker, kept, 1, version=version)
    listen(broker, kept, 0, version=version)

    assert kept.values == [7, 7, 7, 8]
    assert len({one.message_id for one in kept.calls}) == 4
    assert [one.reason for one in kept.refused] == ["bad_json"]


def test_a_retained_message_is_one_message(broker: Server) -> None:
    send(broker, "20", retain=True)
    kept = Kept()

    listen(broker, kept, 1)
    listen(broker, kept, 0)
    kept.cursor = {}
    listen(broker, kept, 1)

    assert len({one.message_id for one in kept.calls}) == 1


def test_what_is_no_call_is_refused_and_does_not_come_again(broker: Server) -> None:
    kept = subscribed(broker)
    send(broker, b"\xff\x00garbage", "null", "", "{", '{"value": 1}')

    listen(broker, kept, 5)
    listen(broker, kept, 0)

    assert [one.reason for one in kept.refused] == ["bad_json", "bad_call", "bad_json", "bad_json"]
    assert kept.values == [1]


def test_a_broker_that_is_started_anew_is_found_again(broker: Server) -> None:
    kept = subscribed(broker)
    send(broker, "1")
    for portion in plug_here("mqtt").pull(settings(broker), kept.cursor, SOURCE, lambda: len(kept) >= 2):
        kept.keep(portion)
        if kept.values == [1]:
            broker.restart()
            send(broker, "2")
        assert portion.settled is not None
        portion.settled()

    assert kept.values == [1, 2]


def test_topics_may_be_changed(broker: Server) -> None:
    kept = subscribed(broker)

    listen(broker, kept, 0, topics="shop/{store}/door/{beacon}")
    kept.cursor = {**kept.cursor, "topics": ["shop/+/beacon/+"]}
    listen(broker, kept, 0, topics="shop/{store}/door/{beacon}")
    send(broker, "1", topic="shop/7/beacon/b1")
    send(broker, "2", topic="shop/7/door/d1")
    listen(broker, kept, 1, topics="shop/{store}/door/{beacon}")

    assert kept.values == [2]


def test_a_sample_leaves_the_session_alone(broker: Server) -> None:
    kept = subscribed(broker)
    send(broker, "20", retain=True)

    sample = plug_here("mqtt").sample(settings(broker, roles=None))

    assert sample.rows == [{"value": "20", "topic": "shop/7/beacon/b1", "store": "7", "beacon": "b1"}]
    assert sample.problems == []
    listen(broker, kept, 1)
    assert kept.values == [20]


def test_a_sample_of_a_silent_broker_says_so(broker: Server) -> None:
    assert plug_here("mqtt").sample(settings(broker)).problems == (
        "no message came within two seconds; the topics may still be right",
    )


def test_a_test_says_what_may_be_read(broker: Server) -> None:
    assert plug_here("mqtt").test(settings(broker)) == "the broker lets us read shop/+/beacon/+"


def test_the_name_password_and_rights_must_be_right(tmp_path: Path) -> None:
    names, rights = tmp_path / "names", tmp_path / "rights"
    names.touch()
    subprocess.run(
        [program("mosquitto_passwd", "mosquitto"), "-b", str(names), "giljabi", "right"], check=True
    )
    rights.write_text("user giljabi\ntopic read shop/#\n")
    broker = mosquitto(tmp_path, f"password_file {names}", f"acl_file {rights}", "allow_anonymous false")
    broker.start()
    try:
        for version in ("5", "3.1.1"):
            wrong = settings(broker, user="giljabi", password="wrong", version=version)
            with pytest.raises(SourceUnavailable, match="does not accept this user or password"):
                plug_here("mqtt").test(wrong)
        right = settings(broker, user="giljabi", password="right")
        assert plug_here("mqtt").test(right) == "the broker lets us read shop/+/beacon/+"
    finally:
        broker.stop()


def test_a_broker_with_a_certificate_of_an_own_authority_is_trusted_by_it(tmp_path: Path) -> None:
    made = certify(tmp_path)
    secured = ("allow_anonymous true", f"certfile {made.certificate}", f"keyfile {made.key}")
    broker = mosquitto(tmp_path, *secured)
    broker.start()
    url = f"mqtts://127.0.0.1:{broker.port}"
    try:
        found = plug_here("mqtt").test(settings(broker, url=url, authority=made.authority))
        assert found == "the broker lets us read shop/+/beacon/+"
        with pytest.raises(SourceUnavailable, match=f"no secure connection to 127.0.0.1:{broker.port}"):
            plug_here("mqtt").test(settings(broker, url=url))
    finally:
        broker.stop()


def test_a_broker_that_is_not_there_is_told(tmp_path: Path) -> None:
    broker = mosquitto(tmp_path)

    with pytest.raises(SourceUnavailable, match=f"127.0.0.1:{broker.port} does not answer"):
        list(plug_here("mqtt").pull(settings(broker), {}, SOURCE, lambda: False))
    with pytest.raises(SourceUnavailable, match=r"nowhere\.invalid:1883 does not answer"):
        plug_here("mqtt").test({**settings(broker), "url": "mqtt://nowhere.invalid"})


@pytest.mark.parametrize(
    ("written", "topic", "columns"),
    [
        ("shop/{store}/+/{beacon}", "shop/7/beacon/b1", {"store": "7", "beacon": "b1"}),
        ("shop/{store}/#", "shop/7/beacon/b1", {"store": "7"}),
        ("shop/{store}/#", "shop/7", {"store": "7"}),
        ("a/{x}, b/{y}", "b/1", {"y": "1"}),
        ("a/{x}\nb/{y}", "c/1", {}),
        ("#", "anything/at/all", {}),
        ("매장/{지점}", "매장/7", None),
        ("매장/{store}", "매장/강남", {"store": "강남"}),
    ],
)
def test_levels_of_topics_have_names(written: str, topic: str, columns: dict[str, str] | None) -> None:
    if columns is None:
        with pytest.raises(BadParameter):
            Topics(written)
    else:
        assert Topics(written).columns(topic) == columns


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://host"}, "'http://host' is no address of MQTT"),
        ({"topics": " , "}, "no topic is given"),
        ({"topics": "a/b+"}, "'a/b[+]' is no topic"),
        ({"topics": "a/#/b"}, "'a/#/b' is no topic"),
        ({"topics": "a/b{c}"}, "'a/b{c}' is no topic"),
        ({"authority": "no pem"}, "the authority is no certificate in PEM form"),
        ({"version": "4"}, "Invalid enum value '4'"),
        ({"roles": {"identifiers": {}}}, "no column says whose a row is"),
        ({"roles": None}, "these are no roles of columns"),
    ],
)
def test_settings_are_checked(wrong: dict[str, Any], said: str) -> None:
    good = {"url": "mqtts://broker.example", "topics": TOPICS, "roles": ROLES}
    plug_here("mqtt").check(good)

    with pytest.raises(BadParameter, match=said):
        plug_here("mqtt").check({**good, **wrong})
