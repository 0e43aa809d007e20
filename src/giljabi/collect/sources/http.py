"""Events that are sent to us: by SDKs, servers and browsers, with a write key (`docs/send-events.md`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from giljabi.access import Outward
from giljabi.collect.accept import LONGEST_NAME
from giljabi.collect.plugs import Field, Plug, Pulled, Sample, Way
from giljabi.model.errors import BadParameter


class SentOverHttp:
    """The Segment-compatible door; there is nothing to reach and nothing to pull."""

    kind = "http"
    way: Way = "sent"
    third_party = 0.0
    fields: Sequence[Field] = (Field("channel", required=False),)

    def __init__(self, outward: Outward) -> None:
        """Take what may be reached; nothing is."""

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where the channel is no name."""
        channel = settings.get("channel")
        if channel is None:
            return
        if not isinstance(channel, str) or len(channel) > LONGEST_NAME or "\0" in channel:
            raise BadParameter(f"the channel is a name of at most {LONGEST_NAME} characters")

    def test(self, settings: Mapping[str, Any]) -> str:
        """Say that this source waits."""
        return "waits for events that are sent with its write key"

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Give an empty sample: what comes is seen once it is sent."""
        return Sample((), ())

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield nothing."""
        return iter(())


PLUG: type[Plug] = SentOverHttp
