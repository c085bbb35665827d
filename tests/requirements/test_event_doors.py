"""Rows of README.md here on events, asked of the service over HTTP and of its parts."""

import re
from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from layers.words.loops import PHASES
from support.harness.answers import LOCAL
from support.harness.keyed import keyed_service
from support.makers.event_town import (
    CHIEF,
    LEADER,
    OPERATOR,
    POLICE,
    SECOND,
    URBAN,
    EventTown,
)

HERE = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
NUMBERS = count()
BROWSER = {"accept": "text/html"}


@pytest.fixture(scope="module")
def served() -> Any:
    with TestClient(create_app(Settings()), base_url=LOCAL) as client:
        yield client


@pytest.fixture
def town() -> EventTown:
    return EventTown()


def report(client: TestClient, **values: object) -> dict[str, Any]:
    body = {"source": "hotline", "id": f"D-{next(NUMBERS)}", "kind": "street_trading"}
    answer = client.post("/events", json=body | HERE | values)
    assert answer.status_code == 201
    return dict(answer.json())


def act(client: TestClient, event_id: str, action: str, **more: object) -> Any:
    headers = {"idempotency-key": f"k-{next(NUMBERS)}"}
    body = {"action": action} | more
    return client.post(f"/events/{event_id}/actions", json=body, headers=headers)


def test_row_0_10_an_event_near_a_border_is_joint_and_handed_over(
    served: TestClient,
) -> None:
    event = report(served, accuracy_m=400)
    assignment = event["assignment"]
    shares = assignment["likelihood"]["probabilities"]
    assert len(shares) > 1
    place = HERE | {"candidates_m": 400}
    near = served.post("/assign", json=place).json()["candidates"]
    neighbour = next(grid for grid in near if grid["border_m"])
    handed = act(
        served,
        event["event_id"],
        "transfer",
        to=neighbour["grid_id"],
        reason="beyond the border",
    )
    assert handed.status_code == 201
    loop = served.get(f"/events/{event['event_id']}").json()["loop"]
    assert loop["grid_id"] == neighbour["grid_id"] != assignment["grid_id"]
    assert loop["post_id"] == neighbour["accountable_post"]


def test_row_1_09_an_override_needs_a_reason_and_keeps_the_suggestion(
    served: TestClient,
) -> None:
    first, second = report(served), report(served)
    event_id = first["event_id"]
    without = act(served, event_id, "override", to="noise")
    assert (without.status_code, without.json()["title"]) == (422, "no reason")
    assert act(served, event_id, "override", to="noise", reason="no stall").is_success
    event = served.get(f"/events/{event_id}").json()
    assert event["loop"]["kind"] == "noise"
    assert event["suggestion"]["kind"] == "street_trading"
    assert event["suggestion"]["lead"] == first["route"]["lead"]
    rule = first["route"]["pack_version"]
    assert event["suggestion"]["rule_id"] == rule == second["route"]["pack_version"]
    figures = served.get("/circles/C1-01/figures", params={"by": "rule"}).json()
    [row] = [r for r in figures["rows"] if r["keys"][0]["key"] == rule]
    assert 0 < row["overridden"] < row["events"]


def test_row_2_14_an_inexact_report_has_candidates_and_likely_duplicates(
    served: TestClient,
) -> None:
    place = HERE | {"lon": 120.0803}
    report(served, kind="noise", **HERE)
    second = report(served, kind="noise", accuracy_m=300, **place)
    shares = second["assignment"]["likelihood"]["probabilities"]
    assert 0.95 < sum(share for _, share in shares) < 1.05
    assert len(second["cluster"]["near"]) >= 1
    assert second["cluster"]["cluster_id"]
    far = report(served, kind="illegal_parking")
    assert second["event_id"] not in {n["event_id"] for n in far["cluster"]["near"]}


def test_row_2_47_the_town_summons_departments_of_its_area_and_rates_them(
    town: EventTown,
) -> None:
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, LEADER, "police", "urban_management")
    town.check_in(whistle_id, POLICE, "police")
    town.solve(whistle_id, POLICE, "police", "pit filled in")
    town.rate(whistle_id, CHIEF, "police", 2)
    tasks = town.office.dossiers.open(event_id, OPERATOR).whistle(whistle_id)
    assert [(t.department_id, t.result, t.rating) for t in tasks] == [
        ("police", "pit filled in", 2),
        ("urban_management", "", None),
    ]


