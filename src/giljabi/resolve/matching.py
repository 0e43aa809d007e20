"""Probable matches: pairs of customers who may be one person, with what speaks for it and how much.

Splink on DuckDB does the work (extra ``match``). It is loaded when the job runs, and kept silent.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from giljabi.model.errors import BadParameter
from giljabi.resolve.match_model import FIELDS, SURE, TRAINING, believable, splink_settings
from giljabi.resolve.normal_forms import (
    keystrokes,
    mailbox,
    normal_address,
    normal_email,
    normal_name,
    normal_phone,
)
from giljabi.resolve.people import Person

if TYPE_CHECKING:
    import pyarrow as pa

ENOUGH = 500
"""Fewer people than this train no model."""

_SHARED = 30
"""A phone or e-mail that more customers than this hold is a shop's or made up, and says nothing."""

_MOST = 10_000
_RECALL = 0.6
"""How many of all doubles the sure rules find, roughly; the prior depends on it by less than one weight."""

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class FieldWeight:
    """What one comparison says: its level, and its weight in bits, with the rarity of the value in it."""

    field: str
    level: str
    weight: float


@dataclass(frozen=True)
class ProbableMatch:
    """Two customers who may be one person; ``weight`` is the sum of ``prior`` and all fields' weights."""

    left: str
    right: str
    weight: float
    probability: float
    prior: float
    fields: Sequence[FieldWeight] = field(default_factory=tuple)


def probable_matches(
    people: Iterable[Person], *, least: float = 0.9, tell: Tell | None = None
) -> list[ProbableMatch]:
    """Find pairs of customers who are probably one person, the surest first; 10,000 at most.

    Parameters
    ----------
    people
        Customers with what was said of them, Korean or English.
    least
        Lowest probability of a match to be told, 0..1.
    tell
        Told the step and how much of the whole is done.

    Raises
    ------
    BadParameter
        If the extra ``match`` is not installed.
    """
    say = tell or (lambda step, share: None)
    say("bring names, phones and addresses to one form", 0.0)
    table = _table(people)
    if table.num_rows < 2:
        return []
    with _splink(table) as linking:
        say("learn what speaks for a match", 0.2)
        prior, trained = linking.learned(table.num_rows)
        say("compare customers", 0.6)
        return linking.found(prior, trained, least)


def _table(people: Iterable[Person]) -> pa.Table:
    import pyarrow as pa

    rows = [row for one in people if (row := _row(one)) is not None]
    for column in ("phone", "email", "mailbox"):
        held = Counter(row[column] for row in rows if row[column] is not None)
        for row in rows:
            if held[row[column]] > _SHARED:
                row[column] = None
    texts: Any = pa.string()
    types = dict.fromkeys(
        (
            "id",
            "name",
            "typed",
            "first",
            "email",
            "mailbox",
            "box",
            "phone",
            "tail",
            "region",
            "place",
            "unit",
        ),
        texts,
    )
    return pa.Table.from_pylist(rows, pa.schema({**types, "words": pa.list_(texts)}))


def _row(person: Person) -> dict[str, Any] | None:
    name = normal_name(person.name) if person.name else None
    email = normal_email(person.email) if person.email else None
    phone = normal_phone(person.phone) if person.phone else None
    address = normal_address(person.address) if person.address else None
    # A name alone, or a way to reach somebody alone, makes nobody known.
    if sum(one is not None for one in (name, email, phone, address)) < 2:
        return None
    box = mailbox(email) if email else None
    return {
        "id": person.id,
        "name": name,
        "typed": keystrokes(name) if name else None,
        "first": name[0] if name else None,
        "email": email,
        "mailbox": box,
        "box": email[:4] if email else None,
        "phone": phone,
        "tail": phone[-4:] if phone else None,
        "region": address.region if address else None,
        "place": address.place if address else None,
        "unit": (address.unit or "") if address else None,
        "words": list(address.words) if address else None,
    }


@contextmanager
def _splink(table: pa.Table) -> Iterator[_Linking]:
    """Open a database of its own for one round, without a word on the console."""
    try:
        from splink import DuckDBAPI
    except ImportError:
        raise BadParameter(
            "probable matches need Splink; install it with: pip install 'giljabi[match]'"
        ) from None
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    database = DuckDBAPI(":memory:")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            database.duckdb_con.execute("SET enable_progress_bar = false")
            yield _Linking(database, table)
    finally:
        database.duckdb_con.close()
        logger.setLevel(level)


class _Linking:
    """One round of Splink over one table."""

    def __init__(self, database: Any, table: pa.Table) -> None:
        self._people = database.register(table)

    def learned(self, number: int) -> tuple[float, Mapping[tuple[str, str], tuple[float, float]]]:
        """Estimate how common doubles are, and what each level says; nothing where people are too few."""
        # One in a hundred customers is there twice, where nothing is known.
        prior = min(0.02 / (number - 1), 0.01)
        if number < ENOUGH:
            return prior, {}
        linker = self._linker(prior, {})
        training = linker.training
        if self._tried(training.estimate_probability_two_random_records_match, list(SURE), recall=_RECALL):
            told = linker.misc.save_model_to_json()["probability_two_random_records_match"]
            prior = min(max(float(told), prior / 100), 0.01)
        training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
        for rule in TRAINING:
            self._tried(training.estimate_parameters_using_expectation_maximisation, rule, max_pairs=1e6)
        return prior, believable(linker.misc.save_model_to_json(), number)

    def found(
        self, prior: float, trained: Mapping[tuple[str, str], tuple[float, float]], least: float
    ) -> list[ProbableMatch]:
        """Compare all pairs that share something, and give those that are likely enough."""
        linker = self._linker(prior, trained)
        scored = linker.inference.predict(threshold_match_probability=least, warning_mode="never")
        name = scored.physical_name
        query = f"SELECT * FROM {name} ORDER BY match_weight DESC, id_l, id_r LIMIT {_MOST}"
        rows = linker.misc.query_sql(query).as_record_list()
        return [_match(row) for row in rows]

    def _linker(self, prior: float, trained: Mapping[tuple[str, str], tuple[float, float]]) -> Any:
        from splink import Linker

        return Linker(self._people, splink_settings(prior, trained), log_level=None, validate_settings=False)

    @staticmethod
    def _tried(train: Callable[..., Any], *arguments: Any, **options: Any) -> bool:
        """Train where the data lets it: without a single pair that a rule holds for, Splink refuses."""
        from splink.internals.exceptions import EMTrainingException

        try:
            train(*arguments, **options)
        except (EMTrainingException, ValueError):
            return False
        return True


def _match(row: Mapping[str, Any]) -> ProbableMatch:
    fields = []
    for one in FIELDS:
        gamma = int(row[f"gamma_{one.name}"])
        rarity = float(row.get(f"mw_tf_adj_{one.name}") or 0.0)
        level = "missing" if gamma < 0 else one.levels[len(one.levels) - 1 - gamma].name
        fields.append(FieldWeight(one.name, level, float(row[f"mw_{one.name}"]) + rarity))
    left, right = sorted((str(row["id_l"]), str(row["id_r"])))
    weight = float(row["match_weight"])
    prior = weight - sum(one.weight for one in fields)
    return ProbableMatch(left, right, weight, float(row["match_probability"]), prior, tuple(fields))
