"""The OpenAPI document says what is sent."""

from fastapi.testclient import TestClient

from support.harness.answers import PROBLEM

ON = "?on=2026-09-30"
# a stream that does not end, and photos, which this store in memory does not keep
ELSEWHERE = {"/stream", "/events/{event_id}/photos/{digest}"}
"""Answers that nobody can wait for; the stream's own tests read its media type."""


def test_every_problem_of_the_document_is_one_component(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    reference = {"$ref": "#/components/schemas/Problem"}
    for methods in document["paths"].values():
        for operation in methods.values():
            problems = {
                status: answer["content"]
                for status, answer in operation["responses"].items()
                if int(status) >= 400
            }
            assert set(problems) >= {"400", "413", "429", "503"}
            for content in problems.values():
                assert content == {PROBLEM: {"schema": reference}}


def test_problems_that_are_sent_are_as_the_component_says(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    component = document["components"]["schemas"]["Problem"]
    for path in ("/nope", "/risk/circles?tier=x", "/livez?a=1", "/grids/none"):
        body = client.get(path).json()
        assert set(component["required"]) <= set(body) <= set(component["properties"])


def test_media_types_are_those_that_are_sent(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    grid = client.get("/risk/grids" + ON).json()["features"][0]["id"]
    report = {"source": "hotline", "id": "seen", "kind": "noise", "community_id": "K"}
    event_id = client.post("/events", json=report).json()["event_id"]
    values = {
        "{place_id}": "E00001",
        "{grid_id}": grid,
        "{event_id}": event_id,
        "{area_id}": grid,
        "{circle_id}": "C1-01",
        "{community_id}": client.get(f"/grids/{grid}").json()["properties"][
            "community_id"
        ],
    }
    needed = {"lon": "120.08", "lat": "30.33", "kind": "station", "q": "E00001"}
    here = TestClient(client.app, client=("127.0.0.1", 50_000))
    for path, methods in document["paths"].items():
        if "get" not in methods or path in ELSEWHERE:
            continue
        url = path
        for name, value in values.items():
            url = url.replace(name, value)
        if "on" in {p["name"] for p in methods["get"].get("parameters", ())}:
            url += ON
        names = [
            p["name"]
            for p in methods["get"].get("parameters", ())
            if p["in"] == "query" and p["required"]
        ]
        if names:
            url += "?" + "&".join(f"{name}={needed[name]}" for name in names)
        media_types = methods["get"]["responses"]["200"]["content"]
        for media_type in media_types:
            answer = here.get(url, headers={"accept": media_type, "host": "localhost"})
            assert answer.headers["content-type"].partition(";")[0] == media_type
