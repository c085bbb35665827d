"""Forms about events on the desk: each acts once, and what is refused comes back."""

import html
from collections.abc import Iterator
from itertools import count

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from api.rates import Rate
from api.routes.desk import PAGE
from layers.words.desk import CALL
from layers.words.phone import MY
from support.harness.answers import LOCAL
from support.harness.keyed import Keyed, keyed_service
from support.harness.sign_in import HIDDEN, enter

NUMBERS = count(1)
SINCE = "2026-09-01T00:00:00+08:00"


@pytest.fixture(scope="module")
def keyed() -> Iterator[Keyed]:
    """A service of its own with a source of calls."""
    with keyed_service() as service:
        state = service.client.app.state  # type: ignore[attr-defined]
        state.sign_in_limit = Rate(1000)
        row = {"source": "calls", "name_zh": "热线", "sort": "hotline"}
        row |= {"owner": "office", "valid_from": SINCE}
        service.store.record("sources", pd.DataFrame([row]))
        state.event_desk.registries.refresh()
        yield service


def forms(text: str, path: str) -> list[dict[str, str]]:
    """The hidden fields of every form that is sent to a path."""
    parts = [part.split("</form>")[0] for part in text.split("<form")[1:]]
    return [
        {name: html.unescape(value) for name, value in HIDDEN.findall(part)}
        for part in parts
        if f'action="{path}"' in part
    ]


def opening(browser: TestClient, find: str) -> dict[str, str]:
    """The form by which an event is opened under an answer."""
    text = browser.get(PAGE, params={"find": find}).text
    [form] = forms(text, f"{PAGE}/events")
    return form | {"where": f"grid:{find}", "kind": "noise", "text": "很吵"}


def history(keyed: Keyed, event_id: str) -> list[str]:
    headers = keyed.headers("steward")
    answer = keyed.client.get(f"/events/{event_id}/history", headers=headers).json()
    return [entry["action"] for entry in answer["actions"]]


def report(keyed: Keyed, kind: str = "odd") -> str:
    """Take an event in, in the middle of the town; its id."""
    body = {"source": "hotline", "id": f"EF-{next(NUMBERS)}", "kind": kind}
    body |= {"lon": 120.08, "lat": 30.33, "datum": "wgs84", "severity": 4}  # type: ignore[dict-item]
    headers = keyed.headers("operator")
    answer = keyed.client.post("/events", json=body, headers=headers)
    event_id: str = answer.json()["event_id"]
    return event_id


def step(browser: TestClient, event_id: str, action: str, query: str = "") -> dict:  # type: ignore[type-arg]
    """The one-press form of a step on a card of the desk."""
    text = browser.get(f"{PAGE}{query}").text
    found = forms(text, f"{PAGE}/steps/{event_id}")
    return next(form for form in found if form["action"] == action)


