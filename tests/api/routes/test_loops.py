"""Events over HTTP as they stand, and the steps that take them on."""

from itertools import count
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.schemas.action_lines import ActionLineOut
from api.schemas.event_answers import TaskOut
from api.schemas.loops import EventLineOut
from api.service.access.audit import CLOSED_READ
from api.service.access.keys import KeyOrder, make_key
from api.settings import Settings
from gis.access import Role
from support.harness.answers import LOCAL, assert_problem
from support.harness.keyed import Keyed

HERE = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
NUMBERS = count()
OPERATOR, AUDITOR = Role.OPERATOR, Role.AUDITOR


class Dispute(NamedTuple):
    """A sensitive event, and what requests of who has a grant for it carry."""

    event_id: str
    key_id: str
    operator: dict[str, str]
    auditor: dict[str, str]


@pytest.fixture(scope="module")
def served() -> Any:
    """A service of its own, for what changes it."""
    with TestClient(create_app(Settings()), base_url=LOCAL) as client:
        yield client


def report(client: TestClient, **values: object) -> str:
    body = {"source": "hotline", "id": f"L-{next(NUMBERS)}", "kind": "street_trading"}
    answer = client.post("/events", json=body | HERE | values)
    assert answer.status_code == 201
    return str(answer.json()["event_id"])


def act(client: TestClient, event_id: str, action: str, **more: Any) -> Any:
    """Take a step, under a name of its own if none is given."""
    headers = {"idempotency-key": f"k-{next(NUMBERS)}"} | more.pop("headers", {})
    body = {"action": action} | more
    return client.post(f"/events/{event_id}/actions", json=body, headers=headers)


def test_an_event_is_read_with_what_may_be_done(served: TestClient) -> None:
    event_id = report(served, text="占道 13812345678")
    answer = served.get(f"/events/{event_id}")
    body = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert body["event"]["text"] == "占道 138******78"
    assert body["event"]["lon"] == 120.08
    assert body["loop"]["state"] == "assigned"
    assert body["loop"]["assigned_at"].endswith("Z")
    assert body["suggestion"]["kind"] == "street_trading"
    assert [task["sort"] for task in body["tasks"]] == ["handle"]
    assert {"action": "return", "needs_reason": True} in body["allowed"]


def test_an_event_that_did_not_move_is_not_sent_again(served: TestClient) -> None:
    event_id = report(served)
    tag = served.get(f"/events/{event_id}").headers["etag"]
    again = served.get(f"/events/{event_id}", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    act(served, event_id, "supervise")
    moved = served.get(f"/events/{event_id}", headers={"if-none-match": tag})
    assert (moved.status_code, moved.headers["etag"]) == (200, '"2"')


def test_a_step_is_taken_and_told_again_alike(served: TestClient) -> None:
    event_id = report(served)
    headers = {"idempotency-key": f"h-{event_id}"}
    first = act(served, event_id, "handle", headers=headers)
    again = act(served, event_id, "handle", headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json()["state"] == "handled"
    assert first.json()["seq"] == 2
    other = act(served, event_id, "note", note="x", headers=headers)
    assert_problem(other, 422, "changed-request-error")


def test_a_step_off_its_state_is_told_what_is_allowed(served: TestClient) -> None:
    answer = act(served, report(served), "accept")
    assert_problem(answer, 409, "wrong-state")
    assert {"action": "handle", "needs_reason": False} in answer.json()["allowed"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"action": "withdraw"}, "no-reason"),
        ({"action": "paint"}, "unknown-step"),
        ({"action": "whistle"}, "unknown-step"),
        ({"action": "transfer", "to": "nowhere", "reason": "x"}, "no-target"),
        ({"action": "relocate", "lon": 500, "lat": 30, "reason": "x"}, "no-position"),
        ({"action": "handle", "task": "E/9"}, "no-task"),
    ],
)
def test_a_step_that_cannot_be_is_refused(
    served: TestClient, body: dict[str, object], kind: str
) -> None:
    assert_problem(act(served, report(served), **body), 422, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        {"action": "transfer", "reason": "x"},
        {"action": "override", "reason": "x"},
        {"action": "link"},
        {"action": "relocate", "reason": "x"},
        {"action": "note"},
        {"action": "note", "note": "x", "to": "G1"},
        {"action": "handle", "lon": 120.0, "lat": 30.0},
        {"action": "correct", "reason": "x", "datum": "gcj02"},
        {"action": "accept", "colour": "red"},
    ],
    ids=str,
)
def test_a_step_says_all_that_it_needs_and_nothing_else(
    served: TestClient, body: dict[str, object]
) -> None:
    event_id = report(served)
    answer = act(served, event_id, **body)  # type: ignore[arg-type]
    assert_problem(answer, 422, "invalid-request")
    assert served.get(f"/events/{event_id}").headers["etag"] == '"1"'


def test_a_request_without_a_name_is_refused(served: TestClient) -> None:
    event_id = report(served)
    answer = served.post(f"/events/{event_id}/actions", json={"action": "handle"})
    assert_problem(answer, 400, "no-idempotency-key")


