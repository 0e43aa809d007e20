"""Answers show themselves."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from giljabi.store import Answer


@dataclass(frozen=True)
class Pair(Answer):
    columns: ClassVar[tuple[str, ...]] = ("event", "share", "median")
    picture: ClassVar[str] = "share"

    many: int = 2

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"event": f"<b>{n}</b>", "share": 1 / (n + 1), "median": timedelta(minutes=n) or None}
            for n in range(self.many)
        ]


def test_an_answer_gives_its_columns_to_every_frame() -> None:
    answer = Pair()

    assert answer.to_dict()["share"] == [1.0, 0.5]
    assert answer.to_arrow().column_names == ["event", "share", "median"]
    assert answer.to_pandas().shape == answer.to_polars().shape == (2, 3)
    assert len(answer) == 2


def test_an_answer_without_rows_keeps_its_columns() -> None:
    assert list(Pair(0).to_dict()) == ["event", "share", "median"]
    assert "<th>share</th>" in Pair(0)._repr_html_()


def test_a_notebook_shows_bars_beside_numbers_and_no_foreign_markup() -> None:
    shown = Pair()._repr_html_()

    assert 'rect width="100.0"' in shown
    assert 'rect width="50.0"' in shown
    assert "&lt;b&gt;1&lt;/b&gt;" in shown
    assert "1m" in shown


def test_long_answers_say_how_many_rows_are_not_shown() -> None:
    assert "and 10 more rows" in Pair(60)._repr_html_()