def test_an_event_is_opened_once_and_the_page_says_which_and_how_to_follow_it(
    keyed: Keyed,
) -> None:
    browser = enter(keyed, "operator")
    form = opening(browser, keyed.grid_id) | {"text": "KANARI-call", "severity": "3"}
    answers = [browser.post(f"{PAGE}/events", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    location = answers[0].headers["location"]
    assert location.startswith(f"{PAGE}?find={keyed.grid_id}&sent=report&token=")
    events = keyed.store.events().to_dict("records")
    [row] = [row for row in events if "KANARI-call" in str(row)]
    loop = keyed.store.loop(row["event_id"])
    assert loop is not None
    assert (loop.grid_id, loop.severity, loop.source) == (keyed.grid_id, 3, "calls")
    page = browser.get(location).text
    assert CALL["sent_report"].zh in page
    assert row["event_id"] in page
    token = location.rpartition("token=")[2]
    assert f"/t/{token}" in page
    assert browser.get(f"/t/{token}").status_code == 200


def test_an_address_alone_opens_an_event_that_waits_to_be_placed(keyed: Keyed) -> None:
    browser = enter(keyed, "operator")
    text = browser.get(PAGE, params={"find": "桥头无人知道的地方"}).text
    [form] = forms(text, f"{PAGE}/events")
    assert 'value="桥头无人知道的地方"' in text
    form |= {"kind": "noise", "text": "吵", "address": "桥头无人知道的地方"}
    assert browser.post(f"{PAGE}/events", data=form).status_code == 303
    waiting = browser.get(PAGE).text.split('id="not_placed"')[1].split("</section>")[0]
    assert "桥头无人知道的地方" in waiting


def test_a_step_of_a_card_is_taken_once_and_leads_back_to_the_answer(
    keyed: Keyed,
) -> None:
    event_id, browser = report(keyed), enter(keyed, "operator")
    form = step(browser, event_id, "accept", f"?find={keyed.grid_id}")
    path = f"{PAGE}/steps/{event_id}"
    answers = [browser.post(path, data=form) for _ in range(2)]
    location = f"{PAGE}?find={keyed.grid_id}&sent=accept&event={event_id}"
    assert {answer.headers["location"] for answer in answers} == {location}
    assert history(keyed, event_id).count("accept") == 1
    assert "已办理“受理”" in browser.get(location).text


def test_kinds_departments_and_reasons_go_with_one_press(keyed: Keyed) -> None:
    event_id, browser = report(keyed), enter(keyed, "operator")
    token = step(browser, event_id, "accept")["form_token"]
    path = f"{PAGE}/steps/{event_id}"
    for number, fields in enumerate(
        (
            {"action": "accept"},
            {"action": "assign", "to": "police", "reason": "最近"},
            {"action": "whistle", "departments": "police"},
            {"action": "return", "reason": "派错了"},
            {"action": "link", "to": report(keyed)},
        )
    ):
        data = {"form_token": token, "request_key": f"one-{number}"} | fields
        assert browser.post(path, data=data).status_code == 303, fields
    assert history(keyed, event_id)[-5:] == [
        *("accept", "assign", "whistle", "return", "link")
    ]
    text = browser.get(f"{PAGE}/events/{event_id}").text
    assert "最近" in text
    assert "派错了" in text


REFUSED: dict[str, tuple[tuple[str, ...], dict[str, str], int]] = {
    "no origin": (("origin", "sec-fetch-site"), {}, 403),
    "old": ((), {"form_token": "x"}, 403),
    "no key": ((), {"request_key": ""}, 400),
    "severity": ((), {"severity": "9"}, 422),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_is_refused_says_why_in_both_languages_and_comes_back_whole(
    keyed: Keyed, name: str
) -> None:
    missing, fields, status = REFUSED[name]
    browser = enter(keyed, "operator")
    form = opening(browser, keyed.grid_id) | {"text": "一段话<b>"} | fields
    for header in missing:
        del browser.headers[header]
    before = len(keyed.store.events())
    answer = browser.post(f"{PAGE}/events", data=form)
    assert answer.status_code == status
    assert len(keyed.store.events()) == before
    problem = answer.text.split('role="alert"')[1].split("</section>")[0]
    assert 'lang="zh-CN"' in problem
    assert 'lang="en"' in problem
    assert "一段话&lt;b&gt;</textarea>" in answer.text
    assert f'href="{PAGE}?find={keyed.grid_id}"' in answer.text
    [again] = forms(answer.text, f"{PAGE}/events")
    assert (again["kind"], again["where"]) == ("noise", f"grid:{keyed.grid_id}")
    if status == 403:
        browser.headers.update({"origin": LOCAL})
        sent = browser.post(f"{PAGE}/events", data=again | {"text": "一段话"})
        assert sent.status_code == 303


def test_a_step_that_is_refused_comes_back_with_what_was_typed(keyed: Keyed) -> None:
    event_id, browser = report(keyed), enter(keyed, "operator")
    form = step(browser, event_id, "accept")
    path = f"{PAGE}/steps/{event_id}"
    data = form | {"action": "return", "reason": "写了理由"}
    refused = browser.post(path, data=data)
    assert refused.status_code == 422
    assert "写了理由</textarea>" in refused.text
    # nobody who does not see it can act on it, or learn of it
    far = enter(keyed, "far_inspector")
    token = HIDDEN.findall(far.get(PAGE).text)[0][1]
    away = far.post(path, data={"form_token": token, "request_key": "k", "action": "a"})
    missing = far.post(
        f"{PAGE}/steps/none",
        data={"form_token": token, "request_key": "k", "action": "a"},
    )
    assert (away.status_code, missing.status_code) == (404, 404)
    assert away.text.replace(event_id, "none") == missing.text


def test_who_may_not_report_has_no_form_and_is_refused(keyed: Keyed) -> None:
    browser = enter(keyed, "auditor")
    text = browser.get(PAGE, params={"find": keyed.grid_id}).text
    assert forms(text, f"{PAGE}/events") == []
    token = HIDDEN.findall(text)[0][1]
    data = {"form_token": token, "request_key": "k", "kind": "noise", "text": "-"}
    answer = browser.post(f"{PAGE}/events", data=data)
    assert answer.status_code == 403
    assert MY["may_not_report"].zh in answer.text


def test_without_a_source_nothing_is_reported_and_that_is_said(
    keyed: Keyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.desk.CALL_SORT", "none")
    browser = enter(keyed, "operator")
    text = browser.get(PAGE, params={"find": keyed.grid_id}).text
    assert CALL["no_source"].zh in text
    token = HIDDEN.findall(text)[0][1]
    data = {"form_token": token, "request_key": "k", "kind": "noise", "text": "-"}
    answer = browser.post(f"{PAGE}/events", data=data)
    assert answer.status_code == 409
    assert CALL["no_source"].zh in answer.text


def test_who_is_signed_out_signs_in_and_sends_the_same_form(keyed: Keyed) -> None:
    browser = enter(keyed, "operator")
    form = opening(browser, keyed.grid_id) | {"text": "KANARI-out"}
    browser.cookies.clear()
    answer = browser.post(f"{PAGE}/events", data=form)
    assert answer.status_code == 401
    assert MY["signed_out"].zh in answer.text
    assert "KANARI-out</textarea>" in answer.text
