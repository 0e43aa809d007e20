"""What rules say of fields is done to calls, rows and identifiers alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from giljabi.access import Vault
from giljabi.bootstrap.writing import IdentifierWriting
from giljabi.model.errors import BadParameter
from giljabi.privacy import Cleaner, FieldRules, check_rule, is_hash
from giljabi.store import StoredFieldRule

VAULT = Vault(bytes(32), "workspace")


def cleaner(source: str = "web", **rules: str) -> Cleaner:
    stored = [
        StoredFieldRule(name, "", name.replace("__", "."), action, datetime.now(UTC))  # type: ignore[arg-type]
        for name, action in rules.items()
    ]
    found = FieldRules(stored, VAULT, IdentifierWriting()).of(source)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("email", ["traits", "email"]),
        ("email", ["properties", "Email"]),
        ("email", ["context", "traits", "email"]),
        ("properties__card", ["properties", "card"]),
        ("properties__card", ["properties", "payment", "properties", "card"]),
        ("context__ip", ["context", "ip"]),
        ("user_id", ["userId"]),
        ("context", ["context"]),
    ],
)
def test_a_rule_means_fields_whose_path_ends_so(field: str, path: list[str]) -> None:
    record: dict[str, Any] = {path[-1]: "secret"}
    for name in reversed(path[:-1]):
        record = {name: record}
    assert "secret" not in str(cleaner(**{field: "drop"}).record(record))


def test_other_fields_stay_as_they_are() -> None:
    record = {"userId": "u", "properties": {"cardinal": 1, "items": [{"name": "a", "card": "x"}]}}
    assert cleaner(card="drop").record(record) == {
        "userId": "u",
        "properties": {"cardinal": 1, "items": [{"name": "a"}]},
    }


def test_stars_stand_for_letters_of_one_name() -> None:
    found = FieldRules(
        [StoredFieldRule("1", "", "traits.*phone", "drop", datetime.now(UTC))], VAULT, IdentifierWriting()
    ).of("")
    assert found is not None
    record = {
        "traits": {"mobile_phone": "x", "phone": "x", "phones": "kept"},
        "properties": {"phone": "kept"},
    }
    assert found.record(record) == {"traits": {"phones": "kept"}, "properties": {"phone": "kept"}}


def test_a_rule_of_the_source_comes_before_one_of_all() -> None:
    rules = FieldRules(
        [
            StoredFieldRule("1", "", "email", "drop", datetime.now(UTC)),
            StoredFieldRule("2", "web", "email", "hash", datetime.now(UTC)),
        ],
        VAULT,
        IdentifierWriting(),
    )
    web, shop = rules.of("web"), rules.of("shop")
    assert web is not None
    assert shop is not None
    assert is_hash(web.row({"email": "a@b.cd"})["email"])
    assert shop.row({"email": "a@b.cd"}) == {}


def test_the_same_value_has_the_same_hash_by_whatever_way() -> None:
    clean = cleaner(email="hash", phone="hash", user_id="hash")
    record = clean.record(
        {"userId": 12, "traits": {"email": " Ann@Example.org"}, "properties": {"phone": "010-1234-5678"}}
    )
    identifiers = clean.identifiers(
        {"user_id": "12", "email": "ann@example.org", "phone": "+82 10 1234 5678", "device": "d"}
    )
    row = clean.row({"email": "ANN@example.org", "phone": "01012345678", "user_id": 12.0})
    assert record["userId"] == identifiers["user_id"] == row["user_id"]
    assert record["traits"]["email"] == identifiers["email"] == row["email"]
    assert record["properties"]["phone"] == identifiers["phone"] == row["phone"]
    assert identifiers["device"] == "d"


def test_a_hash_is_left_alone_by_whatever_reads_identifiers() -> None:
    clean = cleaner(email="hash")
    told = clean.hash("phone", "010-1234-5678")
    writing = IdentifierWriting()
    assert {writing.normal(kind, told) for kind in ("phone", "email", "user_id")} == {told}
    assert clean.hash("phone", told) == told


def test_workspaces_hash_differently() -> None:
    other = Cleaner([], Vault(bytes(32), "another"), IdentifierWriting())
    assert cleaner(email="hash").hash("email", "a@b.cd") != other.hash("email", "a@b.cd")


def test_identifiers_beside_the_usual_ones_are_cleaned_too() -> None:
    record = {"context": {"externalIds": [{"type": "Loyalty", "id": "L1"}, {"type": "crm", "id": "C1"}]}}
    cleaned = cleaner(loyalty="hash").record(record)
    loyalty, crm = cleaned["context"]["externalIds"]
    assert is_hash(loyalty["id"])
    assert crm == {"type": "crm", "id": "C1"}
    assert cleaner(loyalty="drop").record(record)["context"]["externalIds"] == [{"type": "crm", "id": "C1"}]


def test_whom_an_alias_names_is_hashed_as_the_user_is() -> None:
    clean = cleaner(user_id="hash")
    record = clean.record({"type": "alias", "userId": "u2", "previousId": "u1"})
    assert record["previousId"] == clean.before("u1") == clean.hash("user_id", "u1")
    assert clean.before(None) is None


@pytest.mark.parametrize("value", [True, None, 5, 5.0, ["5"], {"a": "5"}, "5"])
def test_what_is_hashed_keeps_its_shape(value: Any) -> None:
    hashed = cleaner(code="hash").row({"code": value})["code"]
    five = cleaner(code="hash").hash("code", "5")
    expected: dict[str, Any] = {"[": [five], "{": {"a": five}}
    if value is None or isinstance(value, bool):
        assert hashed is value
    else:
        assert hashed == expected.get(str(value)[0], five)


@pytest.mark.parametrize(
    ("field", "action"),
    [("", "drop"), ("*", "drop"), ("a..b", "drop"), ("a b", "drop"), ("email", "keep"), ("x" * 201, "hash")],
)
def test_what_is_no_rule_is_refused(field: str, action: str) -> None:
    with pytest.raises(BadParameter):
        check_rule(field, action)
