"""Sources over HTTP."""

from fastapi.testclient import TestClient

from support.harness.answers import get


def test_thirty_sources_with_open_fields_and_quality(client: TestClient) -> None:
    answer = get(client, "/sources")
    assert answer["count"] == len(answer["sources"]) == 30
    assert {"datum", "trust", "owner", "quality", "name_zh"} <= set(
        answer["sources"][0]
    )
    assert all("destination_id" not in source for source in answer["sources"])