@pytest.mark.parametrize(
    ("tag", "status"), [('"1"', 412), ('W/"2"', 412), ('"1", "2"', 201), ("*", 201)]
)
def test_a_step_on_what_was_read_before_is_refused(
    served: TestClient, tag: str, status: int
) -> None:
    event_id = report(served)
    act(served, event_id, "supervise")
    answer = act(served, event_id, "note", note="x", headers={"if-match": tag})
    assert answer.status_code == status


def test_a_tag_that_is_none_is_refused(served: TestClient) -> None:
    answer = act(served, report(served), "supervise", headers={"if-match": "1"})
    assert_problem(answer, 400, "invalid-precondition")


def test_the_history_has_every_action_in_order(served: TestClient) -> None:
    event_id = report(served)
    act(served, event_id, "override", to="noise", reason="no stall")
    act(served, event_id, "handle")
    actions = served.get(f"/events/{event_id}/history").json()["actions"]
    assert [(a["seq"], a["action"], a["state"]) for a in actions] == [
        (1, "report", "assigned"),
        (2, "override", "assigned"),
        (3, "handle", "handled"),
    ]
    assert actions[0]["path"] == ["collected", "accepted", "assigned"]
    assert actions[1]["reason"] == "no stall"
    assert actions[1]["request"]["before"]["kind"] == "street_trading"


def test_tasks_are_told_open_or_not(served: TestClient) -> None:
    event_id = report(served)
    act(served, event_id, "handle")
    tasks = served.get(f"/events/{event_id}/tasks").json()["tasks"]
    assert [(t["sort"], t["state"]) for t in tasks] == [
        ("handle", "done"),
        ("verify", "open"),
    ]


def test_events_are_listed_page_by_page(served: TestClient) -> None:
    ids = [report(served) for _ in range(3)][::-1]
    first = served.get("/events", params={"limit": 2}).json()
    assert [event["event_id"] for event in first["events"]] == ids[:2]
    rest = served.get("/events", params={"limit": 2, "after": first["next"]}).json()
    assert rest["events"][0]["event_id"] == ids[2]
    assert set(first["events"][0]) == {
        *("event_id", "kind", "state", "phase", "grid_id", "post_id"),
        *("due_at", "overdue", "occurred_at"),
    }


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=100000000", 200),
        ("limit=0", 422),
        ("limit=-1", 422),
        ("state=paused", 422),
        ("overdue=yes", 422),
        ("overdue=true&state=assigned", 200),
        ("kind=never_heard_of", 200),
        ("area=C1-01", 200),
        ("area=C1-0", 404),
        ("after=nobody", 404),
        ("colour=red", 400),
        ("state=closed&state=triage", 400),
    ],
)
def test_a_list_is_asked_for_by_what_there_is(
    served: TestClient, query: str, status: int
) -> None:
    assert served.get(f"/events?{query}").status_code == status


@pytest.mark.parametrize("end", ["", "/history", "/tasks"])
@pytest.mark.parametrize("event_id", ["nobody", "%00", "%E8%A1%A8", "x" * 500])
def test_an_unknown_event_is_no_event_at_every_door(
    served: TestClient, event_id: str, end: str
) -> None:
    answer = served.get(f"/events/{event_id}{end}")
    assert_problem(answer, 404, "unknown-event-error")


def test_out_of_scope_is_answered_as_not_there(keyed: Keyed) -> None:
    headers = keyed.headers("steward")
    body = {"source": "hotline", "id": "scope-1", "kind": "street_trading"} | HERE
    event_id = keyed.client.post("/events", json=body, headers=headers).json()[
        "event_id"
    ]
    assert keyed.client.get(f"/events/{event_id}", headers=headers).status_code == 200
    bodies = {
        keyed.client.get(f"/events/{name}{end}", headers=keyed.headers(role)).text
        for name in (event_id, "nobody")
        for end in ("", "/history", "/tasks")
        for role in ("far_inspector", "member")
    }
    assert len(bodies) == 1


def test_who_acts_on_no_event_sees_no_text_or_position(keyed: Keyed) -> None:
    body = {"source": "hotline", "id": "scope-2", "kind": "noise", "text": "吵"} | HERE
    headers = keyed.headers("steward")
    event_id = keyed.client.post("/events", json=body, headers=headers).json()[
        "event_id"
    ]
    texts = {
        role: keyed.client.get(
            f"/events/{event_id}", headers=keyed.headers(role)
        ).json()["event"]
        for role in ("operator", "source", "auditor")
    }
    assert [texts[role]["text"] for role in texts] == ["吵", "吵", None]
    assert [texts[role]["lon"] for role in texts] == [120.08, 120.08, None]


