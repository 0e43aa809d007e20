"""How a text finds its Korean form."""

from __future__ import annotations

import pytest

from giljabi.server.korean import korean
from giljabi.server.korean.josa import josa
from giljabi.server.korean.templates import template


def nothing(_: str) -> None:
    return None


@pytest.mark.parametrize(
    ("word", "pair", "fitting"),
    [
        ("결제", "을/를", "를"),
        ("배송", "이/가", "이"),
        ("카카오톡", "으로/로", "으로"),
        ("메일", "으로/로", "로"),
        ("웹 2", "은/는", "는"),
        ("‘checkout’", "은/는", "은"),
        ("‘event’", "이/가", "가"),
        ("server", "을/를", "를"),
        ("app", "으로/로", "으로"),
        ("CSV", "이에요/예요", "예요"),
        ("", "이/가", "가"),
    ],
)
def test_a_particle_fits_the_sound_before_it(word: str, pair: str, fitting: str) -> None:
    assert josa(word, pair) == fitting


def test_a_text_without_an_entry_stays_as_it_is() -> None:
    assert korean("disk quota exceeded") == "disk quota exceeded"
    assert korean("") == ""


def test_names_are_put_into_the_quotes_of_korean() -> None:
    assert korean("there is no stage 'pay'") == "‘pay’ 단계가 없어요."
    assert korean('there is no stage "it\'s"') == "‘it's’ 단계가 없어요."


def test_a_name_that_looks_like_a_text_of_ours_is_kept() -> None:
    assert korean("there is no stage 'the map is empty'") == "‘the map is empty’ 단계가 없어요."


def test_the_parts_of_a_text_are_translated_too() -> None:
    said = korean("an item of `stages` must be a mapping that describes a stage, not the text 'pay'")

    assert said == "`stages`의 항목에는 단계를 적은 묶음이 와야 해요. 지금은 글 ‘pay’예요."


def test_lists_in_a_text_are_translated_item_by_item() -> None:
    said = korean(
        "a.csv: no column could be taken as customer, time (customer, event and time are needed); "
        "its columns are 'x', 'y'; name the column: customer=\"…\", time=\"…\"; "
        "the column name 'x' stands twice; column 3 is read as x_2; "
        "the text seems to be in latin-1; if letters look wrong, save the file as UTF-8"
    )

    assert said.startswith("a.csv: 고객, 시각 열을 찾지 못했어요. 고객, 이벤트, 시각 열이 있어야 하는데, ")
    assert '있는 열은 ‘x’, ‘y’예요. 열을 정해 주세요: customer="…", time="…" ' in said
    assert "열 이름 ‘x’가 두 번 나와요. 3번째 열은 x_2로 읽어요. 글의 인코딩이 latin-1 같아요." in said


def test_what_a_library_says_in_a_text_is_kept_where_it_is_unknown() -> None:
    said = korean(
        "a.parquet cannot be read as Parquet: bad magic; it may be cut off or damaged, write or copy it again"
    )

    assert said.startswith("a.parquet을 Parquet으로 읽을 수 없어요(bad magic).")


def test_a_hole_takes_only_parts_of_its_shape() -> None:
    one = template("{count:number} rows", "{count}행")

    assert one.fill("1,234 rows", nothing, nothing) == "1,234행"
    assert one.fill("many rows", nothing, nothing) is None


def test_a_hole_for_known_parts_takes_no_others() -> None:
    assert korean("a.xz is packed with xz; unpack it, or pack it with gzip").startswith("a.xz는 xz")
    assert korean("the sky is blue") == "the sky is blue"
