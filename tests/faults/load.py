"""A sender that knows what it was promised."""

from __future__ import annotations

import base64
import contextlib
import http.client
import itertools
import json
import random
import threading
from collections import Counter
from types import TracebackType

from tests.faults.rig import Rig, wait_until

EVENTS_IN_A_BATCH = 20


class Load:
    """Posts batches from some threads until it is stopped, and remembers what was acknowledged.

    A batch that was not acknowledged is sent again half of the time, as SDKs do: it may then be in the lake
    once, for its messages are known; one that is given up may be there once or not at all.
    """

    def __init__(self, rig: Rig, threads: int = 3, seed: int = 1) -> None:
        self._rig = rig
        self._stop = threading.Event()
        self._guard = threading.Lock()
        self._numbers = itertools.count()
        self._seed = seed
        self.acknowledged: set[str] = set()
        self.sent: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self._threads = [threading.Thread(target=self._run, args=[number]) for number in range(threads)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def progress(self, batches: int = 3) -> None:
        """Wait until some more batches were acknowledged."""
        goal = len(self.acknowledged) + batches * EVENTS_IN_A_BATCH
        try:
            wait_until(lambda: len(self.acknowledged) >= goal, f"events are acknowledged: {self.statuses}")
        except AssertionError:
            self._rig.show("server")
            raise

    def check(self, landed: Counter[str]) -> None:
        """Hold what is in the lake against what was promised."""
        twice = {message: count for message, count in landed.items() if count > 1}
        lost = self.acknowledged - set(landed)
        invented = set(landed) - self.sent
        facts = f"{len(self.acknowledged)} of {len(self.sent)} acknowledged, {self.statuses}"
        assert not lost, f"{len(lost)} acknowledged events are lost: {sorted(lost)[:5]} ({facts})"
        assert not twice, f"{len(twice)} events are there twice: {sorted(twice)[:5]} ({facts})"
        assert not invented, f"nobody sent {sorted(invented)[:5]}"

    def _run(self, thread: int) -> None:
        chance = random.Random(f"{self._seed}/{thread}")
        connection: http.client.HTTPConnection | None = None
        while not self._stop.is_set():
            batch = next(self._numbers)
            messages = [f"{self._seed}-{batch}-{place}" for place in range(EVENTS_IN_A_BATCH)]
            body = json.dumps({"batch": [_event(one, chance) for one in messages]})
            with self._guard:
                self.sent.update(messages)
            while not self._stop.is_set():
                status, connection = self._post(connection, body)
                with self._guard:
                    self.statuses[status] += 1
                    if status == 200:
                        self.acknowledged.update(messages)
                if status == 200 or chance.random() < 0.5:
                    break
                self._stop.wait(0.05)
        if connection is not None:
            connection.close()

    def _post(
        self, connection: http.client.HTTPConnection | None, body: str
    ) -> tuple[int, http.client.HTTPConnection | None]:
        """Post a body; the status is 0 where no answer came."""
        key = base64.b64encode(f"{self._rig.write_key}:".encode()).decode()
        connection = connection or http.client.HTTPConnection("127.0.0.1", self._rig.port, timeout=20)
        try:
            connection.request("POST", "/v1/batch", body, {"Authorization": f"Basic {key}"})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            with contextlib.suppress(OSError):
                connection.close()
            self._stop.wait(0.02)
            return 0, None
        return answer.status, connection


def _event(message: str, chance: random.Random) -> dict[str, object]:
    customer = chance.randrange(60)
    who = {"userId": f"u{customer}"} if chance.random() < 0.7 else {"anonymousId": f"a{customer}"}
    return {
        "type": "track",
        "event": f"event {customer % 7}",
        "messageId": message,
        "properties": {"number": message},
        **who,
    }
