"""What customers say: scores around their experience, and Korean sentences that fit both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from giljabi.model import FEEDBACK_KINDS, SCORE_RANGE
from giljabi.simulate.clock import Seconds
from giljabi.simulate.crowd import Codes, Party, stack
from giljabi.simulate.phrases import MOODS, phrase_book

PLACES = (
    *("signup", "signup-form", "search", "search-box", "product", "product-page"),
    *("payment", "checkout", "delivery", "parcel", "support"),
)
"""Stage and touchpoint ids of the shop's map that a question may name."""

_SPREAD = {"nps": 1.4, "csat": 0.8, "ces": 1.1, "rating": 0.7}
_NAMED = 0.8
_WRITES = 0.6
# A score at or below the first is negative, at or above the second positive.
_MOOD_EDGES = {"nps": (6, 9), "csat": (2, 4), "ces": (3, 6), "rating": (2, 4)}


@dataclass(slots=True)
class Voices:
    """Feedback in the making: one block per question asked to a party.

    A block is (customer, seconds, kind, score, place, text); codes of −1 and scores of NaN are absent.
    """

    blocks: list[tuple[Any, ...]] = field(default_factory=list)

    @staticmethod
    def topic(name: str) -> int:
        """Give the code of a topic of the phrase book."""
        return phrase_book().topics.index(name)

    def score(
        self,
        rng: np.random.Generator,
        kind: str,
        party: Party,
        level: Seconds,
        topic: str | Codes,
        places: tuple[str, ...],
        wait: float,
    ) -> None:
        """Record scores around ``level``, most of them naming a place, some with a sentence."""
        count = len(party)
        if not count:
            return
        low, high = SCORE_RANGE[kind]
        score = np.rint(level + rng.normal(0.0, _SPREAD[kind], count)).clip(low, high)
        named = rng.random(count) < _NAMED
        codes = np.array([PLACES.index(place) for place in places])
        place = np.where(named, codes[rng.integers(len(codes), size=count)], -1)
        delay = np.where(named, 30.0 + rng.exponential(wait, count), rng.uniform(2.0, 4.0, count))
        mood = np.digitize(score, np.array(_MOOD_EDGES[kind]) + np.array([0.5, -0.5]))
        topics = np.full(count, self.topic(topic)) if isinstance(topic, str) else topic
        text = np.where(rng.random(count) < _WRITES, phrase_book().pick(rng, topics, mood), -1)
        self.blocks.append((party.who, party.at + delay, FEEDBACK_KINDS.index(kind), score, place, text))

    def say(self, rng: np.random.Generator, party: Party, topic: str, mood: str) -> None:
        """Record sentences that name no place and give no score."""
        count = len(party)
        if count:
            topics, moods = np.full(count, self.topic(topic)), np.full(count, MOODS.index(mood))
            text = phrase_book().pick(rng, topics, moods)
            at = party.at + rng.uniform(1.0, 3.0, count)
            self.blocks.append((party.who, at, FEEDBACK_KINDS.index("text"), np.nan, -1, text))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Give the blocks one after the other as columns."""
        kinds: dict[str, type] = {
            "who": np.int32,
            "at": np.float64,
            "kind": np.int8,
            "score": np.float64,
            "place": np.int8,
            "text": np.int32,
        }
        return stack(self.blocks, kinds)