@pytest.fixture(scope="module")
def dispute(keyed: Keyed) -> Dispute:
    """A dispute, and keys of an operator and an auditor with the grant for it."""
    body = {"source": "hotline", "id": "closed-1", "kind": "dispute"} | HERE
    body |= {"text": "两家争吵"}
    headers = keyed.headers("steward")
    sent = keyed.client.post("/events", json=body, headers=headers)
    assert sent.status_code == 201
    orders = (KeyOrder(role, grants="dispute") for role in (OPERATOR, AUDITOR))
    keys = [make_key(keyed.store, order) for order in orders]
    keyed.client.app.state.keys.refresh()  # type: ignore[attr-defined]
    headers = [{"authorization": f"Bearer {key.secret}"} for key in keys]
    return Dispute(sent.json()["event_id"], keys[0].key_id, *headers)


def closed_readings(keyed: Keyed) -> list[Any]:
    """What the audit has of readings."""
    entries, after = [], 0
    while actions := keyed.store.audit(after, 100):
        entries += [stored.action for stored in actions]
        after = actions[-1].row
    return [action for action in entries if action.action == CLOSED_READ]


def test_a_sensitive_event_is_whole_for_a_purpose_and_each_reading_is_recorded(
    keyed: Keyed, dispute: Dispute
) -> None:
    path = f"/events/{dispute.event_id}"
    before = len(closed_readings(keyed))
    bare = keyed.client.get(path, headers=dispute.operator)
    assert bare.json()["event"]["text"] is bare.json()["event"]["lon"] is None
    asked = {"purpose": " 调解回访 13812345678 "}
    whole = keyed.client.get(path, params=asked, headers=dispute.operator)
    assert whole.json()["event"]["text"] == "两家争吵"
    assert whole.headers["cache-control"] == "no-store"
    history = keyed.client.get(
        f"{path}/history", params=asked, headers=dispute.operator
    )
    assert history.json()["actions"][0]["request"] is not None
    readings = closed_readings(keyed)[before:]
    assert [r.request["view"] for r in readings] == ["event", "history"]
    assert {(r.event_id, r.key_id, r.reason) for r in readings} == {
        (None, dispute.key_id, "调解回访 138******78")
    }
    assert {r.request["event_id"] for r in readings} == {dispute.event_id}


def test_a_head_for_a_purpose_is_recorded_as_a_reading(
    keyed: Keyed, dispute: Dispute
) -> None:
    before = len(closed_readings(keyed))
    path, asked = f"/events/{dispute.event_id}", {"purpose": "length"}
    head = keyed.client.head(path, params=asked, headers=dispute.operator)
    assert (head.status_code, head.headers["cache-control"]) == (200, "no-store")
    [reading] = closed_readings(keyed)[before:]
    assert (reading.key_id, reading.reason) == (dispute.key_id, "length")


def test_a_tag_of_what_was_read_without_purpose_hides_nothing(
    keyed: Keyed, dispute: Dispute
) -> None:
    path = f"/events/{dispute.event_id}"
    tag = keyed.client.get(path, headers=dispute.operator).headers["etag"]
    headers = dispute.operator | {"if-none-match": tag}
    assert keyed.client.get(path, headers=headers).status_code == 304
    whole = keyed.client.get(path, params={"purpose": "review"}, headers=headers)
    assert (whole.status_code, whole.json()["event"]["lon"]) == (200, 120.08)


def test_an_auditor_sees_what_is_closed_for_a_purpose(
    keyed: Keyed, dispute: Dispute
) -> None:
    path = f"/events/{dispute.event_id}"
    whole = keyed.client.get(path, params={"purpose": "audit"}, headers=dispute.auditor)
    assert whole.json()["event"]["text"] == "两家争吵"
    bare = keyed.client.get(path, headers=dispute.auditor)
    assert bare.json()["event"]["text"] is None


@pytest.mark.parametrize("end", ["", "/history"])
@pytest.mark.parametrize(
    ("role", "status"),
    [("far_inspector", 403), ("source", 403), ("operator", 404), ("auditor", 404)],
)
def test_a_purpose_opens_nothing_to_who_may_not_see_the_event(
    keyed: Keyed, dispute: Dispute, role: str, status: int, end: str
) -> None:
    before = len(closed_readings(keyed))
    answer = keyed.client.get(
        f"/events/{dispute.event_id}{end}",
        params={"purpose": "curious"},
        headers=keyed.headers(role),
    )
    assert answer.status_code == status
    assert len(closed_readings(keyed)) == before


@pytest.mark.parametrize("purpose", ["", " ", "x" * 301])
def test_a_purpose_that_is_none_or_too_long_is_refused(
    keyed: Keyed, dispute: Dispute, purpose: str
) -> None:
    path = f"/events/{dispute.event_id}"
    asked = {"purpose": purpose}
    answer = keyed.client.get(path, params=asked, headers=dispute.operator)
    assert_problem(answer, 422, "invalid-request")


def test_lists_and_streams_show_nothing_that_is_closed() -> None:
    closed = {
        *("lon", "lat", "accuracy_m", "device_id", "text", "links", "on_behalf"),
        *("reason", "request", "answer"),
    }
    for line in (EventLineOut, TaskOut, ActionLineOut):
        assert closed.isdisjoint(line.model_fields), line
