"""Rows of databases come in once each, whatever their cursor values, and nothing is written there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table, create_engine, insert
from sqlalchemy.pool import NullPool
from tests.collect.sources.databases import mariadb
from tests.outside import plug_here
from tests.servers import free_port

from giljabi.collect.sources import sql
from giljabi.model.errors import BadParameter, SourceUnavailable
from giljabi.store.elsewhere import Reached, place_of, reading

if TYPE_CHECKING:
    from giljabi.store.postgres import EmbeddedServer

START = datetime(2026, 11, 1, 12)  # noqa: DTZ001
ROLES = {"identifiers": {"user_id": "고객"}, "event": "event", "time": "at"}
SQL = plug_here("sql")

metadata = MetaData()
orders = Table(
    "주문",
    metadata,
    Column("id", Integer),
    Column("고객", String(40)),
    Column("event", String(40)),
    Column("at", DateTime),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mysql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'shop.db'}"
    elif request.param == "mysql":
        with mariadb() as found:
            yield found
    else:
        server: EmbeddedServer = request.getfixturevalue("postgres_server")
        yield server.url(database="postgres")


@pytest.fixture
def shop(address: str) -> Iterator[Engine]:
    driver = {"mysql": "mysql+pymysql", "postgresql": "postgresql+psycopg"}
    family, rest = address.split("://", 1)
    engine = create_engine(f"{driver.get(family, family)}://{rest}", poolclass=NullPool)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    yield engine
    metadata.drop_all(engine)
    engine.dispose()


def add(shop: Engine, rows: Sequence[tuple[int, str, str, datetime]]) -> None:
    with shop.begin() as connection:
        named = [dict(zip(("id", "고객", "event", "at"), row, strict=True)) for row in rows]
        connection.execute(insert(orders), named)


def pulled(
    given: dict[str, Any], cursor: dict[str, Any], portions: int | None = None
) -> tuple[list[Any], dict[str, Any]]:
    """Pull some portions, or all; give the calls and the cursor that was kept last."""
    calls: list[Any] = []
    for count, portion in enumerate(SQL.pull(given, cursor, "src", lambda: False), 1):
        calls += portion.calls
        assert not portion.refused
        cursor = dict(portion.cursor)
        if count == portions:
            break
    return calls, cursor


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_rows_come_once_with_their_columns(address: str, shop: Engine) -> None:
    given = {"url": address, "table": "주문", "cursor": "id", "roles": ROLES}
    add(shop, [(n, f"c{n % 3}", "구매: 100%", at(n)) for n in range(5)])
    calls, cursor = pulled(given, {})
    assert [call.identifiers["user_id"] for call in calls] == ["c0", "c1", "c2", "c0", "c1"]
    assert calls[1].time == int(at(1).replace(tzinfo=UTC).timestamp() * 1000)
    assert calls[1].event == "구매: 100%"
    assert pulled(given, cursor)[0] == []
    add(shop, [(5, "c9", "구매", at(9))])
    assert [call.identifiers["user_id"] for call in pulled(given, cursor)[0]] == ["c9"]


def test_rows_of_equal_times_that_come_later_are_neither_lost_nor_doubled(address: str, shop: Engine) -> None:
    given = {"url": address, "table": "주문", "cursor": "at", "overlap": 0, "roles": ROLES}
    add(shop, [(1, "a", "e", at(0)), (2, "b", "e", at(1)), (2, "b", "e", at(1))])
    calls, cursor = pulled(given, {})
    assert len({call.message_id for call in calls}) == 3, "equal rows are told apart by how many there are"
    add(shop, [(3, "c", "e", at(1)), (2, "b", "e", at(1))])
    calls, cursor = pulled(given, cursor)
    assert sorted(call.identifiers["user_id"] for call in calls) == ["b", "c"]
    assert pulled(given, cursor)[0] == []


def test_rows_committed_late_come_within_the_overlap(address: str, shop: Engine) -> None:
    given = {"url": address, "table": "주문", "cursor": "id", "overlap": 10, "roles": ROLES}
    add(shop, [(n, f"c{n}", "e", at(n)) for n in (1, 2, 5, 20)])
    calls, cursor = pulled(given, {})
    assert len(calls) == 4
    add(shop, [(11, "late", "e", at(3)), (9, "too late", "e", at(3)), (21, "new", "e", at(3))])
    assert [call.identifiers["user_id"] for call in pulled(given, cursor)[0]] == ["late", "new"]


def test_a_key_settles_the_order_where_many_rows_share_a_time(address: str, shop: Engine) -> None:
    given = {"url": address, "table": "주문", "cursor": "at", "key": "id", "overlap": 0, "roles": ROLES}
    add(shop, [(n, f"c{n}", "e", at(0)) for n in range(100)])
    calls, cursor = pulled(given, {})
    assert len(calls) == 100
    assert "seen" not in cursor
    add(shop, [(100, "later", "e", at(0))])
    assert [call.identifiers["user_id"] for call in pulled(given, cursor)[0]] == ["later"]


def test_a_query_is_read_as_the_table_it_gives(address: str, shop: Engine) -> None:
    query = "SELECT id, 고객, event, at, id * 2 AS twice FROM 주문 WHERE event LIKE 'e%' AND id > 0;"
    if address.startswith("mysql"):
        query = query.replace("event LIKE", "`event` LIKE")
    given = {"url": address, "query": query, "cursor": "id", "roles": ROLES}
    add(shop, [(0, "a", "e", at(0)), (1, "b", "e:x", at(1)), (2, "c", "f", at(2))])
    calls, _ = pulled(given, {})
    assert [(call.event, call.properties["twice"]) for call in calls] == [("e:x", 2.0)]


def reached(address: str) -> Reached:
    place = place_of(address)
    path = place.file or place.socket
    return Reached([] if path else [place.host], path)


def test_nothing_is_ever_written(address: str, shop: Engine) -> None:
    with (
        pytest.raises(SourceUnavailable, match=r"(?i)read.?only"),
        reading(address, reached(address)) as reader,
    ):
        reader._connection.execute(orders.insert().values(id=1))


def test_a_sample_shows_rows_and_a_test_says_what_is_there(address: str, shop: Engine) -> None:
    add(shop, [(n, "고객", "e", at(n)) for n in range(50)])
    sample = SQL.sample({"url": address, "table": "주문", "cursor": "nothing"})
    assert list(sample.columns) == ["id", "고객", "event", "at"]
    assert len(sample.rows) == 20
    assert sample.rows[1]["at"] == "2026-11-01T12:00:01" or address.startswith("sqlite")
    assert "no column 'nothing'" in sample.problems[0]
    assert "주문" in SQL.sample({"url": address}).problems[0]
    given = {"url": address, "table": "주문", "cursor": "id", "roles": ROLES}
    assert "4 columns: id, 고객, event, at" in SQL.test(given)
    assert "주문" in SQL.test({"url": address})
    with pytest.raises(SourceUnavailable, match="the database says"):
        SQL.test({**given, "table": "nowhere"})


def test_another_table_is_read_from_its_beginning(address: str, shop: Engine) -> None:
    given = {"url": address, "table": "주문", "cursor": "id", "roles": ROLES}
    add(shop, [(1, "a", "e", at(0))])
    _, cursor = pulled(given, {})
    assert len(pulled({**given, "cursor": "at"}, cursor)[0]) == 1


STEPS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=6),
        st.none() | st.integers(1, 3),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize(("overlap", "key"), [(0, None), (3, None), (0, "id")])
@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_pulls_that_are_cut_short_and_resumed_bring_every_row_once(
    overlap: float, key: str | None, steps: list[tuple[list[tuple[int, int]], int | None]]
) -> None:
    """Rows come with cursor values not below the newest less the overlap; pulls end after some portions."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sql, "PORTION", 2)
        address = f"sqlite:///{Path(folder) / 'shop.db'}"
        engine = create_engine(address, poolclass=NullPool)
        numbers = Table("n", MetaData(), Column("id", Integer), Column("at", Integer), Column("who", String))
        numbers.create(engine)
        roles = {"identifiers": {"user_id": "who"}, "event_name": "e"}
        given = {"url": address, "table": "n", "cursor": "at", "key": key, "overlap": overlap, "roles": roles}
        cursor: dict[str, Any] = {}
        calls: list[Any] = []
        newest, added = 0, 0
        for rows, portions in [*steps, ([], None)]:
            for ahead, who in rows:
                value = max(0, newest + ahead - int(overlap))
                with engine.begin() as connection:
                    connection.execute(
                        insert(numbers).values(id=added if key else 0, at=value, who=f"c{who}")
                    )
                added += 1
                newest = max(newest, value)
            found, cursor = pulled(given, cursor, portions)
            calls += found
        assert len(calls) == added
        assert len({call.message_id for call in calls}) == added
        engine.dispose()


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"url": "no address"}, "no address of a database"),
        ({"url": "nosuch://a/b"}, "kind 'nosuch' are not read"),
        ({"url": "postgresql://u@h/x?host=/run"}, "folder of a socket"),
        ({"url": "postgresql://u@/x?host=elsewhere"}, "folder of a socket"),
        ({"query": "SELECT 1"}, "either a table or a query"),
        ({"cursor": None}, "cursor column"),
        ({"overlap": -1}, "overlap"),
        ({"roles": {"identifiers": {}}}, "whose a row is"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_settings_that_are_wrong_are_refused_in_words(wrong: dict[str, Any], expected: str) -> None:
    given = {"url": "sqlite:///a.db", "table": "t", "cursor": "id", "roles": ROLES}
    SQL.check(given)
    with pytest.raises(BadParameter, match=expected):
        SQL.check({**given, **wrong})


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    given = {"url": f"sqlite:///{tmp_path / 'x.db'}", "table": "t", "cursor": "id", "roles": ROLES}
    with pytest.raises(SourceUnavailable, match="no file"):
        SQL.test(given)
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    given = {
        "url": f"postgresql://me:geheim@127.0.0.1:{free_port()}/x",
        "table": "t",
        "cursor": "id",
        "roles": ROLES,
    }
    with pytest.raises(SourceUnavailable, match="the database says") as caught:
        SQL.test(given)
    assert "geheim" not in str(caught.value)
