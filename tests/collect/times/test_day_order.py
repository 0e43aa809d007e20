from __future__ import annotations

import pyarrow as pa
import pytest

from giljabi.collect.times import day_order


@pytest.mark.parametrize(
    ("written", "order"),
    [
        (["01/02/2026", "13/02/2026"], "day_first"),
        (["01/02/2026", "02/13/2026"], "month_first"),
        (["01/02/2026", "03/04/2026 10:00"], "ambiguous"),
        (["13/02/2026", "02/13/2026"], "mixed"),
        (["2026-02-13"], "none"),
        (["1/31/26 9:00"], "month_first"),
        ([None], "none"),
    ],
)
def test_a_number_above_twelve_decides(written: list[str | None], order: str) -> None:
    assert day_order(pa.array(written, pa.string())) == order


def test_typed_columns_have_no_order() -> None:
    assert day_order(pa.array([1795273500])) == "none"
