"""A cluster gives the answers that threads give."""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from bench.questions import QUESTIONS

import giljabi as gj
from giljabi.model.errors import BadParameter, LogDamaged, StorageUnavailable, UnknownEvent
from giljabi.notebook import EventLog
from giljabi.store import (
    Answer,
    Bucket,
    Log,
    ask,
    build_log,
    memory_log,
    open_log,
    run_on,
    to_table,
    write_log,
)

EVENTS = 6000


def events() -> pa.Table:
    """Make events of 300 customers with ties in time, a channel, a value and many order numbers."""
    random = np.random.default_rng(7)
    places: list[int] = random.integers(0, 3, EVENTS).tolist()
    times: list[int] = (1_700_000_000_000 + random.integers(0, 10**6, EVENTS) * 1000).tolist()
    return pa.table(
        {
            "customer": [f"c{n}" for n in random.zipf(1.3, EVENTS) % 300],
            "time": pa.array(times, pa.timestamp("ms")),
            "event": [f"e{n}" for n in random.zipf(1.5, EVENTS) % 6],
            "channel": [("web", "app", None)[place] for place in places],
            "value": random.normal(size=EVENTS).tolist(),
            "order": [f"order {n % 5000:05}" for n in range(EVENTS)],
        }
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    build_log(events(), folder, buckets=4)
    return folder


@pytest.fixture(scope="module")
def near(place: Path) -> EventLog:
    return EventLog(open_log(place))


@pytest.fixture(scope="module")
def far(place: Path, cluster: str) -> EventLog:
    return EventLog(run_on(open_log(place), cluster))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_question_has_the_answer_of_threads(
    near: EventLog, far: EventLog, question: Callable[[EventLog], Answer]
) -> None:
    assert question(far).to_dict() == question(near).to_dict()


def test_a_column_breaks_an_answer_down_as_in_threads(near: EventLog, far: EventLog) -> None:
    ours, theirs = (log.funnel(["e0", "e1"], by="channel") for log in (far, near))
    assert ours.to_dict() == theirs.to_dict()


PARTS: dict[str, Callable[[EventLog], EventLog]] = {
    "where": lambda log: log.where(gj.event("e1") | gj.event("e2") & (gj.prop("channel") == "web")),
    "only an audience": lambda log: log.only(gj.did("e2", at_least=2)),
    "only customers": lambda log: log.only(customers=["c1", "c7", "c8", "nobody"]),
    "between": lambda log: log.between("2023-11-15", "2023-11-20"),
    "sample": lambda log: log.sample(20, seed=3),
    "a sample of a part": lambda log: log.where(gj.event("e1")).sample(9, seed=1).between("2023-11-15"),
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_part_of_a_log_is_the_part_that_threads_make(
    near: EventLog, far: EventLog, part: Callable[[EventLog], EventLog]
) -> None:
    ours, theirs = part(far), part(near)
    assert (ours.events, ours.customers) == (theirs.events, theirs.customers)
    assert ours.graph() == theirs.graph()
    assert ours.to_arrow().equals(theirs.to_arrow())


def test_a_part_of_a_log_is_not_made_before_it_is_asked(place: Path) -> None:
    log = run_on(open_log(place), "sc://nobody.invalid")
    part = EventLog(log).where(gj.event("e1")).only(gj.did("e1"))
    assert part.names == tuple(log.names)
    with pytest.raises(UnknownEvent):
        part.where(gj.event("e77"))
    with pytest.raises(StorageUnavailable, match=r"no Spark Connect server answers at nobody\.invalid:15002"):
        _ = part.events


def test_partial_answers_come_in_the_order_of_buckets_and_whole(far: EventLog) -> None:
    log = far._log
    sizes = list(ask(log, lambda bucket: (bucket.events, bytes(40_000_000 * (bucket.events % 2)))))
    assert [events for events, _ in sizes] == [bucket.events for bucket in log.buckets]
    assert [len(more) for events, more in sizes] == [40_000_000 * (events % 2) for events, _ in sizes]


def test_a_task_that_fails_tells_so_as_in_threads(far: EventLog) -> None:
    def refuse(bucket: Bucket) -> None:
        raise BadParameter(f"{bucket.customers > 0} is wrong")

    with pytest.raises(BadParameter, match="True is wrong"):
        list(ask(far._log, refuse))


def test_a_log_is_pickled_as_where_it_lies(place: Path) -> None:
    log = open_log(place)
    pickled = pickle.dumps(log)
    assert len(pickled) < 500
    opened: Log = pickle.loads(pickled)
    assert to_table(opened).equals(to_table(log))
    bucket, dictionary = pickle.dumps(log.buckets[1]), pickle.dumps(log.columns["order"].dictionary)
    assert max(len(bucket), len(dictionary)) < 500
    assert pickle.loads(bucket).time.sum() == log.buckets[1].time.sum()
    assert pickle.loads(dictionary) == log.columns["order"].dictionary


def test_a_log_in_memory_is_pickled_whole_and_runs_on_no_cluster() -> None:
    log = memory_log(events(), buckets=2)
    assert to_table(pickle.loads(pickle.dumps(log))).equals(to_table(log))
    with pytest.raises(BadParameter, match="opened from a directory or URL"):
        run_on(log, "spark://127.0.0.1:15002")


def test_workers_read_the_version_that_was_opened_or_say_so(tmp_path: Path) -> None:
    write_log(memory_log(events(), buckets=2), tmp_path)
    log = open_log(tmp_path)
    pickled = pickle.dumps(log)
    write_log(memory_log(events().slice(0, 10)), tmp_path)
    assert pickle.loads(pickled).events == EVENTS
    gone = pickled.replace(next(tmp_path.glob("log-*")).name.encode(), b"log-0123456789abcdef")
    gone = gone.replace(log.buckets[0].__reduce__()[1][0][1].encode(), b"log-0123456789abcdef")
    with pytest.raises(LogDamaged, match="log-0123456789abcdef is missing"):
        pickle.loads(gone)


@pytest.mark.parametrize("address", ["127.0.0.1:15002", "http://127.0.0.1", "spark://", "sc://host:port"])
def test_an_address_that_is_none_is_refused(place: Path, address: str) -> None:
    with pytest.raises(BadParameter, match="write for example spark://host:15002"):
        run_on(open_log(place), address)


def test_times_of_a_part_reach_the_workers_as_they_are(far: EventLog, near: EventLog) -> None:
    moment = datetime(2023, 11, 17, 3, 4, 5, 678_901, UTC)
    assert far.between(None, moment).events == near.between(None, moment).events
