from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.collect.conftest import NOW, Write

from giljabi.collect import Roles, preview, read_events
from giljabi.model.errors import RolesUnclear, UnreadableFile

LOG: dict[str, Any] = {
    "objectTypes": [{"name": "order", "attributes": []}, {"name": "고객", "attributes": []}],
    "eventTypes": [{"name": "pay", "attributes": [{"name": "amount", "type": "float"}]}],
    "objects": [
        {"id": "o1", "type": "order"},
        {"id": "o2", "type": "order", "attributes": [{"name": "price", "time": "2026-01-01", "value": 3}]},
        {"id": "k1", "type": "고객"},
        {"id": "k2", "type": "고객"},
    ],
    "events": [
        {
            "id": "e1",
            "type": "pay",
            "time": "2026-01-01T10:00:00Z",
            "attributes": [{"name": "amount", "value": 9.5}],
            "relationships": [
                {"objectId": "o1", "qualifier": "of"},
                {"objectId": "o2", "qualifier": "of"},
                {"objectId": "k1", "qualifier": "by"},
            ],
        },
        {
            "id": "e2",
            "type": "share",
            "time": "2026-01-02T10:00:00Z",
            "relationships": [{"objectId": "k1", "qualifier": "by"}, {"objectId": "k2", "qualifier": "with"}],
        },
        {"id": "e3", "type": "restock", "time": "2026-01-03T10:00:00Z"},
    ],
}


def written(write: Write, log: object = LOG, indent: int | None = None) -> Any:
    return write(json.dumps(log, ensure_ascii=False, indent=indent), "log.json")


@pytest.mark.parametrize("indent", [None, 2])
def test_an_event_gives_a_row_for_each_customer_it_concerns(write: Write, indent: int | None) -> None:
    reading = read_events(written(write, indent=indent), now=NOW)
    rows = reading.table().to_pylist()
    assert [(row["customer"], row["event"], row["order"]) for row in rows] == [
        ("k1", "pay", "o1, o2"),
        ("k1", "share", None),
        ("k2", "share", None),
    ]
    assert rows[0]["time"] == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert (rows[0]["value"] if "value" in rows[0] else rows[0]["amount"]) == 9.5


def test_an_event_that_concerns_no_customer_is_refused(write: Write) -> None:
    reading = read_events(written(write), now=NOW)
    reading.table()
    assert [(one.line, one.reason) for one in reading.rejects] == [(3, "no_customer")]
    assert '"e3"' in reading.rejects.first[0].raw


def test_another_type_of_object_can_be_the_customer(write: Write) -> None:
    table = read_events(written(write), Roles(customer="order"), now=NOW).table()
    assert table["customer"].to_pylist() == ["o1", "o2"]
    assert table["고객"].to_pylist() == ["k1", "k1"]


def test_a_type_of_object_that_does_not_exist_is_told(write: Write) -> None:
    with pytest.raises(RolesUnclear, match="'order'"):
        read_events(written(write), Roles(customer="orders"), now=NOW)


def test_without_a_type_named_like_people_the_one_with_most_relations_is_taken(write: Write) -> None:
    log = json.loads(json.dumps(LOG).replace("\\uace0\\uac1d", "parcel"))
    seen = preview(written(write, log), now=NOW)
    assert seen.roles.customer == "parcel"
    assert any("could also be 'order'" in problem for problem in seen.problems)


def test_an_event_that_is_not_as_the_standard_has_it_is_refused(write: Write) -> None:
    log = {**LOG, "events": [*LOG["events"], {"id": 7, "type": "pay"}, "text"]}
    reading = read_events(written(write, log), now=NOW)
    assert reading.table().num_rows == 3
    assert [(one.line, one.reason) for one in reading.rejects] == [
        (3, "no_customer"),
        (4, "bad_row"),
        (5, "bad_row"),
    ]


def test_a_log_cut_off_is_told(write: Write) -> None:
    text = json.dumps(LOG)
    with pytest.raises(UnreadableFile, match="no sound JSON"):
        read_events(write(text[:-40], "log.json"), now=NOW)
