"""Metrics say how the server and its parts do, to those who may know, without a word about customers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import msgspec
import pytest
from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families
from tests.servers import free_port
from tests.workspaces import OPEN

from giljabi.bootstrap import JobMetrics, Settings, Workspace, new_registry, open_metrics_door
from giljabi.bootstrap.job_runs import JobRun
from giljabi.model.errors import BadParameter
from giljabi.server.app import create_app

KNOWN_LABELS = {
    *("method", "route", "status", "le", "kind", "state", "generation", "version"),
    *("implementation", "major", "minor", "patchlevel"),
}


@pytest.fixture
def closed(empty_workspace: Workspace) -> Iterator[TestClient[Any]]:
    """Give a client of a server that asks people to sign in."""
    with TestClient(create_app(empty_workspace, Settings()), base_url="http://127.0.0.1") as client:
        yield client


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text: str, name: str, **labels: str) -> float:
    return samples(text)[name, tuple(sorted(labels.items()))]


def test_requests_are_counted_by_route_not_by_address(empty: TestClient[Any]) -> None:
    empty.get("/api/v1/customers/kim@example.com?as=lee@example.com")
    empty.get("/api/v1/maps/secret-map")
    text = empty.get("/metrics").text
    assert "example.com" not in text
    assert "secret-map" not in text
    routes = {dict(labels).get("route", "") for _, labels in samples(text)}
    assert [one for one in routes if one.startswith("/api/v1/maps/{")]


def test_what_strangers_invent_makes_no_labels(empty: TestClient[Any]) -> None:
    for number in range(5):
        empty.request(f"BREW{number}", f"/coffee{number}")
        empty.post(f"/tea{number}")
        empty.get(f"/page{number}")
    text = empty.get("/metrics").text
    assert "BREW" not in text
    assert "coffee" not in text
    assert "tea" not in text
    assert value(text, "giljabi_request_seconds_count", method="OTHER", route="none", status="405") == 5.0


def test_labels_are_of_few_kinds(empty: TestClient[Any]) -> None:
    empty.get("/api/v1/status")
    found = {label for _, labels in samples(empty.get("/metrics").text) for label, _ in labels}
    assert found <= KNOWN_LABELS


def test_what_waits_in_the_inbox_is_told(empty: TestClient[Any], empty_workspace: Workspace) -> None:
    key = empty_workspace.sources.add("http", "shop").write_key
    call = {"type": "track", "userId": "u1", "event": "view", "messageId": "m1"}
    sent = empty.post("/v1/batch", json={"batch": [call]}, auth=(key or "", ""))
    assert sent.status_code == 200
    before = empty.get("/metrics").text
    empty_workspace.jobs.ask("seal")
    empty_workspace.jobs.work_off()
    after = empty.get("/metrics").text
    assert (value(before, "giljabi_inbox_calls"), value(after, "giljabi_inbox_calls")) == (1.0, 0.0)
    assert value(after, "giljabi_jobs", kind="seal", state="done") == 1.0
    assert value(after, "giljabi_log_events") == 1.0
    assert value(after, "giljabi_last_seal_calls_per_second") > 0


def test_connections_to_the_database_are_told(empty: TestClient[Any]) -> None:
    text = empty.get("/metrics").text
    assert value(text, "giljabi_database_up") == 1.0
    assert 0 < value(text, "giljabi_database_connections") <= value(text, "giljabi_database_connections_most")


def test_without_a_token_there_are_none(closed: TestClient[Any]) -> None:
    answer = closed.get("/metrics")
    assert answer.status_code == 401
    assert "giljabi_" not in answer.text


def test_a_worker_counts_its_jobs() -> None:
    registry = new_registry()
    count = JobMetrics(registry)
    count(JobRun("seal", "done", 0.0, 0.2, {"calls": 40}))
    count(JobRun("seal", "failed", 0.0, 0.1, {}, "StorageUnavailable"))
    assert registry.get_sample_value("giljabi_sealed_calls_total") == 40
    labels = {"kind": "seal", "state": "failed"}
    assert registry.get_sample_value("giljabi_job_seconds_count", labels) == 1


def test_a_port_of_its_own_gives_them_without_a_token(empty_workspace: Workspace) -> None:
    port = free_port()
    settings = msgspec.structs.replace(OPEN, metrics_port=port)
    with (
        TestClient(create_app(empty_workspace, settings), base_url="http://127.0.0.1"),
        urlopen(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        assert value(answer.read().decode(), "giljabi_database_up") == 1.0


def test_a_taken_port_is_told() -> None:
    port, registry = free_port(), new_registry()
    settings = Settings(metrics_port=port)
    close = open_metrics_door(settings, registry)
    try:
        with pytest.raises(BadParameter, match=f"127.0.0.1:{port}.*GILJABI_METRICS_PORT"):
            open_metrics_door(settings, registry)
    finally:
        close()
