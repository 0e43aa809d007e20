"""Calls are tied to customers as the rules say, whatever the batches."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.resolve.calling import TWIN, call, held, resolve, stitched

from giljabi.collect.calls import Call
from giljabi.store import IdentityRule
from giljabi.store.postgres import BlockingDatabase


@pytest.mark.parametrize("cuts", [(), (1,), (1, 2, 3, 4, 5)])
def test_the_devices_of_one_login_are_its_own(ledger: BlockingDatabase, cuts: tuple[int, ...]) -> None:
    calls, live, _ = stitched(TWIN.splitlines())
    assert resolve(ledger, calls, *cuts) == live


def test_the_published_example_is_stitched_as_published(ledger: BlockingDatabase, shared_data: Path) -> None:
    calls, live, _ = stitched((shared_data / "stitching_example.csv").read_text().splitlines())
    assert resolve(ledger, calls) == live
    assert len(set(live)) == 4


def test_a_shared_device_goes_from_login_to_login(ledger: BlockingDatabase) -> None:
    calls = [
        call(1, device="d"),
        call(2, device="d", user_id="alice"),
        call(3, device="d"),
        call(4, device="d", user_id="bob"),
        call(5, device="d"),
        call(6, device="d", user_id="alice"),
        call(7, device="d"),
    ]
    assert resolve(ledger, calls, 3) == ["d", "alice", "alice", "bob", "bob", "alice", "alice"]
    assert resolve(ledger, [call(3, device="d"), call(5, device="d")]) == ["alice", "bob"]


def test_unique_identifiers_make_customers_one_under_the_strongest_name(ledger: BlockingDatabase) -> None:
    calls = [
        call(1, email="A@x.kr "),
        call(2, phone="010-2345-6789"),
        call(3, email="a@x.kr", phone="+82 10 2345 6789"),
        call(4, user_id="u", email="a@x.kr"),
        call(5, phone="01023456789"),
    ]
    assert resolve(ledger, calls) == ["a@x.kr", "+821023456789", "a@x.kr", "u", "u"]
    assert held(ledger, ["u", "nobody"]) == {
        "u": {("user_id", "u"), ("email", "a@x.kr"), ("phone", "+821023456789")}
    }


def test_a_merge_that_breaks_a_limit_is_not_made(ledger: BlockingDatabase) -> None:
    calls = [
        call(1, user_id="u1", email="family@x.kr"),
        call(2, user_id="u2", email="family@x.kr"),
        call(3, email="family@x.kr"),
    ]
    assert resolve(ledger, calls) == ["u1", "u2", "u1"]


@pytest.mark.parametrize("value", ["0000", "NULL", "undefined", "Anonymous", " ", "비회원"])
def test_values_that_say_nothing_tie_nobody(ledger: BlockingDatabase, value: str) -> None:
    calls = [call(1, user_id=value, device="d1"), call(2, user_id=value, device="d2"), call(3, user_id=value)]
    assert resolve(ledger, calls) == ["d1", "d2", None]


def test_rules_hold_for_calls_from_then_on(ledger: BlockingDatabase) -> None:
    shared = call(1, user_id="u", account="acme")
    assert resolve(ledger, [shared, call(2, user_id="v", account="acme"), call(3, account="acme")]) == [
        "u",
        "v",
        "v",
    ]
    ledger.within(lambda tx: tx.identities.put_rule(IdentityRule("badge", 5, unique=True)))
    assert resolve(ledger, [call(4, user_id="u", badge="7"), call(5, badge="7")]) == ["7", "7"]


def test_an_alias_makes_two_one_whatever_the_limits(ledger: BlockingDatabase) -> None:
    calls = [
        call(1, user_id="old"),
        call(2, "alias", previous="old", user_id="new"),
        call(3, user_id="old"),
        call(4, anonymous_id="a"),
        call(5, "alias", previous="a", user_id="new"),
        call(6, anonymous_id="a"),
        call(7, "alias", previous="never seen", user_id="new"),
        call(8, user_id="never seen"),
    ]
    assert resolve(ledger, calls, 2, 5) == ["old", "new", "new", "a", "new", "new", "new", "new"]


def test_a_name_that_somebody_has_is_given_with_its_kind(ledger: BlockingDatabase) -> None:
    calls = [call(1, anonymous_id="7"), call(2, user_id="7"), call(3, device="7"), call(4, anonymous_id="7")]
    assert resolve(ledger, calls, 1) == ["7", "user_id:7", "device:7", "7"]


def test_traits_and_groups_are_kept_with_the_customer(ledger: BlockingDatabase) -> None:
    named = Call("identify", "1", 5, {"user_id": "u"}, traits={"name": "미나", "city": "서울", "x": "\0"})
    older = Call("identify", "2", 4, {"user_id": "u"}, traits={"city": "부산", "age": 30})
    joins = Call("group", "3", 6, {"user_id": "u"}, group_id="acme", traits={"plan": "big"})
    home = Call("group", "4", 6, {"user_id": "u"}, group_id="h", traits={"type": "household"})
    alone = Call("group", "5", 7, {}, group_id="acme", traits={"seats": 3})
    assert resolve(ledger, [named, older, joins, home, alone], 1) == ["u", "u", "u", "u", None]
    traits = ledger.within(lambda tx: tx.identities.traits_of(["u"]))
    assert traits == {"u": {"name": "미나", "city": "서울", "age": 30, "x": ""}}
    groups = ledger.within(lambda tx: tx.identities.groups_of("u"))
    assert [(one.id, one.kind, one.members, one.traits) for one in groups] == [
        ("acme", "company", 1, {"plan": "big", "seats": 3}),
        ("h", "household", 1, {"type": "household"}),
    ]


def test_calls_resolved_again_teach_nothing_twice(ledger: BlockingDatabase) -> None:
    calls, _, _ = stitched(TWIN.splitlines())
    resolve(ledger, calls)
    edges = ledger.within(lambda tx: tx.identities.edges_of("Bob"))
    assert set(resolve(ledger, calls)) == {"Bob", "3579"}
    assert ledger.within(lambda tx: tx.identities.edges_of("Bob")) == edges
    assert [(one.from_customer, one.cause["why"]) for one in edges] == [("81911", "login"), ("246", "login")]
