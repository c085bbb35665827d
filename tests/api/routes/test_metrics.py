"""Who reads the figures of the service, and what they are."""

from types import SimpleNamespace

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from api.deps import may_read_metrics
from support.harness.answers import assert_problem


def local(client: TestClient) -> TestClient:
    """The service as a program of this machine asks it."""
    return TestClient(client.app, client=("127.0.0.1", 50_000))


def test_figures_of_the_service_are_read_on_its_machine(client: TestClient) -> None:
    here = local(client)
    here.get("/grids/none")
    answer = here.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = answer.text.splitlines()
    names = {line.partition("{")[0].partition(" ")[0] for line in lines}
    assert names >= {
        "pagoda_requests_total",
        "pagoda_request_seconds_bucket",
        "pagoda_requests_in_flight",
        "pagoda_streams_open",
        "pagoda_snapshot_revision",
        "pagoda_snapshot_age_seconds",
    }
    assert any('route="/grids/{grid_id}",status="404"' in line for line in lines)


def test_figures_are_closed_to_others(client: TestClient) -> None:
    assert_problem(client.get("/metrics"), 403, "metrics-closed")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_figures_are_closed_to_who_comes_by_a_proxy(
    client: TestClient, header: str
) -> None:
    answer = local(client).get("/metrics", headers={header: "for=127.0.0.1"})
    assert_problem(answer, 403, "metrics-closed")


@pytest.mark.parametrize(
    ("role", "may"), [("steward", True), ("auditor", True), ("operator", False)]
)
def test_figures_are_open_to_keys_that_watch_over_the_service(
    role: str, may: bool
) -> None:
    scope = {"type": "http", "headers": [], "client": ("192.0.2.1", 1)}
    request = Request(scope)
    request.state.caller = SimpleNamespace(role=role)
    assert may_read_metrics(request) is may
