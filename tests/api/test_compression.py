"""Reads are compressed where that is wanted, and what they say is the same."""

from fastapi.testclient import TestClient

GRIDS = "/ogc/collections/grids/items"


def test_a_long_answer_is_compressed_for_who_takes_it(client: TestClient) -> None:
    plain = client.get(GRIDS, headers={"accept-encoding": "identity"})
    packed = client.get(GRIDS, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]
    lengths = [int(answer.headers["content-length"]) for answer in (packed, plain)]
    assert lengths[0] < lengths[1] / 2


def test_short_answers_and_writes_are_left_as_they_are(client: TestClient) -> None:
    headers = {"accept-encoding": "gzip"}
    assert "content-encoding" not in client.get("/livez", headers=headers).headers
    body = {"lon": 120.08, "lat": 30.33, "datum": "cgcs2000"}
    answer = client.post("/assign", json=body, headers=headers)
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers
