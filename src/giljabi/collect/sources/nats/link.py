"""A connection to a NATS server, with an event loop of its own in a thread of its own.

The loop goes on while portions are kept, so that the server's pings are answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import threading
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error, NoRespondersError
from nats.errors import TimeoutError as NoAnswer
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamInfo
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError, ServiceUnavailableError

from giljabi.access import Outward
from giljabi.collect.messages import Message
from giljabi.collect.rows import RowRoles, read_roles
from giljabi.collect.settings import split_address
from giljabi.model.errors import BadParameter, SourceUnavailable

T = TypeVar("T")

PORTION = 500
"""Messages that are kept together."""

_WAIT = 0.5
_ANSWER = 10.0
_FAREWELL = 1.0
_IDLE_ROUNDS = 10


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the source is told.

    ``subject`` narrows the stream, as NATS writes it (``shop.*.sold``). ``begin`` says where a new source
    begins: with ``all`` that the stream holds, or with what is ``new``. Without ``roles``, messages are
    Segment calls. ``authority`` is the PEM certificate of an own authority.
    """

    url: str
    stream: str
    subject: str = ""
    user: str | None = None
    password: str | None = None
    token: str | None = None
    authority: str | None = None
    begin: Literal["all", "new"] = "all"
    roles: RowRoles | None = None


def check(settings: Settings) -> None:
    """Raise BadParameter where a setting is not as it should be."""
    address = split_address(settings.url)
    if address.scheme not in {"nats", "tls"} or not address.hostname:
        raise BadParameter(f"{settings.url!r} is no address of NATS; write for example nats://host:4222")
    if not re.fullmatch(r"[^\s.*>/\\]+", settings.stream):
        raise BadParameter(f"{settings.stream!r} is no name of a stream; it has no blank, dot, * or >")
    if settings.subject and not re.fullmatch(r"[^\s.]+(\.[^\s.]+)*", settings.subject):
        raise BadParameter(f"{settings.subject!r} is no subject; write for example shop.*.sold")
    if settings.authority is not None:
        _trust(settings.authority)
    if settings.roles is not None:
        read_roles(settings.roles)


@dataclass(frozen=True)
class Portion:
    """Messages that came together, and how far they reach."""

    link: Link
    messages: Sequence[Message]
    taken: Sequence[Msg]
    cursor: Mapping[str, Any]

    def acknowledge(self) -> None:
        """Tell the server that they are kept; what it does not hear comes again and is known again."""
        with contextlib.suppress(SourceUnavailable):
            self.link.acknowledge(self.taken)


class Link:
    """A connection to a server, to be used as a context; it asks no other servers that one may name.

    Parameters
    ----------
    outward
        What may be reached.
    settings
        What the source is told.
    """

    def __init__(self, outward: Outward, settings: Settings) -> None:
        self._outward = outward
        self._settings = settings
        self._client = Client()
        self._seen: list[Exception] = []
        self._stream: JetStreamContext
        self._pulled: JetStreamContext.PullSubscription
        self._created = ""
        self._position = 0
        self._consumer = ""
        self._idle = 0

    def __enter__(self) -> Self:
        servers = self._servers()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()
        try:
            self._run(self._connect(servers))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(SourceUnavailable):
            # A connection that was refused on the way is not closed in peace.
            self._run(self._client.close(), _FAREWELL)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                self._loop.run_until_complete(task)
        self._loop.close()

    def info(self) -> StreamInfo:
        """Say what the server knows of the stream; raises SourceUnavailable."""
        return self._run(self._info())

    def last(self, count: int) -> list[Message]:
        """Give the last messages of the stream, the newest last."""
        return self._run(self._last(count))

    def subscribe(self, source: str, cursor: Mapping[str, Any], redelivery: float) -> None:
        """Take up the source's own consumer, or make it: after the cursor, or where the settings say."""
        self._consumer = "giljabi-" + re.sub(r"[^0-9A-Za-z_-]", "_", source)
        self._run(self._subscribe(cursor, redelivery))

    def fetch(self) -> Portion | None:
        """Give what has come, or None after half a second of silence."""
        taken = self._run(self._fetch())
        if not taken:
            return None
        messages = [_received(one) for one in taken]
        self._position = max(self._position, *(one.metadata.sequence.stream for one in taken))
        return Portion(self, messages, taken, {"created": self._created, "sequence": self._position})

    def acknowledge(self, taken: Sequence[Msg]) -> None:
        """Acknowledge messages."""
        self._run(self._acknowledge(taken))

    def _run(self, work: Coroutine[Any, Any, T], patience: float = _ANSWER) -> T:
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, patience), self._loop)
        try:
            return future.result()
        except NotFoundError as error:
            raise SourceUnavailable(
                f"the server at {self._address} has no stream {self._settings.stream!r}"
            ) from error
        except (NoRespondersError, ServiceUnavailableError) as error:
            raise SourceUnavailable(
                f"the server at {self._address} answers, but has no JetStream; start it with -js"
            ) from error
        except (Error, OSError, TimeoutError, UnicodeError) as error:
            raise SourceUnavailable(self._trouble(error)) from error

    @property
    def _address(self) -> str:
        address = urlsplit(self._settings.url)
        return f"{address.hostname}:{address.port or 4222}"

    def _trouble(self, error: Exception) -> str:
        causes = [*self._seen, error]
        said = " ".join(str(one) for one in causes).lower()
        if "authorization" in said or "authentication" in said or "permissions" in said:
            return f"the server at {self._address} does not accept this user, password or token"
        if any(isinstance(one, ssl.SSLError) for one in causes) or "tls" in said or "secure" in said:
            return f"no secure connection to {self._address}: {self._last_of(causes)}"
        return f"{self._address} does not answer: {self._last_of(causes)}"

    @staticmethod
    def _last_of(causes: Sequence[Exception]) -> str:
        spoken = [one for one in causes if str(one)] or causes
        real = [one for one in spoken if isinstance(one, OSError)] or spoken
        return str(real[-1]) or type(real[-1]).__name__

    async def _connect(self, servers: list[str]) -> None:
        known = self._settings

        async def hear(error: Exception) -> None:
            self._seen = [*self._seen[-3:], error]

        secure = known.url.startswith("tls:") or known.authority is not None
        await self._client.connect(
            servers,
            dont_randomize=True,
            name="giljabi",
            error_cb=hear,
            # Whoever pulls connects anew: it knows how long to wait, and when to stop.
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=5,
            user=known.user,
            password=known.password,
            token=known.token,
            tls=_trust(known.authority) if secure else None,
            tls_hostname=split_address(known.url).hostname if secure else None,
        )
        self._seen = []
        self._stream = self._client.jetstream()

    def _servers(self) -> list[str]:
        """Write the server's address once for each of its addresses, in the place of its name."""
        known = split_address(self._settings.url)
        port = known.port or 4222
        login, at, _ = known.netloc.rpartition("@")
        try:
            found = self._outward.addresses(known.hostname or "", port)
        except (OSError, UnicodeError) as error:
            raise SourceUnavailable(self._trouble(error)) from error
        hosts = (f"[{one}]" if ":" in one else one for one in found)
        return [f"{known.scheme}://{login}{at}{host}:{port}" for host in hosts]

    async def _info(self) -> StreamInfo:
        return await self._stream.stream_info(self._settings.stream)

    async def _last(self, count: int) -> list[Message]:
        known = self._settings
        state = (await self._info()).state
        found: list[Message] = []
        at = max(state.first_seq, state.last_seq - count + 1)
        while at <= state.last_seq and state.messages:
            try:
                one = await self._stream.get_msg(known.stream, at, known.subject or ">", next=True)
            except NotFoundError:
                break
            at = (one.seq or at) + 1
            moment = int(one.time.timestamp() * 1000) if one.time else 0
            found.append(Message(one.data or b"", f"{known.stream}:{one.seq}:{moment}", moment))
        return found

    async def _subscribe(self, cursor: Mapping[str, Any], redelivery: float) -> None:
        known = self._settings
        created = (await self._info()).created
        self._created = created.isoformat() if created else ""
        again = cursor.get("created") == self._created
        self._position = int(cursor.get("sequence", 0)) if again else 0
        try:
            config = (await self._stream.consumer_info(known.stream, self._consumer)).config
        except NotFoundError:
            config = ConsumerConfig(
                name=self._consumer,
                durable_name=self._consumer,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=redelivery,
                max_ack_pending=4 * PORTION,
                deliver_policy=DeliverPolicy.NEW
                if known.begin == "new" and not cursor
                else DeliverPolicy.ALL,
            )
            if self._position:
                # The server has lost its consumer: what may not have been kept comes again.
                config.deliver_policy = DeliverPolicy.BY_START_SEQUENCE
                config.opt_start_seq = max(1, self._position - 4 * PORTION)
            config = config.evolve(filter_subject=known.subject or None)
            await self._stream.add_consumer(known.stream, config)
        else:
            if (config.filter_subject or "") != known.subject:
                await self._stream.add_consumer(
                    known.stream, config.evolve(filter_subject=known.subject or None)
                )
        self._pulled = await self._stream.pull_subscribe_bind(self._consumer, known.stream)

    async def _fetch(self) -> list[Msg]:
        try:
            taken = await self._pulled.fetch(PORTION, _WAIT)
        except NoAnswer:
            if not self._client.is_connected:
                raise ConnectionError("the connection was lost") from None
            self._idle += 1
            if self._idle % _IDLE_ROUNDS == 0:
                # A consumer that was taken away is silent, not an error.
                await self._stream.consumer_info(self._settings.stream, self._consumer)
            return []
        self._idle = 0
        return taken

    async def _acknowledge(self, taken: Sequence[Msg]) -> None:
        for one in taken:
            await one.ack()
        await self._client.flush()


def _received(one: Msg) -> Message:
    told = one.metadata
    moment = int(told.timestamp.timestamp() * 1000)
    return Message(one.data, f"{told.stream}:{told.sequence.stream}:{moment}", moment)


def _trust(authority: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=authority)
    except (ssl.SSLError, ValueError) as error:
        raise BadParameter(f"the authority is no certificate in PEM form: {error}") from error
