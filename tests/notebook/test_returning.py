"""Questions about coming back, as methods."""

from datetime import timedelta

import pyarrow as pa

import giljabi as gj

TABLE = pa.table(
    {
        "customer": ["a", "a", "a", "b"],
        "event": ["view", "pay", "view", "view"],
        "time": ["2026-03-02T10:00", "2026-03-02T10:05", "2026-03-10T10:00", "2026-03-18T10:00"],
    }
)


def test_every_question_about_coming_back_is_a_method() -> None:
    log = gj.read_events(TABLE)

    assert log.retention(periods=1, time_zone="Asia/Seoul").overall[1].count == 1
    assert [one.new for one in log.lifecycle().periods] == [1, 0, 1]
    assert log.stickiness().months[0].customers == 2
    assert log.sessions().threshold == timedelta(minutes=30)


def test_a_log_of_sessions_answers_every_question() -> None:
    sessions = gj.read_events(TABLE).sessions("30m").as_log()

    assert repr(sessions) == "EventLog(4 events, 3 customers, 2 names)"
    assert [step.customers for step in sessions.funnel(["view", "pay"]).steps] == [3, 1]
    assert sessions.only(customers="a#1").events == 2
    assert sessions.variants().total == 2
    assert sessions.to_arrow()["customer"].to_pylist() == ["a#1", "a#1", "a#2", "b#1"]


def test_a_log_of_sessions_can_be_saved_and_opened(tmp_path: object) -> None:
    sessions = gj.read_events(TABLE).sessions("30m").as_log()

    again = gj.open_log(sessions.save(f"{tmp_path}/log"))

    assert (again.customers, again.graph().transitions) == (3, 1)
