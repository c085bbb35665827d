"""OGC API Common Part 1 (19-072), class core: a test a requirement."""

from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from support.harness.answers import assert_problem, get

GRIDS = "/ogc/collections/grids/items"
PLACES = "/ogc/collections/places/items"


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["features"]]


def test_core_http(client: TestClient) -> None:
    answer = client.get(f"{GRIDS}?limit=1")
    tags = f'"x", {answer.headers["etag"]}'
    again = client.get(f"{GRIDS}?limit=1", headers={"if-none-match": tags})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    assert "Accept" in answer.headers["vary"]


def test_core_query_param_name_unknown(client: TestClient) -> None:
    assert_problem(client.get("/ogc?rabbits=1"), 400, "unknown-parameter")
    assert_problem(client.get(f"{GRIDS}?limit=1&q=x"), 400, "unknown-parameter")


def test_core_query_param_value_invalid(client: TestClient) -> None:
    for query in ("f=xml", "known_at=never", "datetime=never"):
        assert_problem(client.get(f"/ogc?{query}"), 400, "invalid-parameter")


def test_core_query_param_capitalization(client: TestClient) -> None:
    assert_problem(client.get(f"{GRIDS}?Limit=1"), 400, "unknown-parameter")
    assert_problem(client.get("/ogc?f=HTML"), 400, "invalid-parameter")
    upper, lower = (
        get(client, f"{GRIDS}?filter=name{sign}'x'") for sign in ("%3D", "%3d")
    )
    assert ids(upper) == ids(lower)


def test_core_query_param_list_delimiter(client: TestClient) -> None:
    west = get(client, f"{GRIDS}?bbox=120,30,120.05,31")
    assert 0 < west["numberMatched"] < 125
    for bbox in ("120;30;120.05;31", "120 30 120.05 31"):
        answer = client.get(f"{GRIDS}?{urlencode({'bbox': bbox})}")
        assert_problem(answer, 400, "invalid-parameter")


def test_core_query_param_list_escape(client: TestClient) -> None:
    plain = get(client, f"{GRIDS}?bbox=120,30,120.05,31")
    assert ids(get(client, f"{GRIDS}?bbox=120%2C30%2C120.05%2C31")) == ids(plain)


@pytest.mark.parametrize("bbox", ["120,,120.05,31", ",,,", "120,30,120.05,"])
def test_core_query_param_list_empty(client: TestClient, bbox: str) -> None:
    # an empty entry is an empty text, which is no number
    assert_problem(client.get(f"{GRIDS}?bbox={bbox}"), 400, "invalid-parameter")


def test_core_query_param_value_boolean(client: TestClient) -> None:
    # no collection has a flag: in a filter as in a parameter, true is a word
    everything = get(client, f"{GRIDS}?filter=true&limit=1")["numberMatched"]
    nothing = get(client, f"{GRIDS}?filter=false&limit=1")["numberMatched"]
    assert (everything, nothing) == (125, 0)


def test_core_query_param_value_integer(client: TestClient) -> None:
    page = get(client, f"{GRIDS}?limit=1")
    residents = page["features"][0]["properties"]["residents"]
    for text in (f"{residents}", f"00{residents}"):
        assert ids(page)[0] in ids(get(client, f"{GRIDS}?residents={text}"))
    assert get(client, f"{GRIDS}?residents=-{residents}")["numberMatched"] == 0
    for text in (f"{residents}.0", "1e3", "٣"):
        answer = client.get(f"{GRIDS}?residents={text}")
        assert_problem(answer, 400, "invalid-parameter")


def test_core_query_param_value_decimal(client: TestClient) -> None:
    plain = get(client, f"{GRIDS}?bbox=120.03,30.3,120.05,31")
    for bbox in ("120.030,030.3,+120.05,31.0", "120.03,30.3,120.05,31."):
        query = urlencode({"bbox": bbox})
        assert ids(get(client, f"{GRIDS}?{query}")) == ids(plain)


def test_core_query_param_value_double(client: TestClient) -> None:
    plain = get(client, f"{GRIDS}?bbox=120.03,30.3,120.05,31")
    page = get(client, f"{GRIDS}?bbox=1.2003e2,3.03e1,12005e-2,31e0")
    assert ids(page) == ids(plain)
    assert_problem(client.get(f"{GRIDS}?bbox=1e1.5,0,120,31"), 400, "invalid-parameter")
