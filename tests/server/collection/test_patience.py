"""Senders that never finish are cut off, and what they hold is let go."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from litestar import Litestar
from litestar.datastructures import State
from tests.server.collection.conftest import KEY, Arrived, add_source

from giljabi.bootstrap import Workspace
from giljabi.server.hosts import Hosts
from giljabi.server.patience import PatientProtocol
from giljabi.server.routes.collection import door

HEAD = b"POST /v1/track HTTP/1.1\r\nhost: 127.0.0.1\r\n"
ENOUGH = 20.0
"""Seconds after which a test fails because nobody was cut off."""

Connect = Callable[[], socket.socket]


class Impatient(PatientProtocol):
    head_seconds = 0.2
    rest_seconds = 0.2


@pytest.fixture
def connect(empty_workspace: Workspace) -> Iterator[Connect]:
    """Open connections to a server whose deadlines are short."""
    add_source(empty_workspace)
    app = Litestar(
        [door(body_seconds=0.2)],
        state=State({"workspace": empty_workspace, "hosts": Hosts()}),
        logging_config=None,
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, http=Impatient, timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    with contextlib.ExitStack() as connections:

        def open_one() -> socket.socket:
            return connections.enter_context(socket.create_connection(listening.getsockname(), ENOUGH))

        yield open_one
    server.should_exit = True
    thread.join()
    listening.close()


def rest_of(connection: socket.socket) -> bytes:
    """Give all that is said until the other side closes."""
    parts: list[bytes] = []
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("begun", [b"", b"POST /v1/tr", HEAD])
def test_a_head_that_never_ends_is_cut_off(connect: Connect, begun: bytes) -> None:
    connection = connect()
    connection.sendall(begun)

    assert rest_of(connection) == b""


def test_a_second_head_that_never_ends_is_cut_off(connect: Connect) -> None:
    connection = connect()
    connection.sendall(HEAD + b"content-length: 0\r\n\r\n" + HEAD)

    assert rest_of(connection).startswith(b"HTTP/1.1 400")


def test_a_body_that_never_ends_is_cut_off(connect: Connect) -> None:
    connection = connect()
    connection.sendall(HEAD + b"content-length: 1000\r\n\r\n" + b'{"event":')

    assert rest_of(connection).startswith(b"HTTP/1.1 408")


def test_what_comes_after_an_early_answer_is_cut_off(connect: Connect) -> None:
    connection = connect()
    connection.sendall(HEAD + b"content-length: 100000000\r\n\r\n" + b"x" * 100_000)

    assert rest_of(connection).startswith(b"HTTP/1.1 413")


def test_100_mb_of_garbage_are_answered_and_not_held(connect: Connect) -> None:
    connection = connect()
    connection.sendall(HEAD + b"content-length: 100000000\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        for _ in range(100):
            connection.sendall(b"\xff" * 1_000_000)

    assert rest_of(connection).startswith(b"HTTP/1.1 413")


def test_others_are_served_while_many_drip(connect: Connect, arrived: Arrived) -> None:
    slow = [connect() for _ in range(100)]
    for one in slow:
        one.sendall(HEAD + b"content-length: 1000\r\n\r\n{")
    body = b'{"event": "order", "userId": "u", "writeKey": "%s"}' % KEY.encode()
    connection = connect()
    connection.sendall(HEAD + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)

    assert rest_of(connection).startswith(b"HTTP/1.1 200")
    assert [call.event for call in arrived()] == ["order"]
    assert all(rest_of(one).startswith(b"HTTP/1.1 408") for one in slow)


def test_a_sender_that_leaves_half_way_leaves_nothing(connect: Connect, arrived: Arrived) -> None:
    connection = connect()
    connection.sendall(HEAD + b"content-length: 1000\r\n\r\n{")
    connection.close()

    assert arrived() == []
