"""`POST /events`: one door for all that is reported, answered once."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from support.harness.answers import assert_problem
from support.harness.keyed import Keyed

HERE = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
EVENT = {"source": "hotline", "kind": "street_trading", "text": "占道经营", **HERE}


def report(client: TestClient, event_id: str, **values: object):
    return client.post("/events", json=EVENT | {"id": event_id} | values)


def test_an_event_is_answered_with_all_that_must_be_known(client: TestClient) -> None:
    answer = report(client, "D-1")
    assert answer.status_code == 201
    event = answer.json()
    assert answer.headers["location"] == f"/events/{event['event_id']}"
    assert answer.headers["etag"] == '"1"'
    assert event["state"] == "assigned"
    assert event["people"]["grid_leader"]["area_id"] == event["assignment"]["grid_id"]
    assert event["people"]["region_leader"]["post_id"]
    assert len(event["people"]["chain"]) == 4
    ranks = [d["rank"] for d in event["route"]["departments"]]
    assert ranks == sorted(ranks)
    assert len(event["route"]["steps"]) == 2
    clocks = event["clocks"]
    assert clocks["accept_by"] < clocks["arrive_by"] < clocks["handle_by"]
    assert event["tasks"][0]["due_at"] == clocks["handle_by"]
    assert event["text_zh"].startswith("已受理并派给“综合执法办”，")
    assert event["text"].startswith("Accepted and assigned to Urban management;")
    due_at = datetime.fromisoformat(clocks["handle_by"])
    local = due_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"by {local:%Y-%m-%d %H:%M}." in event["text"]


def test_sent_again_it_is_answered_with_the_same_bytes(client: TestClient) -> None:
    first = report(client, "D-2", lon=120.080)
    again = report(client, "D-2")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


def test_other_text_under_the_same_id_is_refused(client: TestClient) -> None:
    report(client, "D-3")
    assert_problem(report(client, "D-3", text="别的"), 422, "changed-request-error")


@pytest.mark.parametrize(
    ("values", "status", "kind"),
    [
        ({"source": "nobody"}, 422, "source-error"),
        ({"source": "pagoda"}, 403, "http-error"),
        ({"lon": "east"}, 422, "invalid-request"),
        ({"datum": "mars"}, 400, "crs-error"),
    ],
    ids=["unregistered", "the_service", "text", "datum"],
)
def test_what_cannot_be_taken_in_is_refused(
    client: TestClient, values: dict[str, object], status: int, kind: str
) -> None:
    assert_problem(report(client, "D-4", **values), status, kind)


def test_a_kind_that_nobody_knows_waits_for_a_person(client: TestClient) -> None:
    event = report(client, "D-5", kind="witchcraft").json()
    assert event["state"] == "triage"
    assert event["post_id"]
    assert [flag["code"] for flag in event["flags"]] == ["unknown_kind"]


def test_a_source_brings_its_own_events_only(keyed: Keyed) -> None:
    headers = keyed.headers("source")
    foreign = EVENT | {"id": "D-6", "source": "fire_119"}
    answer = keyed.client.post("/events", json=foreign, headers=headers)
    assert_problem(answer, 403, "http-error")
    nobody = keyed.client.post("/events", json=EVENT | {"id": "D-7"})
    assert_problem(nobody, 401, "http-error")


def test_an_address_alone_leaves_an_event_unplaced_with_candidates(
    client: TestClient,
) -> None:
    position = dict.fromkeys(("lon", "lat", "datum"))
    first = report(client, "D-address", address="E00005 门口", **position)
    assert first.status_code == 201
    event = first.json()
    assert event["assignment"]["status"] == "unlocated"
    assert event["assignment"]["grid_id"] is None
    [candidate] = event["address_candidates"]
    assert (candidate["place_id"], candidate["source"]) == ("E00005", "s_town")
    shown = client.get(f"/events/{event['event_id']}").json()
    assert shown["event"]["address"] == "E00005 门口"
    assert (shown["event"]["lon"], shown["loop"]["grid_id"]) == (None, None)
    again = report(client, "D-address", address="E00005 门口", **position)
    assert (again.status_code, again.json()) == (200, event)
    other = report(client, "D-address", address="E00006 门口", **position)
    assert_problem(other, 422, "changed-request-error")


def test_an_address_beside_a_position_is_stored_and_names_no_candidates(
    client: TestClient,
) -> None:
    event = report(client, "D-both", address="E00005 门口").json()
    assert "address_candidates" not in event
    assert event["assignment"]["grid_id"]
    shown = client.get(f"/events/{event['event_id']}").json()
    assert shown["event"]["address"] == "E00005 门口"


def test_numbers_of_persons_in_an_address_are_starred_out(client: TestClient) -> None:
    address = "文一路12号 电话13812345678"
    event = report(client, "D-number", address=address).json()
    shown = client.get(f"/events/{event['event_id']}").text
    assert "13812345678" not in shown
    assert "文一路12号" in shown
