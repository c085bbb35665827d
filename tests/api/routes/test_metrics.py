"""Who reads the figures of the service, and what they are."""

from fastapi.testclient import TestClient

from support.harness.answers import assert_problem
from support.harness.keyed import Keyed


def test_figures_of_the_service_are_read_on_its_machine(client: TestClient) -> None:
    client.get("/grids/none")
    answer = client.get("/metrics")
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


def test_figures_are_for_keys_that_watch_over_the_service(keyed: Keyed) -> None:
    for role, status in (("auditor", 200), ("steward", 200), ("leader", 403)):
        answer = keyed.client.get("/metrics", headers=keyed.headers(role))
        assert answer.status_code == status, role
    assert_problem(keyed.client.get("/metrics"), 401, "http-error")
