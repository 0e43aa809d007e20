"""People who are customers twice are proposed, those who only resemble each other are not."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.resolve.people import simulated_people

from giljabi.resolve.matching import ProbableMatch, probable_matches
from giljabi.resolve.people import Person

pytest.importorskip("splink")


def pairs(found: list[ProbableMatch]) -> set[tuple[str, str]]:
    return {(one.left, one.right) for one in found}


@pytest.fixture(scope="module")
def among_thousands() -> tuple[list[ProbableMatch], set[tuple[str, str]], dict[str, Person]]:
    people, same = simulated_people(6_000, seed=11)
    return probable_matches(people), same, {one.id: one for one in people}


def test_most_doubles_are_found_and_few_others(
    among_thousands: tuple[list[ProbableMatch], set[tuple[str, str]], dict[str, Person]],
) -> None:
    found, same, _ = among_thousands
    right = len(pairs(found) & same)
    assert right / len(found) > 0.95
    assert right / len(same) > 0.8


def test_the_weights_add_up_and_say_what_speaks_for_it(
    among_thousands: tuple[list[ProbableMatch], set[tuple[str, str]], dict[str, Person]],
) -> None:
    found, _, by_id = among_thousands
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    for one in found:
        assert one.left < one.right
        assert one.prior < 0
        assert one.weight == pytest.approx(one.prior + sum(part.weight for part in one.fields))
        assert one.probability == pytest.approx(1 / (1 + 2**-one.weight))
        weights = {part.field: part for part in one.fields}
        assert set(weights) == {"name", "email", "phone", "address"}
        if by_id[one.left].phone is None or by_id[one.right].phone is None:
            assert (weights["phone"].level, weights["phone"].weight) == ("missing", 0)


def test_a_handful_of_people_is_judged_by_what_holds_elsewhere() -> None:
    people = [
        Person("a", "김민지", "minji@naver.com", "010-1234-5678", "서울시 강남구 테헤란로 152 101동 1203호"),
        Person("b", "민지 김", "minji@naver.com", "+82 10 1234 5678", None),
        Person("c", "김민수", "minsu@naver.com", "010-9999-5678", "서울시 강남구 테헤란로 152 101동 1203호"),
        Person("d", "김민지", "other@daum.net", "010-2222-3333", "부산 해운대구 중앙로 5"),
        Person("e", "James Smith", "james.smith@gmail.com", None, "12 Main Street, Springfield"),
        Person("f", "Smith, James", "jamessmith+shop@gmail.com", None, "12 Main St, Springfield"),
    ]
    assert pairs(probable_matches(people)) == {("a", "b"), ("e", "f")}


def test_nobody_matches_where_nobody_is_known() -> None:
    assert probable_matches([]) == []
    assert probable_matches([Person("a", "김민지"), Person("b", "김민지"), Person("c")]) == []


def test_what_many_share_says_nothing() -> None:
    people = [Person(f"s{n}", f"Guest {n}", None, "02-312-4567") for n in range(60)]
    assert probable_matches(people) == []


def test_splink_is_loaded_by_the_job_alone_and_says_nothing() -> None:
    script = (
        "import sys; import giljabi, giljabi.server.app\n"
        "assert 'splink' not in sys.modules and 'duckdb' not in sys.modules\n"
        "from giljabi.resolve import Person, probable_matches\n"
        "people = [Person(x, 'Ann Lee', 'annlee@x.com', '010-1234-5678') for x in 'ab']\n"
        "assert len(probable_matches(people)) == 1\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
