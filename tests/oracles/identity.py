"""Who is who, told one call at a time: slow, obvious, and held against the resolver.

Nothing is ever rewritten: an identifier keeps the customer it was tied to, a customer that was merged points
at the next, and everything is followed to its end whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Pair = tuple[str, str]
NOBODY = 10**9


@dataclass(frozen=True)
class Rule:
    """How identifiers of a kind are read."""

    rank: int
    unique: bool
    limit: int | None = None
    blocked: tuple[str, ...] = ("", "null", "0000")


@dataclass
class Oracle:
    """All customers and identifiers."""

    rules: Mapping[str, Rule]
    into: dict[str, str | None] = field(default_factory=dict)
    tied: dict[Pair, str] = field(default_factory=dict)
    first: dict[Pair, int] = field(default_factory=dict)
    hands: dict[Pair, dict[int, str]] = field(default_factory=dict)
    edges: list[dict[str, Any]] = field(default_factory=list)
    apart: set[frozenset[Pair]] = field(default_factory=set)

    def end(self, name: str) -> str:
        """Follow a customer to the one it is part of."""
        step = self.into.get(name)
        return name if step is None else self.end(step)

    def present(self, pair: Pair) -> str | None:
        """Give who holds an identifier now."""
        held = self.hands.get(pair)
        if held:
            return self.end(held[max(held)])
        return self.end(self.tied[pair]) if pair in self.tied else None

    def at(self, pair: Pair, time: int) -> str | None:
        """Give who holds an identifier at a time."""
        held = self.hands.get(pair)
        if not held:
            return self.present(pair)
        before = [since for since in held if since <= time]
        return self.end(held[max(before) if before else min(held)])

    def count(self, name: str, kind: str) -> int:
        """Count the identifiers of a kind that a customer holds."""
        return sum(1 for pair in self.tied if pair[0] == kind and self.present(pair) == name)

    def strength(self, name: str) -> int:
        """Give the rank of a customer's strongest unique identifier."""
        ranks = [
            self.rules[kind].rank for kind in self.rules if self.rules[kind].unique and self.count(name, kind)
        ]
        return min(ranks, default=NOBODY)

    def clean(self, identifiers: Mapping[str, str]) -> list[Pair]:
        """Give the identifiers that say something, the strongest first."""
        said = [(k, v) for k, v in identifiers.items() if v.casefold() not in self.rules[k].blocked]
        return sorted(said, key=lambda pair: (self.rules[pair[0]].rank, pair))

    def call(self, time: int, identifiers: Mapping[str, str], previous: str | None = None) -> str | None:
        """Give whose a call is, and learn from it."""
        pairs = self.clean(identifiers)
        if not pairs:
            return None
        name = self.settle(pairs, pairs, time)
        return name if previous is None else self.alias(name, pairs, previous, time)

    def settle(self, pairs: list[Pair], said: list[Pair], time: int) -> str:
        """Settle the identifiers of one call."""
        unique = [pair for pair in pairs if self.rules[pair[0]].unique]
        weak = [pair for pair in pairs if pair not in unique]
        if unique:
            name = self.login(unique, pairs, said, time)
        else:
            known = [self.at(pair, time) for pair in pairs if self.at(pair, time)]
            name = known[0] or "" if known else self.new(pairs[0], time)
        for pair in weak:
            holder = self.at(pair, time)
            if holder is None:
                self.tie(pair, name, time)
            elif unique and holder != name and not self.banned(pair, pairs):
                if self.strength(holder) < NOBODY:
                    self.hand(pair, name, time)
                elif self.fits(holder, name):
                    self.merge(holder, name, pair, said)
        return name

    def login(self, unique: list[Pair], pairs: list[Pair], said: list[Pair], time: int) -> str:
        """Settle the unique identifiers of a call."""
        strongest = unique[0]
        name = self.at(strongest, time)
        if name is None:
            name = self.named(strongest, unique[1:], pairs, said, time)
        for pair in unique[1:]:
            holder = self.at(pair, time)
            if holder is None:
                self.tie(pair, name, time)
            elif holder != name and not self.banned(pair, pairs) and self.fits(holder, name):
                name = self.join(name, holder, pair, said)
        return name

    def named(
        self, strongest: Pair, others: list[Pair], pairs: list[Pair], said: list[Pair], time: int
    ) -> str:
        """Give the customer of an identifier nobody has held."""
        for pair in others:
            holder = self.at(pair, time)
            if holder is None or self.banned(pair, pairs) or not self.room(strongest, holder):
                continue
            if self.strength(holder) <= self.rules[strongest[0]].rank:
                self.tie(strongest, holder, time)
                return holder
            name = self.new(strongest, time)
            self.merge(holder, name, pair, said)
            return name
        return self.new(strongest, time)

    def alias(self, name: str, pairs: list[Pair], previous: str, time: int) -> str:
        """Take what an alias call says."""
        user, device = ("user_id", previous), ("anonymous_id", previous)
        if self.clean({"anonymous_id": previous}) and device in self.tied and user not in self.tied:
            return self.settle([*pairs, device], pairs, time)
        if not self.clean({"user_id": previous}):
            return name
        holder = self.at(user, time)
        if holder is None:
            holder = self.new(user, time)
            if device not in self.tied and self.clean({"anonymous_id": previous}):
                self.tie(device, holder, time)
        if holder == name or self.banned(user, pairs):
            return name
        return self.join(name, holder, user, pairs)

    def new(self, pair: Pair, time: int) -> str:
        """Make a customer that has the name of its identifier."""
        kind, value = pair
        names = [value, f"{kind}:{value}", *(f"{kind}:{value}:{n}" for n in range(2, 99))]
        name = next(one for one in names if one not in self.into)
        self.into[name] = None
        self.tied[pair], self.first[pair] = name, time
        return name

    def room(self, pair: Pair, name: str) -> bool:
        """Say whether a customer may hold one more identifier of this kind."""
        limit = self.rules[pair[0]].limit
        return limit is None or self.count(name, pair[0]) < limit

    def tie(self, pair: Pair, name: str, time: int) -> None:
        """Tie an identifier nobody has held."""
        if self.room(pair, name):
            self.tied[pair], self.first[pair] = name, time

    def hand(self, pair: Pair, name: str, time: int) -> None:
        """Hand an identifier on to another customer; who took it up at the same time keeps it."""
        held = self.hands.get(pair, {self.first[pair]: self.tied[pair]})
        if time not in held and self.room(pair, name):
            self.hands[pair] = {**held, time: name}

    def fits(self, one: str, other: str) -> bool:
        """Say whether two customers together keep within the limits."""
        for kind, rule in self.rules.items():
            counts = self.count(one, kind), self.count(other, kind)
            if rule.limit is not None and all(counts) and sum(counts) > rule.limit:
                return False
        return True

    def join(self, name: str, other: str, by: Pair, said: list[Pair]) -> str:
        """Make two customers one; the stronger stays."""
        if self.strength(other) < self.strength(name):
            name, other = other, name
        self.merge(other, name, by, said)
        return name

    def merge(self, part: str, whole: str, by: Pair, said: list[Pair]) -> None:
        """Make a customer part of another."""
        self.into[part] = whole
        self.edges.append({"part": part, "whole": whole, "by": by, "said": said, "undone": False})

    def banned(self, pair: Pair, pairs: list[Pair]) -> bool:
        """Say whether an identifier may not bring customers together with these others."""
        return any(frozenset((pair, other)) in self.apart for other in pairs if other != pair)

    def undo(self, number: int) -> None:
        """Take a merge back, and keep apart what made it."""
        edge = self.edges[number]
        edge["undone"] = True
        self.into[edge["part"]] = None
        self.apart |= {frozenset((edge["by"], other)) for other in edge["said"] if other != edge["by"]}

    def owner(self, time: int, identifiers: Mapping[str, str]) -> str | None:
        """Give whose a call of this time is, as known at the end."""
        known = [self.at(pair, time) for pair in self.clean(identifiers) if self.at(pair, time)]
        return known[0] if known else None
