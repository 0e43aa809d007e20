"""All that a step of a journey needs: chance, time, the shop's working, and where to record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from giljabi.simulate.clock import Clock, Seconds
from giljabi.simulate.crowd import Codes, Crowd, Mask, Party, Trail
from giljabi.simulate.troubles import Effects
from giljabi.simulate.voices import Voices


@dataclass(frozen=True, slots=True)
class World:
    """One chunk of customers in the shop."""

    rng: np.random.Generator
    clock: Clock
    effects: Effects
    crowd: Crowd
    trail: Trail
    voices: Voices

    def chance(self, share: Seconds | float, count: int) -> Mask:
        """Draw true with this probability (0..1) for each of ``count``."""
        result: Mask = self.rng.random(count) < share
        return result

    def some(self, party: Party, share: Seconds | float) -> Party:
        """Give a random part of the party."""
        return party.only(self.chance(share, len(party)))

    def wait(self, party: Party, mean: float, least: float = 1.0) -> Party:
        """Let everyone wait: ``least`` seconds plus an exponential time of this mean."""
        return party.later(least + self.rng.exponential(mean, len(party)))

    def suffer(self, trouble: str, party: Party) -> None:
        """Record that these customers met a trouble, if it was within the period."""
        self.crowd.suffered[trouble][party.who[party.at < self.clock.length]] = True

    def suffered(self, trouble: str, who: Codes) -> Mask:
        """Say who of these customers has met a trouble."""
        result: Mask = self.crowd.suffered[trouble][who]
        return result

    def ask(
        self,
        kind: str,
        party: Party,
        mean: Seconds | float,
        *,
        topic: str | Codes,
        places: tuple[str, ...],
        rate: float,
        wait: float = 900.0,
    ) -> None:
        """Ask for a score; a share ``rate`` (0..1) of the party answers around ``mean``.

        ``places`` are the stage's and touchpoint's ids a question may name; some questions name none and are
        asked at once, so that time alone tells what they are about. ``wait`` is the mean time to the answer
        in seconds. Who is of better temper gives better scores.
        """
        answers = self.chance(rate, len(party))
        chosen = party.only(answers)
        temper = self.crowd.temper[chosen.who]
        level = np.broadcast_to(mean, len(party))[answers] + temper
        about = topic if isinstance(topic, str) else topic[answers]
        self.voices.score(self.rng, kind, chosen, level, about, places, wait)
