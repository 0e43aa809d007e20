"""What is planted in the simulated shop shows in its friction, and as a change where it begins."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from giljabi.discover import changes, drift, friction
from giljabi.simulate import simulate_shop
from giljabi.store import Log, memory_log

DAY = 86_400_000
CUSTOMERS = 1500


def events(directory: Path, seed: int, troubles: list[str]) -> pa.Table:
    made = simulate_shop(directory / str(seed), customers=CUSTOMERS, seed=seed, troubles=troubles)
    return pq.read_table(made.events_path)


def span(table: pa.Table) -> int:
    low, high = (
        pc.cast(edge, pa.int64()).as_py()
        for edge in pc.min_max(table["time"].cast(pa.timestamp("ms"))).values()
    )
    return int(high - low)


def after(first: pa.Table, then: pa.Table) -> Log:
    """Let other customers come when the first are gone."""
    unit = then["time"].type
    shifted = pc.add(then["time"].cast(pa.timestamp("ms")), pa.scalar(span(first) + DAY, pa.duration("ms")))
    renamed = pa.chunked_array([[f"later {customer}" for customer in then["customer"].to_pylist()]])
    names = then.column_names
    later = then.set_column(names.index("time"), "time", shifted.cast(unit)).set_column(
        names.index("customer"), "customer", renamed.cast(then["customer"].type)
    )
    return memory_log(pa.concat_tables([first, later], promote_options="permissive"))


def test_a_form_that_asks_too_much_becomes_the_worst_friction_after_the_ads(tmp_path: Path) -> None:
    calm, troubled = (
        friction(memory_log(events(tmp_path, seed, troubles)))
        for seed, troubles in ((1, []), (2, ["signup_form"]))
    )
    ranks = [{one.event: one.rank for one in answer.events} for answer in (calm, troubled)]
    assert ranks[1]["signup_field_error"] <= 3 < ranks[0].get("signup_field_error", 99)


def test_search_that_begins_to_miss_is_told_as_a_change_and_a_drift(tmp_path: Path) -> None:
    calm, troubled = events(tmp_path, 3, []), events(tmp_path, 4, ["search_miss"])
    log = after(calm, troubled)
    whole = span(calm) // DAY

    found = changes(log, last=f"{whole}d", follow="3d").changes

    assert "search" in found[0].subject or "product_viewed" in found[0].subject
    assert any(
        one.kind == "transition" and one.became == "less" and one.subject[0] == "search" for one in found
    )
    assert any(one.changed for one in drift(log, every=f"{whole // 4}d").windows)
