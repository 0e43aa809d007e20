"""Calls looked through in their packed form are the calls that were packed."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giljabi.collect.call_columns import table_of
from giljabi.collect.calls import Call, digest, pack
from giljabi.collect.packed import TYPES, Calls

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.just("x" * 300)
VALUES = st.none() | st.booleans() | st.floats(allow_nan=False) | TEXT
CALLS = st.builds(
    Call,
    type=st.sampled_from(TYPES),
    message_id=TEXT,
    time=st.integers(-(2**62), 2**62),
    identifiers=st.dictionaries(st.sampled_from(["user_id", "device", '"']) | TEXT, TEXT, max_size=3),
    event=st.none() | TEXT,
    channel=st.none() | TEXT,
    value=st.none() | st.floats(allow_nan=False),
    properties=st.dictionaries(st.sampled_from("abc") | TEXT, VALUES, max_size=20),
    traits=st.dictionaries(TEXT, VALUES | st.lists(VALUES), max_size=3),
)
BODIES = st.lists(st.lists(CALLS, max_size=4), max_size=4)


@settings(max_examples=100, deadline=None)
@given(BODIES)
def test_columns_and_calls_are_what_was_packed(bodies: list[list[Call]]) -> None:
    made = [call for body in bodies for call in body]
    calls = Calls.packed([pack(body) for body in bodies])
    assert list(calls) == made
    assert [calls[n] for n in range(len(calls))] == made
    assert calls.body.tolist() == [n for n, body in enumerate(bodies) for _ in body]
    assert [TYPES[one] for one in calls.types.tolist()] == [one.type for one in made]
    assert calls.times.tolist() == [one.time for one in made]
    codes, identities = calls.identity
    assert [identities[one] for one in codes.tolist()] == [one.identifiers for one in made]
    assert [json.loads(str(one)) for one in calls.identity_json()] == [one.identifiers for one in made]
    assert [digest(one) for one in calls.messages()] == [digest(one.message_id.encode()) for one in made]
    received = [0] * len(made)
    whole = table_of(calls, pa.array(["web"] * len(made), pa.string()), received, set())
    table = whole.select(["event", "channel", "value"]).to_pydict()
    assert table["event"] == [one.event or one.type for one in made]
    assert (table["channel"], table["value"]) == ([one.channel for one in made], [one.value for one in made])


@settings(max_examples=100, deadline=None)
@given(BODIES, st.data())
def test_what_is_taken_out_is_what_lay_there(bodies: list[list[Call]], data: st.DataObject) -> None:
    made = [call for body in bodies for call in body]
    places = data.draw(st.lists(st.sampled_from(range(len(made))), unique=True) if made else st.just([]))
    taken = Calls.of(made).take(places)
    assert list(taken) == [made[place] for place in places]
    assert taken.identity_json().to_pylist() == Calls.of(list(taken)).identity_json().to_pylist()


@pytest.mark.parametrize(
    "body", [b"", b"\x91", b"\xdc\x00", b"\x80", b"\x91\x91", b"\x91\x9b\xa5trac", b"\xc1"]
)
def test_what_is_no_calls_is_refused(body: bytes) -> None:
    from msgspec import DecodeError, ValidationError

    errors: tuple[Any, ...] = (DecodeError, ValidationError)
    with pytest.raises(errors):
        Calls.packed([pack([]), body])
