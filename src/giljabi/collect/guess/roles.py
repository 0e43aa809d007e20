"""Which column is the customer, which the event, which the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from giljabi.collect.guess.columns import ColumnFacts
from giljabi.collect.guess.words import KIND_WORDS, name_score, squashed
from giljabi.collect.roles import FeedbackRoles, Roles
from giljabi.model import FEEDBACK_KINDS

SURE = 0.5
"""Confidence from which a guess is taken."""

R = TypeVar("R", Roles, FeedbackRoles)


@dataclass(frozen=True, slots=True)
class Guess(Generic[R]):
    """Guessed roles, how sure each is (0..1), and which needed ones were not found."""

    roles: R
    confidence: Mapping[str, float]
    missing: tuple[str, ...]


def guess_events(facts: Mapping[str, ColumnFacts], given: Roles | None = None) -> Guess[Roles]:
    """Guess the roles of events; what is given stays."""
    given = given or Roles()
    chosen = {role: getattr(given, role) for role in ("customer", "event", "time", "channel", "value")}
    chosen = {role: name for role, name in chosen.items() if name is not None}
    confidence = dict.fromkeys(chosen, 1.0)
    search = _Search(facts, chosen, confidence, set(given.drop))
    search.find("time", _time_fit, least=SURE)
    search.find("customer", _customer_fit, least=SURE)
    search.find("event", _event_fit, least=SURE)
    search.find("event", _event_content, least=SURE)
    search.find("customer", _customer_content, least=SURE)
    for role, wanted in (("channel", ("text", "empty")), ("value", ("number", "empty"))):
        search.find(role, _optional_fit(role, wanted), least=0.8)
    roles = Roles(**chosen, drop=given.drop, time_zone=given.time_zone, day_first=given.day_first)
    return Guess(
        roles, confidence, tuple(role for role in ("customer", "event", "time") if role not in chosen)
    )


def guess_feedback(
    facts: Mapping[str, ColumnFacts], given: FeedbackRoles | None = None
) -> Guess[FeedbackRoles]:
    """Guess the roles of feedback; what is given stays."""
    given = given or FeedbackRoles()
    chosen = {
        role: getattr(given, role) for role in ("customer", "time", "kind", "score", "text", "touchpoint")
    }
    chosen = {role: name for role, name in chosen.items() if name is not None}
    confidence = dict.fromkeys(chosen, 1.0)
    search = _Search(facts, chosen, confidence, set())
    search.find("time", _time_fit, least=SURE)
    search.find("customer", _customer_fit, least=SURE)
    if "score" not in chosen and "text" not in chosen:
        search.find("score", _score_fit, least=SURE)
        search.find("text", _text_fit, least=SURE)
    search.find("kind", _kind_fit, least=SURE)
    search.find("touchpoint", _optional_fit("touchpoint", ("text", "empty")), least=0.8)
    search.find("customer", _customer_content, least=SURE)
    if "kind" not in chosen and ("score" in chosen or "text" in chosen):
        chosen["kind"], confidence["kind"] = _kind_by_name(chosen, facts)
    missing = [role for role in ("customer", "time", "kind") if role not in chosen]
    if "score" not in chosen and "text" not in chosen:
        missing.append("score or text")
    roles = FeedbackRoles(**chosen, time_zone=given.time_zone, day_first=given.day_first)
    return Guess(roles, confidence, tuple(missing))


class _Search:
    def __init__(
        self,
        facts: Mapping[str, ColumnFacts],
        chosen: dict[str, str],
        confidence: dict[str, float],
        left_out: set[str],
    ) -> None:
        self._facts = facts
        self._chosen = chosen
        self._confidence = confidence
        self._left_out = left_out

    def find(self, role: str, fit: Callable[[ColumnFacts], float], *, least: float) -> None:
        if role in self._chosen:
            return
        taken = {*self._chosen.values(), *self._left_out}
        free = [one for name, one in self._facts.items() if name not in taken]
        ranked = sorted(((fit(one), one.name) for one in free), key=lambda pair: -pair[0])
        if ranked and ranked[0][0] >= least:
            self._confidence[role], self._chosen[role] = round(ranked[0][0], 2), ranked[0][1]


def _time_fit(facts: ColumnFacts) -> float:
    name = name_score(facts.name, "time")
    if not facts.rows:
        return name
    if facts.times < 0.5:
        # Called a time and yet none: its rows will say so, if there is no better column.
        return SURE if name >= 0.8 else 0.0
    if name:
        return name * min(1.0, 0.5 + facts.times / 2) * (0.7 + 0.3 * facts.filled)
    return 0.6 * facts.times * facts.filled if facts.type == "time" else 0.0


def _customer_fit(facts: ColumnFacts) -> float:
    fit = name_score(facts.name, "customer")
    if not facts.rows:
        return fit
    if facts.type in {"time", "truth", "empty"}:
        return 0.0
    if facts.rows > 20 and facts.distinct == 1:
        fit *= 0.6
    return fit * (0.6 + 0.4 * facts.filled)


def _event_fit(facts: ColumnFacts) -> float:
    fit = name_score(facts.name, "event")
    if not facts.rows:
        return fit
    if facts.type in {"time", "truth", "empty"}:
        return 0.0
    if facts.rows >= 10 and facts.distinct > 0.8 * facts.rows:
        fit *= 0.55
    if facts.type == "number":
        fit *= 0.5
    return fit * (0.6 + 0.4 * facts.filled)


def _event_content(facts: ColumnFacts) -> float:
    few = 2 <= facts.distinct <= max(5, min(200, facts.rows // 5))
    wordy = facts.type == "text" and 1 < facts.length <= 60
    if not (few and wordy and facts.rows >= 20 and facts.filled == 1):
        return 0.0
    # Of two such columns the one with numbers in its names is rather the customer.
    return SURE if any(letter.isdigit() for one in facts.examples for letter in one) else SURE + 0.05


def _customer_content(facts: ColumnFacts) -> float:
    many = facts.distinct >= 5 and facts.distinct <= 0.7 * facts.rows
    id_like = (
        facts.type == "text"
        and facts.length <= 40
        and any(any(letter.isdigit() for letter in one) for one in facts.examples)
    )
    return 0.5 if many and id_like and facts.rows >= 20 and facts.filled == 1 else 0.0


def _score_fit(facts: ColumnFacts) -> float:
    fit = name_score(facts.name, "score")
    if not facts.rows:
        return fit
    # A stray text or a stray number is a bad row, not a sign that this is no score.
    return fit if facts.numbers >= 0.5 and facts.type in {"number", "text"} else 0.0


def _text_fit(facts: ColumnFacts) -> float:
    fit = name_score(facts.name, "text")
    return 0.0 if facts.type in {"time", "number", "truth"} else fit


def _kind_fit(facts: ColumnFacts) -> float:
    known = facts.values & set(FEEDBACK_KINDS)
    if facts.values and len(known) >= 0.5 * len(facts.values):
        return max(0.7, name_score(facts.name, "kind"))
    return 0.0 if facts.rows else name_score(facts.name, "kind")


def _optional_fit(role: str, wanted: tuple[str, ...]) -> Callable[[ColumnFacts], float]:
    def fit(facts: ColumnFacts) -> float:
        if facts.rows and facts.type not in wanted and not (role == "value" and _is_money(facts)):
            return 0.0
        return name_score(facts.name, role)

    return fit


def _is_money(facts: ColumnFacts) -> bool:
    signs = set("0123456789,.₩$€£¥원- ")
    return bool(facts.examples) and all(set(one) <= signs for one in facts.examples)


def _kind_by_name(chosen: Mapping[str, str], facts: Mapping[str, ColumnFacts]) -> tuple[str, float]:
    if "score" not in chosen:
        return "text", 0.7
    flat = squashed(chosen["score"])
    for kind, words in KIND_WORDS.items():
        if any(word in flat for word in words):
            return kind, 0.8
    score = facts.get(chosen["score"])
    # Points above 5 or at 0 are of no kind but these two.
    if score is not None and (score.high > 7 or score.low == 0):
        return "nps", 0.5
    return ("ces", 0.5) if score is not None and score.high > 5 else ("rating", 0.5)
