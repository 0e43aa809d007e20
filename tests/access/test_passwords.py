"""Which passwords will do, and how they are kept."""

from __future__ import annotations

import unicodedata

import pytest

from giljabi.access import check_password, hash_password, is_outdated, is_password
from giljabi.model.errors import BadParameter

RIGHT = "paper lantern over the harbour"


@pytest.mark.parametrize(
    "password",
    [
        RIGHT,
        "종이 등불이 항구 위에 뜬다",
        "aaaab aaaab aaaab 9 zebra moon",
        "k3#Vq9!xT2mz",
        "ordinary words without any number or capital",
        " leading and trailing blanks count ",
        "x7" * 3 + "quiet glacier " * 17,
    ],
)
def test_length_counts_and_not_which_characters_there_are(password: str) -> None:
    check_password(password)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "too short"),
        ("elevenchars", "too short"),
        ("a" * 257, "too long"),
        ("password1234", "easily guessed"),
        ("Password1234!", "easily guessed"),
        ("qwertyuiop12", "easily guessed"),
        ("111111111111", "easily guessed"),
        ("abcdefghijkl", "easily guessed"),
        ("giljabi2026!", "easily guessed"),
        ("mina.kim@example.com", "easily guessed"),
        ("MinaKim2026!", "easily guessed"),
        ("iloveyouiloveyou", "easily guessed"),
    ],
)
def test_what_is_short_or_easily_guessed_is_refused(password: str, why: str) -> None:
    with pytest.raises(BadParameter, match=why):
        check_password(password, "mina.kim@example.com", "Mina Kim")


def test_a_password_is_kept_as_argon2id_with_the_parameters_owasp_names() -> None:
    kept = hash_password(RIGHT)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept != hash_password(RIGHT)
    assert is_password(RIGHT, kept)
    assert not is_password(RIGHT + " ", kept)
    assert not is_password(RIGHT.title(), kept)
    assert not is_outdated(kept)
    assert is_outdated(kept.replace("m=19456", "m=8192"))


def test_spellings_that_look_alike_are_one_password() -> None:
    hangul = "종이 등불이 항구 위에 뜬다"
    in_parts = unicodedata.normalize("NFD", hangul)
    assert in_parts != hangul
    assert is_password(in_parts, hash_password(hangul))


@pytest.mark.parametrize("kept", [None, "", "no hash at all", "$argon2id$v=19$m=19456,t=2,p=1$broken"])
def test_nothing_fits_where_no_password_is_kept(kept: str | None) -> None:
    assert not is_password(RIGHT, kept)
    assert not is_password("nobody has this password", kept)
    assert not is_password("", kept)


def test_a_password_of_any_characters_can_be_looked_at() -> None:
    odd = "half a pair \ud800 and nothing \0 here"
    assert is_password(odd, hash_password(odd))
    assert not is_password("x" * 1_000_000, hash_password(odd))
