"""Consent stands as it was said last; what is no word of consent is refused, with the reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.privacy.consents import said

from giljabi.model.errors import BadParameter
from giljabi.privacy import ConsentWord, check_word, present, read_file, stands

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_the_last_word_counts() -> None:
    states = present(
        [said("u", given=False), said("u", given=True, hours=2), said("u", given=False, hours=1)]
    )
    assert [(one.purpose, one.channel, one.given) for one in states] == [("analytics", "", True)]
    assert stands(states, "analytics", "sms") is True
    assert stands(states, "marketing") is None


def test_of_two_words_of_one_moment_the_withdrawal_counts() -> None:
    for words in ([True, False], [False, True]):
        states = present([said("u", given=given) for given in words])
        assert stands(states, "analytics") is False


def test_a_channel_follows_the_last_word_about_it_or_about_all() -> None:
    states = present(
        [
            said("u", given=True, hours=1),
            said("u", given=False, channel="sms", hours=2),
            said("u", given=True, channel="email"),
        ]
    )
    assert stands(states, "analytics", "sms") is False
    assert stands(states, "analytics", "email") is True
    assert stands([*states], "analytics") is True


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": ""},
        {"value": " "},
        {"value": "x" * 201},
        {"purpose": "unheard of"},
        {"at": datetime(1980, 1, 1, tzinfo=UTC)},
        {"at": datetime(2027, 1, 1, tzinfo=UTC)},
        {"wording": "x" * 10_001},
        {"version": "x" * 201},
        {"proof": {"x": "x" * 10_001}},
    ],
    ids=lambda fields: next(iter(fields)) + str(len(str(fields))),
)
def test_what_is_no_word_of_consent_is_refused(fields: dict[str, Any]) -> None:
    word = ConsentWord(
        **{"kind": "email", "value": "a@b.cd", "purpose": "analytics", "given": True, **fields}
    )
    with pytest.raises(BadParameter):
        check_word(word, {"analytics"}, NOW)


def test_a_word_without_a_time_is_said_now() -> None:
    word = ConsentWord(kind=" email ", value=" a@b.cd ", purpose="analytics", given=True)
    checked = check_word(word, {"analytics"}, NOW)
    assert (checked.kind, checked.value, checked.at) == ("email", "a@b.cd", NOW)


def test_a_file_of_commas_is_read_and_its_mistakes_are_told() -> None:
    words, mistakes = read_file(
        "\ufeffkind;value;purpose;given;at;proof\n"
        "email;a@b.cd;analytics;동의;2026-01-01T09:00:00+09:00;form 12\n"
        "email;b@b.cd;analytics;maybe;;\n"
        'email;c@b.cd;analytics;no;;"{""form"": 3}"\n'
        "email;d@b.cd;analytics;yes;yesterday;\n".encode()
    )
    assert [(row, word.value, word.given, word.proof) for row, word in words] == [
        (1, "a@b.cd", True, {"text": "form 12"}),
        (3, "c@b.cd", False, {"form": 3}),
    ]
    assert [one.row for one in mistakes] == [2, 4]


def test_a_file_of_json_is_read() -> None:
    words, mistakes = read_file(
        b'[{"kind": "user_id", "value": 7, "purpose": "analytics", "given": false}, {"kind": "email"}, 5]'
    )
    assert [(row, word.value) for row, word in words] == [(1, "7")]
    assert [one.row for one in mistakes] == [2, 3]


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[1", b'{"a": 1}', b"a,b\n1,2\n", b"kind,value\0\n"])
def test_what_is_no_such_file_is_refused(body: bytes) -> None:
    with pytest.raises(BadParameter):
        read_file(body)
