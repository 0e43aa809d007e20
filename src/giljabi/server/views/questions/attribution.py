"""Attribution as the explore page draws it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from giljabi.measure import AttributionAnswer, ChannelCredit, GroupedAttributionAnswer

_CHANNELS, _GROUPS = 200, 20


class ChannelCreditView(msgspec.Struct, frozen=True):
    """One channel; ``count`` conversions have it in their path, ``credits`` is per model."""

    channel: str
    count: float
    credits: list[float]


class AttributionGroupView(msgspec.Struct, frozen=True):
    """The channels of one group; its name is null for customers of none."""

    group: str | None
    conversions: float
    total: float
    direct: float
    channels: list[ChannelCreditView]


class AttributionView(msgspec.Struct, frozen=True):
    """Credits of the first 200 of ``channel_count`` channels; all and ``direct`` make up ``total``."""

    models: list[str]
    conversions: float
    total: float
    direct: float
    channels: list[ChannelCreditView]
    channel_count: int
    groups: list[AttributionGroupView]


def attribution_view(answer: AttributionAnswer) -> AttributionView:
    """Draw attribution."""
    groups = answer.groups if isinstance(answer, GroupedAttributionAnswer) else ()
    return AttributionView(
        list(answer.models),
        answer.conversions,
        answer.total,
        answer.direct,
        _channels(answer.channels),
        len(answer.channels),
        [
            AttributionGroupView(one.group, one.conversions, one.total, one.direct, _channels(one.channels))
            for one in groups[:_GROUPS]
        ],
    )


def _channels(channels: Sequence[ChannelCredit]) -> list[ChannelCreditView]:
    return [ChannelCreditView(one.channel, one.count, list(one.credits)) for one in channels[:_CHANNELS]]
