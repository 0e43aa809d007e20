"""What speaks for two customers being one person, and how much: the model that Splink trains and applies.

Fellegi and Sunter (1969): every comparison falls into one level; a level's weight is ``log2(m / u)``, with
``m`` how often it is seen among pairs of one person and ``u`` among pairs of two. The weights of all
comparisons and the prior add up. ``u`` is estimated from random pairs and ``m`` by expectation
maximisation; what the data is too small to tell keeps the values written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Plain edit distance: the one that knows swapped letters takes ten times as long, and is near it here.
_NEAR_NAME = (
    "(length(typed_l) >= 5 AND levenshtein(typed_l, typed_r) <= 1) "
    "OR jaro_winkler_similarity(typed_l, typed_r) >= 0.95"
)
_NEAR_EMAIL = "mailbox_l = mailbox_r OR levenshtein(email_l, email_r) <= 1"
_NEAR_WORDS = (
    "region_l = region_r AND "
    "len(list_intersect(words_l, words_r)) >= greatest(3, 0.7 * least(len(words_l), len(words_r)))"
)


@dataclass(frozen=True)
class Level:
    """How near two values are: ``same``, ``near``, …; ``m`` and ``u`` where the data cannot tell."""

    name: str
    condition: str
    m: float
    u: float
    by_frequency: str | None = None


@dataclass(frozen=True)
class Field:
    """One comparison: its levels from near to far; where ``column`` is missing, it says nothing."""

    name: str
    column: str
    levels: Sequence[Level]


FIELDS = (
    Field(
        "name",
        "name",
        (
            Level("same", "name_l = name_r", 0.8, 0.001, by_frequency="name"),
            Level("near", _NEAR_NAME, 0.12, 0.001),
            Level("other", "ELSE", 0.08, 0.998),
        ),
    ),
    Field(
        "email",
        "email",
        (
            Level("same", "email_l = email_r", 0.55, 0.00002),
            Level("near", _NEAR_EMAIL, 0.15, 0.0001),
            Level("other", "ELSE", 0.3, 0.99988),
        ),
    ),
    Field(
        "phone",
        "phone",
        (
            Level("same", "phone_l = phone_r", 0.6, 0.00002),
            Level("near", "levenshtein(phone_l, phone_r) <= 2", 0.08, 0.0001),
            Level("other", "ELSE", 0.32, 0.99988),
        ),
    ),
    Field(
        "address",
        "words",
        (
            Level("same", "place_l = place_r AND unit_l = unit_r", 0.4, 0.0001),
            Level("near", f"place_l = place_r OR ({_NEAR_WORDS})", 0.2, 0.001),
            Level("region", "region_l = region_r", 0.15, 0.03),
            Level("other", "ELSE", 0.25, 0.9689),
        ),
    ),
)
"""The comparisons. Birthdays and the like are not among the traits that senders agree upon."""

PAIRING = (
    "l.phone = r.phone",
    "l.email = r.email",
    "l.mailbox = r.mailbox AND l.first = r.first",
    "l.name = r.name AND l.region = r.region",
    "l.name = r.name AND l.tail = r.tail",
    "l.name = r.name AND l.box = r.box",
    "l.place = r.place AND l.unit = r.unit AND l.first = r.first",
)
"""Which pairs are looked at at all; of a hundred thousand customers nobody can look at five billion pairs."""

TRAINING = ("l.phone = r.phone", "l.email = r.email", "l.name = r.name AND l.region = r.region")
SURE = (
    "l.name = r.name AND l.phone = r.phone",
    "l.name = r.name AND l.email = r.email",
    "l.phone = r.phone AND l.email = r.email",
)
"""Rules that hold for one person nearly always; how often they do tells how common doubles are."""


def splink_settings(prior: float, trained: Mapping[tuple[str, str], tuple[float, float]]) -> dict[str, Any]:
    """Write the model as Splink reads it.

    Parameters
    ----------
    prior
        How likely two customers drawn at random are one person.
    trained
        ``m`` and ``u`` by field and level, in the place of those written here.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "probability_two_random_records_match": prior,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in PAIRING],
        "comparisons": [_comparison(field, trained) for field in FIELDS],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(field: Field, trained: Mapping[tuple[str, str], tuple[float, float]]) -> dict[str, Any]:
    missing = {
        "sql_condition": f"{field.column}_l IS NULL OR {field.column}_r IS NULL",
        "label_for_charts": "missing",
        "is_null_level": True,
    }
    levels: list[dict[str, Any]] = [missing]
    for level in field.levels:
        m, u = trained.get((field.name, level.name), (level.m, level.u))
        made = {
            "sql_condition": level.condition,
            "label_for_charts": level.name,
            "m_probability": m,
            "u_probability": u,
        }
        if level.by_frequency and trained:
            # A rare name in common says more than a frequent one; among a handful of people none is rare.
            made |= {"tf_adjustment_column": level.by_frequency, "tf_minimum_u_value": 1e-5}
        levels.append(made)
    return {"output_column_name": field.name, "comparison_levels": levels}


def believable(settings: Mapping[str, Any], number: int) -> dict[tuple[str, str], tuple[float, float]]:
    """Take over what was trained, field by field, where it can be believed.

    Parameters
    ----------
    settings
        The model as Splink writes it down after training.
    number
        How many records it was trained on; with few, levels that nobody was seen in have no estimate.
    """
    least = 1 / max(number, 1) ** 2
    taken: dict[tuple[str, str], tuple[float, float]] = {}
    for field, comparison in zip(FIELDS, settings["comparisons"], strict=True):
        told = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        pairs = [
            (
                max(_number(found.get("m_probability"), level.m), 0.005),
                max(_number(found.get("u_probability"), level.u), least),
            )
            for found, level in zip(told, field.levels, strict=True)
        ]
        # Agreement that spoke against, or difference that spoke for a match, would be an accident.
        if pairs[0][0] > 2 * pairs[0][1] and pairs[-1][0] < pairs[-1][1]:
            taken |= {(field.name, level.name): pair for level, pair in zip(field.levels, pairs, strict=True)}
    return taken


def _number(value: Any, fallback: float) -> float:
    return float(value) if isinstance(value, int | float) else fallback
