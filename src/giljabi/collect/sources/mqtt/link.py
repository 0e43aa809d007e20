"""A connection to an MQTT broker: one session, whose messages are acknowledged by hand."""

from __future__ import annotations

import hashlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import msgspec
from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from giljabi.access import Outward
from giljabi.collect.settings import split_address
from giljabi.model.errors import BadParameter, SourceUnavailable

PORTION = 200
"""Messages that are kept together, and that a broker may send before one of them is acknowledged."""

_ANSWER = 10.0
_QUIET = 0.02
_LONGEST = 1.0
_DAY = 86_400
_SESSION_DAYS = 30
_WAITING = 2_000


class Broker(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker is and how it is spoken to."""

    url: str
    user: str | None = None
    password: str | None = None
    authority: str | None = None
    version: Literal["5", "3.1.1"] = "5"

    @property
    def secure(self) -> bool:
        """Say whether the connection is encrypted."""
        return urlsplit(self.url).scheme == "mqtts"

    @property
    def host(self) -> str:
        """Give the host's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Give the port: 1883, encrypted 8883, where none is written."""
        return urlsplit(self.url).port or (8883 if self.secure else 1883)

    def check(self) -> None:
        """Raise BadParameter where it cannot be spoken to like this."""
        address = split_address(self.url)
        if address.scheme not in {"mqtt", "mqtts"} or not address.hostname:
            raise BadParameter(f"{self.url!r} is no address of MQTT; write for example mqtts://host:8883")
        if self.secure:
            self.trust()

    def trust(self) -> ssl.SSLContext:
        """Give what certificates are believed."""
        try:
            context = ssl.create_default_context(cadata=self.authority)
        except (ssl.SSLError, ValueError) as error:
            raise BadParameter(f"the authority is no certificate in PEM form: {error}") from error
        context.sslsocket_class = _Tidy
        return context


class _Tidy(ssl.SSLSocket):
    """Closes itself when no secure connection comes about; the client's library leaves it open."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


class _Client(Client):
    """Connects to an address that may be reached; certificates are those of the host's name."""

    def __init__(self, outward: Outward, *told: Any, **more: Any) -> None:
        self._outward = outward
        super().__init__(*told, **more)

    def _create_socket_connection(self) -> socket.socket:
        return self._outward.connect(self._host, self._port, self._connect_timeout)


class Link:
    """A connection to a broker, to be used as a context.

    Parameters
    ----------
    outward
        What may be reached.
    broker
        Where to.
    client_id
        Names the session.
    keep
        Whether the broker keeps the session, and what comes meanwhile, when we are away.
    """

    def __init__(self, outward: Outward, broker: Broker, client_id: str, keep: bool) -> None:
        self._broker = broker
        self._five = broker.version == "5"
        self._keep = keep
        self._answered = threading.Event()
        self._codes: Sequence[ReasonCode] = ()
        self._lost = threading.Event()
        self._came: queue.Queue[MQTTMessage] = queue.Queue(_WAITING)
        self.resumed = False
        protocol = MQTTProtocolVersion.MQTTv5 if self._five else MQTTProtocolVersion.MQTTv311
        self._client = _Client(
            outward,
            CallbackAPIVersion.VERSION2,
            client_id,
            None if self._five else not keep,
            protocol=protocol,
            # Whoever pulls connects anew: it knows how long to wait, and when to stop.
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._message
        if broker.user is not None:
            self._client.username_pw_set(broker.user, broker.password)
        if broker.secure:
            self._client.tls_set_context(broker.trust())

    @property
    def _address(self) -> str:
        return f"{self._broker.host}:{self._broker.port}"

    def __enter__(self) -> Self:
        broker = self._broker
        try:
            if self._five:
                properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
                properties.ReceiveMaximum = PORTION
                properties.SessionExpiryInterval = _SESSION_DAYS * _DAY if self._keep else 0
                self._client.connect(
                    broker.host, broker.port, clean_start=not self._keep, properties=properties
                )
            else:
                self._client.connect(broker.host, broker.port)
        except ssl.SSLError as error:
            raise SourceUnavailable(f"no secure connection to {self._address}: {error}") from error
        except (OSError, UnicodeError) as error:
            raise SourceUnavailable(f"{self._address} does not answer: {error}") from error
        self._client.loop_start()
        try:
            self._await("the broker says nothing")
            self._welcome()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._lost.set()
        self._client.disconnect()
        self._client.loop_stop()

    def subscribe(self, filters: Sequence[str], before: Sequence[str]) -> None:
        """Listen to what fits these filters, and no more to those of before.

        A session that is resumed has its filters; asking for them again would bring retained messages again.
        """
        if self.resumed and set(filters) == set(before):
            return
        gone = [one for one in before if one not in filters]
        if self.resumed and gone:
            self._client.unsubscribe(gone)
        self._answered.clear()
        self._client.subscribe([(one, 1) for one in filters])
        self._await("the broker says nothing of the topics")
        refused = [one for one, code in zip(filters, self._codes, strict=False) if code.is_failure]
        if refused:
            raise SourceUnavailable(f"the broker at {self._address} does not let us read {refused[0]!r}")

    def take(self, wait: float) -> list[MQTTMessage]:
        """Give what has come, after waiting for the first; raises SourceUnavailable when the link is lost."""
        taken: list[MQTTMessage] = []
        end = time.monotonic() + _LONGEST
        try:
            taken.append(self._came.get(timeout=wait))
            while len(taken) < PORTION and time.monotonic() < end:
                taken.append(self._came.get(timeout=_QUIET))
        except queue.Empty:
            if not taken and self._lost.is_set():
                raise self._silent("the connection was lost") from None
        return taken

    def acknowledge(self, taken: Sequence[MQTTMessage]) -> None:
        """Acknowledge messages, in the order in which they came; none once the connection is lost."""
        for one in taken:
            if one.qos and not self._lost.is_set():
                self._client.ack(one.mid, one.qos)

    def _silent(self, silence: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self._address} does not answer: {silence}")

    def _await(self, silence: str) -> None:
        end = time.monotonic() + _ANSWER
        while not self._answered.wait(0.05):
            if self._lost.is_set() or time.monotonic() > end:
                raise self._silent(silence)

    def _welcome(self) -> None:
        code = self._codes[0]
        if not code.is_failure:
            return
        said = str(code)
        if "version" in said.lower():
            raise SourceUnavailable(
                f"the broker at {self._address} does not speak MQTT {self._broker.version}; choose the other"
            )
        if "user name" in said.lower() or "authoriz" in said.lower():
            raise SourceUnavailable(f"the broker at {self._address} does not accept this user or password")
        raise SourceUnavailable(f"the broker at {self._address} turns us away: {said}")

    def _connected(
        self, client: Client, _: Any, flags: ConnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        self.resumed = flags.session_present
        self._codes = [code]
        self._answered.set()

    def _disconnected(self, *told: Any) -> None:
        self._lost.set()

    def _subscribed(
        self, client: Client, _: Any, mid: int, codes: list[ReasonCode], properties: Properties | None
    ) -> None:
        self._codes = codes
        self._answered.set()

    def _message(self, client: Client, _: Any, message: MQTTMessage) -> None:
        # Where keeping is slower than sending, the connection waits; it ends when nobody takes any more.
        while not self._lost.is_set():
            try:
                self._came.put(message, timeout=0.2)
            except queue.Full:
                continue
            return


def name_of(message: MQTTMessage) -> str:
    """Give the topic of a message, also where it is no UTF-8."""
    try:
        return message.topic
    except UnicodeDecodeError:
        return "?"


def content(message: MQTTMessage) -> str:
    """Name a message by what it says."""
    told = hashlib.blake2b(name_of(message).encode() + b"\0" + bytes(message.payload), digest_size=12)
    return told.hexdigest()
