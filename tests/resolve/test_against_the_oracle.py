"""Whatever comes in, in whatever batches, whatever is taken back: the resolver says what the oracle says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oracles.identity import Oracle, Rule
from tests.resolve.calling import call, held, resolve

from giljabi.collect.calls import Call
from giljabi.resolve import deciding
from giljabi.store import IdentityRule
from giljabi.store.postgres import BlockingDatabase

VALUES = {
    "user_id": ["u1", "u2", "u3", "NULL", "a1"],
    "email": ["e1", "e2", "null"],
    "phone": ["11111", "22222"],
    "anonymous_id": ["a1", "a2", "a3", "0000", "u1"],
    "device": ["d1", "d2"],
}
IDENTIFIERS = st.fixed_dictionaries(
    {}, optional={kind: st.sampled_from(values) for kind, values in VALUES.items()}
)
PREVIOUS = st.sampled_from(["u1", "u2", "a1", "a2", "never", "null"])


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Rule]:
    """Draw rules with limits, some of the weak kinds stronger than others."""
    limit = st.none() | st.integers(1, 2)
    return {
        "user_id": Rule(10, unique=True, limit=draw(st.sampled_from([1, 1, 2, None]))),
        "email": Rule(20, unique=True, limit=draw(limit)),
        "phone": Rule(30, unique=True, limit=draw(limit)),
        "anonymous_id": Rule(draw(st.sampled_from([80, 80, 15])), unique=False, limit=draw(limit)),
        "device": Rule(90, unique=False),
    }


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """Draw a call: mostly an event, sometimes an alias."""
    time = draw(st.integers(0, 12))
    identifiers = draw(IDENTIFIERS)
    if identifiers and draw(st.integers(0, 5)) == 0:
        return call(time, "alias", draw(PREVIOUS), **identifiers)
    return call(time, "track", None, **identifiers)


def of_one_kind(one: Call) -> bool:
    """Say whether a call names nobody by a value that is an identifier of another kind elsewhere."""
    return one.identifiers.get("user_id") != "a1" and one.identifiers.get("anonymous_id") != "u1"


UNDO = st.integers(0, 30)
STEPS = st.lists(st.lists(calls(), min_size=1, max_size=8) | UNDO, min_size=1, max_size=7)


def keep(ledger: BlockingDatabase, drawn: dict[str, Rule]) -> None:
    async def put(tx: Any) -> None:
        for kind, rule in drawn.items():
            await tx.identities.put_rule(IdentityRule(kind, rule.rank, rule.unique, rule.limit, rule.blocked))

    ledger.within(put)


def undo(ledger: BlockingDatabase, oracle: Oracle, which: int) -> None:
    """Take one of the merges back that still stand, in both."""
    standing = [number for number, edge in enumerate(oracle.edges) if not edge["undone"]]
    if standing:
        number = standing[which % len(standing)]
        oracle.undo(number)
        merges = ledger.within(lambda tx: tx.identities.edges(kind="merge", limit=1000))
        ledger.within(lambda tx: deciding.undo(tx, merges[::-1][number].id))


def present(oracle: Oracle) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for pair in oracle.tied:
        found.setdefault(oracle.present(pair) or "", set()).add(pair)
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=rules(), steps=STEPS)
def test_the_resolver_is_the_oracle(
    new_ledger: Callable[[], BlockingDatabase], drawn: dict[str, Rule], steps: Sequence[list[Call] | int]
) -> None:
    ledger, oracle = new_ledger(), Oracle(drawn)
    keep(ledger, drawn)
    for step in steps:
        if isinstance(step, int):
            undo(ledger, oracle, step)
            continue
        told = [oracle.call(one.time, one.identifiers, one.previous_id) for one in step]
        assert resolve(ledger, step) == told
        wholes = [name for name, into in oracle.into.items() if into is None]
        assert held(ledger, wholes) == present(oracle)
    edges = ledger.within(lambda tx: tx.identities.edges(kind="merge", limit=1000))
    assert [(one.from_customer, one.to_customer, one.state == "undone") for one in edges[::-1]] == [
        (edge["part"], edge["whole"], edge["undone"]) for edge in oracle.edges
    ]
    ledger.close()


FREE = {
    kind: Rule(rank, unique)
    for kind, rank, unique in (
        ("user_id", 10, True),
        ("email", 20, True),
        ("phone", 30, True),
        ("anonymous_id", 80, False),
        ("device", 90, False),
    )
}
LIMITED = {**FREE, "user_id": Rule(10, unique=True, limit=1), "email": Rule(20, unique=True, limit=2)}


def held_again(ledger: BlockingDatabase, said: list[Call], cut: int) -> list[dict[str, set[tuple[str, str]]]]:
    """Give who holds what after two batches, and after the second was resolved once more; no edge is new."""
    keep(ledger, LIMITED)
    resolve(ledger, said[:cut])
    if said[cut:]:
        resolve(ledger, said[cut:])
    edges = ledger.within(lambda tx: tx.identities.edges(limit=1000))
    names = [edge.to_customer for edge in edges] + [value for ones in VALUES.values() for value in ones]
    before = held(ledger, names)
    resolve(ledger, said[cut:] or said)
    after = held(ledger, names)
    assert ledger.within(lambda tx: tx.identities.edges(limit=1000)) == edges
    ledger.close()
    return [dict(before), dict(after)]


def said_by_somebody(one: Call) -> bool:
    """Say whether an alias comes from who is known; from a shared device, it means whoever holds that now."""
    known = [value for kind, value in one.identifiers.items() if LIMITED[kind].unique]
    return one.type != "alias" or any(value.casefold() != "null" for value in known)


SAID = st.lists(calls().filter(of_one_kind).filter(said_by_somebody), min_size=1, max_size=20)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SAID, cut=st.integers(0, 20))
def test_resolving_again_teaches_nothing(
    new_ledger: Callable[[], BlockingDatabase], said: list[Call], cut: int
) -> None:
    before, after = held_again(new_ledger(), sorted(said, key=lambda one: one.time), cut)
    assert after == before


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SAID, cut=st.integers(0, 20))
def test_resolving_again_what_came_in_the_wrong_order_lets_at_most_shared_identifiers_pass_on(
    new_ledger: Callable[[], BlockingDatabase], said: list[Call], cut: int
) -> None:
    both = held_again(new_ledger(), said, cut)
    before, after = (
        {name: {one for one in ones if LIMITED[one[0]].unique} for name, ones in found.items()}
        for found in both
    )
    assert {name: ones for name, ones in after.items() if ones} == {
        name: ones for name, ones in before.items() if ones
    }
