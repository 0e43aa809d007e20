"""Who the customers of one chunk are, where they stand, and the trail of what they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from giljabi.simulate.clock import Clock, Seconds
from giljabi.simulate.shop import (
    ACQUISITION_WEIGHTS,
    CHANNEL_CODE,
    DEVICE_WEIGHTS,
    DEVICES,
    EVENT_CODE,
    PERSONAS,
    REGION_WEIGHTS,
)
from giljabi.simulate.troubles import TROUBLES

Codes: TypeAlias = npt.NDArray[np.integer[Any]]
Mask: TypeAlias = npt.NDArray[np.bool_]

NEVER = np.inf


def stack(blocks: list[tuple[Any, ...]], kinds: dict[str, type]) -> dict[str, npt.NDArray[Any]]:
    """Lay blocks end to end as one array per column; the first column of a block gives its length."""
    sizes = [len(block[0]) for block in blocks]
    columns: dict[str, npt.NDArray[Any]] = {}
    for position, (name, kind) in enumerate(kinds.items()):
        column: npt.NDArray[Any] = np.empty(sum(sizes), kind)
        start = 0
        for size, block in zip(sizes, blocks, strict=True):
            column[start : start + size] = block[position]
            start += size
        columns[name] = column
    return columns


def draw(rng: np.random.Generator, weights: tuple[float, ...], count: int) -> npt.NDArray[np.int8]:
    """Draw codes with these weights."""
    edges = np.cumsum(weights)
    codes: npt.NDArray[np.int8] = np.searchsorted(
        edges[:-1], rng.random(count) * edges[-1], side="right"
    ).astype(np.int8)
    return codes


@dataclass(frozen=True, slots=True)
class Party:
    """Customers who do the same thing next, each at an own time and by an own channel."""

    who: Codes
    at: Seconds
    channel: Codes

    def only(self, mask: Mask) -> Party:
        """Give those for whom the mask is true."""
        rows = np.flatnonzero(mask)
        return Party(self.who.take(rows), self.at.take(rows), self.channel.take(rows))

    def later(self, seconds: Seconds | float) -> Party:
        """Give the same customers some seconds later."""
        return Party(self.who, self.at + seconds, self.channel)

    def then(self, at: Seconds) -> Party:
        """Give the same customers at these times."""
        return Party(self.who, at, self.channel)

    def by(self, channel: str | Codes) -> Party:
        """Give the same customers on another channel."""
        codes = np.full(len(self), CHANNEL_CODE[channel], np.int8) if isinstance(channel, str) else channel
        return Party(self.who, self.at, codes)

    def unseen(self) -> Party:
        """Give the same customers on no channel: what happens next is hidden from them."""
        return self.by(np.full(len(self), -1, np.int8))

    def __len__(self) -> int:
        return len(self.who)


def join(*parties: Party) -> Party:
    """Give the customers of all parties as one."""
    return Party(
        np.concatenate([party.who for party in parties]),
        np.concatenate([party.at for party in parties]),
        np.concatenate([party.channel for party in parties]),
    )


@dataclass(slots=True)
class Trail:
    """Events in the making: one block per thing that a party did.

    A block is (customer, seconds, event, channel, value, category, query, topic); codes of −1 and values
    of NaN are absent.
    """

    blocks: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self,
        event: str,
        party: Party,
        *,
        value: Seconds | float = np.nan,
        category: Codes | int = -1,
        query: Codes | int = -1,
        topic: Codes | int = -1,
    ) -> None:
        """Record that everyone of the party did this."""
        if len(party):
            code = EVENT_CODE[event]
            self.blocks.append((party.who, party.at, code, party.channel, value, category, query, topic))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Give the blocks one after the other as columns."""
        kinds: dict[str, type] = {
            "who": np.int32,
            "at": np.float64,
            "event": np.int8,
            "channel": np.int8,
            "value": np.float64,
            "category": np.int8,
            "query": np.int8,
            "topic": np.int8,
        }
        return stack(self.blocks, kinds)


@dataclass(slots=True)
class Crowd:
    """The customers of one chunk: what they are, and where they stand now.

    ``next_at`` is when each comes to the shop next; ``basket`` what lies in the cart, in won; ``interest``
    the category looked for; ``suffered[trouble]`` who has met a trouble.
    """

    persona: Codes
    device: Codes
    acquisition: Codes
    region: Codes
    temper: Seconds
    joined: Seconds
    home: Codes
    next_at: Seconds
    basket: Seconds
    interest: Codes
    cart_waits: Mask
    reminded: Mask
    suffered: dict[str, Mask]

    def trait(self, name: str, who: Codes) -> Seconds:
        """Give a number of `Persona` for each of these customers."""
        table = np.array([getattr(persona, name) for persona in PERSONAS], np.float64)
        result: Seconds = table[self.persona[who]]
        return result


def gather(rng: np.random.Generator, clock: Clock, count: int) -> Crowd:
    """Draw the customers of a chunk."""
    persona = draw(rng, tuple(one.share for one in PERSONAS), count)
    member = np.array([one.member for one in PERSONAS])[persona]
    device = draw(rng, DEVICE_WEIGHTS, count)
    app = (device != DEVICES.index("desktop")) & (rng.random(count) < 0.86)
    temper = np.array([one.temper for one in PERSONAS])[persona] + rng.normal(0, 0.35, count)
    return Crowd(
        persona=persona,
        device=device,
        acquisition=draw(rng, ACQUISITION_WEIGHTS, count),
        region=draw(rng, REGION_WEIGHTS, count),
        temper=temper,
        joined=np.where(rng.random(count) < member, -1.0, NEVER),
        home=np.where(app, CHANNEL_CODE["app"], CHANNEL_CODE["web"]).astype(np.int8),
        next_at=clock.anytime(rng, count),
        basket=np.zeros(count),
        interest=np.zeros(count, np.int8),
        cart_waits=np.zeros(count, bool),
        reminded=np.zeros(count, bool),
        suffered={trouble: np.zeros(count, bool) for trouble in TROUBLES},
    )