@pytest.mark.parametrize(
    ("seconds", "on_time"), [(1799, True), (1800, True), (1801, False)]
)
def test_row_4_04_a_department_arrives_within_thirty_minutes_with_its_position(
    town: EventTown, seconds: int, on_time: bool
) -> None:
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    town.pass_minutes(seconds / 60)
    afar = town.check_in(whistle_id, POLICE, "police", 119.9)
    here = town.check_in(whistle_id, POLICE, "police")
    assert (afar["presence"], here["presence"]) == ("remote", "present")
    assert afar["on_time"] is here["on_time"] is on_time


def test_row_4_04_plus_a_summons_ends_when_it_is_solved_and_not_on_arrival(
    town: EventTown,
) -> None:
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police", "urban_management")
    for department, party in (("police", POLICE), ("urban_management", URBAN)):
        town.check_in(whistle_id, party, department)
    assert states(town, event_id, whistle_id) == ["open", "open"]
    town.solve(whistle_id, POLICE, "police", "diggers seized")
    town.solve(whistle_id, URBAN, "urban_management", "slope secured")
    assert states(town, event_id, whistle_id) == ["done", "done"]
    tasks = town.office.dossiers.open(event_id, OPERATOR).whistle(whistle_id)
    assert [task.result for task in tasks] == ["diggers seized", "slope secured"]


def states(town: EventTown, event_id: str, whistle_id: str) -> list[str]:
    """How far each department is."""
    dossier = town.office.dossiers.open(event_id, OPERATOR)
    return [task.state for task in dossier.whistle(whistle_id)]


def phase_on(text: str) -> str:
    """The phase that the page of a citizen marks as the present one."""
    [words] = re.findall(r'aria-current="step">.*?lang="en">([^<]+)<', text)
    return str(words)


def test_row_3_14_a_token_shows_the_state_without_log_in_or_personal_data() -> None:
    with keyed_service() as keyed:
        desk, report_text = keyed.headers("operator"), "老王家漏水，电话 13812345678"
        body = HERE | {"source": "hotline", "id": "T-1", "kind": "water_supply"}
        sent = keyed.client.post(
            "/events", json=body | {"text": report_text}, headers=desk
        )
        event, follow = sent.json(), f"/t/{sent.json()['token']}"
        path = f"/events/{event['event_id']}"
        assert keyed.client.get(path).status_code == 401
        pages = [keyed.client.get(follow, headers=BROWSER).text]
        for name, step in (
            ("n", {"action": "note", "note": "已联系住户"}),
            ("s", {"action": "skip", "to": "answered", "reason": "老王修好了"}),
        ):
            headers = desk | {"idempotency-key": name}
            done = keyed.client.post(f"{path}/actions", json=step, headers=headers)
            assert done.status_code == 201, done.text
        pages.append(keyed.client.get(follow, headers=BROWSER).text)
        history = keyed.client.get(f"{path}/history", headers=desk).json()["actions"]
    assert [phase_on(text) for text in pages] == [
        PHASES[phase].en for phase in ("assigned", "closed")
    ]
    people = [*event["people"]["members"], *event["people"]["chain"]]
    personal = {
        *("老王", "1381", "已联系住户", "120.08", "30.33", event["event_id"]),
        *(p[name] for p in people for name in ("post_id", "holder_id") if p[name]),
        *(line["key_id"] for line in history if line["key_id"]),
    }
    assert len(personal) > 12
    for text in pages:
        shown = text.replace(follow, "")
        assert [value for value in personal if value in shown] == []


def test_row_4_11_one_post_answers_at_every_step(town: EventTown) -> None:
    event_id = town.report()
    posts = [town.loop(event_id).post_id]
    for party, action, form in (
        (OPERATOR, "transfer", {"to": "G2", "reason": "border"}),
        (OPERATOR, "override", {"to": "G3", "reason": "other side"}),
        (URBAN, "handle", {}),
        (OPERATOR, "verify", {}),
        (SECOND, "close", {}),
        (OPERATOR, "reopen", {"reason": "again"}),
    ):
        town.act(event_id, party, action, **form)
        posts.append(town.loop(event_id).post_id)
    assert posts == ["G1-L", "C-L", *["G3-L"] * 5]
