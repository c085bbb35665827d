"""My page over HTTP: a form acts once, and what is refused comes back filled in."""

import gzip
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from api.rates import Rate
from api.routes.my import PAGE
from api.service.access.keys import KeyOrder, make_key, revoke_key
from gis.access import Role
from gis.local_time import EPOCH, MILLISECOND, instant_text
from gis.models import Instant
from layers.pages import PHONE_POLICY
from layers.photos import PHOTO_REASONS
from layers.words.desk import DESK
from layers.words.phone import MY
from support.harness.answers import LOCAL
from support.harness.keyed import Keyed, keyed_service
from support.harness.photo_folders import keep_photos
from support.harness.sign_in import HIDDEN, enter, stranger
from support.makers.photos import SVG, phone_photo

NUMBERS = count(1)
DAY_MS = 86_400_000
SINCE = "2026-09-01T00:00:00+08:00"
MOST_BYTES = 30_000


@pytest.fixture(scope="module")
def keyed() -> Iterator[Keyed]:
    """A service of its own with a source of members."""
    with keyed_service() as service:
        state = service.client.app.state  # type: ignore[attr-defined]
        state.sign_in_limit = Rate(1000)
        row = {"source": "member_app", "name_zh": "网格通", "sort": "member"}
        row |= {"owner": "office", "valid_from": SINCE}
        service.store.record("sources", pd.DataFrame([row]))
        state.event_desk.registries.refresh()
        yield service


def report(keyed: Keyed, kind: str, text: str = "") -> str:
    """Take an event in, in the grid of the member; its id."""
    grids = keyed.store.grids().set_index("grid_id")
    spot = grids.loc[keyed.grid_id].geometry.representative_point()
    body: dict[str, object] = {"source": "hotline", "id": f"my-{next(NUMBERS)}"}
    body |= {"lon": spot.x, "lat": spot.y, "datum": "cgcs2000", "kind": kind}
    body |= {"text": text or "-"}
    headers = keyed.headers("operator")
    answer = keyed.client.post("/events", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["event_id"])


def forms(text: str, path: str) -> list[dict[str, str]]:
    """The hidden fields of every form that is sent to a path."""
    parts = [part.split("</form>")[0] for part in text.split("<form")[1:]]
    return [dict(HIDDEN.findall(part)) for part in parts if f'action="{path}"' in part]


def events_like(keyed: Keyed, text: str) -> list[str]:
    """Ids of the events whose text holds another one."""
    rows = keyed.store.events()
    return [row["event_id"] for row in rows.to_dict("records") if text in str(row)]


def step_form(browser: TestClient, event_id: str, action: str) -> dict[str, str]:
    """The form of a step of an event."""
    path = f"{PAGE}/events/{event_id}"
    found = forms(browser.get(PAGE).text, path)
    return next(form for form in found if form["action"] == action)


def test_a_stranger_is_sent_to_type_a_key(keyed: Keyed) -> None:
    answer = stranger(keyed).get(PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={PAGE}"


@pytest.mark.parametrize(
    "role", ["member", "leader", "operator", "inspector", "auditor", "department"]
)
def test_a_page_is_small_and_under_a_strict_policy(keyed: Keyed, role: str) -> None:
    answer = enter(keyed, role).get(PAGE)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == PHONE_POLICY
    assert len(gzip.compress(answer.content)) < MOST_BYTES
    assert " style=" not in answer.text


def test_a_member_sees_the_checks_and_the_colour_of_its_grid(keyed: Keyed) -> None:
    text = enter(keyed, "member").get(PAGE).text
    assert f"{keyed.grid_id} 今天是" in text
    assert "<svg viewBox" in text
    places = re.findall(r'href="/enterprises/([^"]+)"', text)
    assert places
    checks = keyed.client.get(
        f"/inspections/due?grid={keyed.grid_id}&limit=10000",
        headers=keyed.headers("steward"),
    ).json()
    assert {*places[:5]} <= {check["place_id"] for check in checks["checks"]}


def test_a_step_is_taken_once_however_often_its_form_is_sent(keyed: Keyed) -> None:
    event_id, browser = report(keyed, "theft"), enter(keyed, "department")
    form = step_form(browser, event_id, "handle")
    answers = [browser.post(f"{PAGE}/events/{event_id}", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.headers["location"] for answer in answers} == {f"{PAGE}?sent=handle"}
    history = keyed.client.get(
        f"/events/{event_id}/history", headers=keyed.headers("operator")
    ).json()
    actions = [entry["action"] for entry in history["actions"]]
    assert actions.count("handle") == 1
    assert "处置完成" in browser.get(answers[0].headers["location"]).text


@pytest.mark.parametrize("role", ["member", "leader"])
def test_who_is_on_duty_in_the_grid_accepts_what_waits_there(
    keyed: Keyed, role: str
) -> None:
    event_id, browser = report(keyed, "odd"), enter(keyed, role)
    form = step_form(browser, event_id, "accept")
    answer = browser.post(f"{PAGE}/events/{event_id}", data=form)
    assert answer.headers["location"] == f"{PAGE}?sent=accept"
    loop = keyed.store.loop(event_id)
    assert loop is not None
    assert (loop.state, loop.grid_id) == ("accepted", keyed.grid_id)
    # elsewhere there is nothing to accept
    other = enter(keyed, "far_inspector")
    assert other.get(f"/desk/events/{event_id}").status_code == 404


def test_a_member_goes_on_with_what_it_accepted_until_it_is_closed(
    keyed: Keyed,
) -> None:
    event_id, member = report(keyed, "odd"), enter(keyed, "member")
    leader, path = enter(keyed, "leader"), f"{PAGE}/events/{event_id}"

    def take(browser: TestClient, action: str, reason: str = "") -> str:
        """Send the form of a step that stands on the page; return the state after."""
        form = step_form(browser, event_id, action)
        form |= {"reason": reason} if reason else {}
        answer = browser.post(path, data=form)
        assert answer.status_code == 303, answer.text
        loop = keyed.store.loop(event_id)
        assert loop is not None
        return loop.state

    assert take(member, "accept") == "accepted"
    assert take(member, "return", "不在本网格") == "collected"
    assert take(member, "accept") == "accepted"
    assert take(member, "handle", "已当场清理") == "handled"
    # another key looks at it first
    steps = {form["action"] for form in forms(member.get(PAGE).text, path)}
    assert {"verify", "close"}.isdisjoint(steps)
    assert take(leader, "verify") == "verified"
    assert take(member, "close") == "closed"
    loop = keyed.store.loop(event_id)
    assert loop is not None
    assert loop.closed_tier == loop.area_path.count("/")


def test_a_member_handles_nothing_that_a_department_owes(keyed: Keyed) -> None:
    event_id, browser = report(keyed, "theft"), enter(keyed, "member")
    text = browser.get(PAGE).text
    steps = {form["action"] for form in forms(text, f"{PAGE}/events/{event_id}")}
    assert {"handle", "return", "close"}.isdisjoint(steps)


def test_a_step_without_its_reason_comes_back_filled_in(keyed: Keyed) -> None:
    event_id, browser = report(keyed, "theft"), enter(keyed, "operator")
    key = dict(HIDDEN.findall(browser.get(PAGE).text))["form_token"]
    form = {"form_token": key, "request_key": "k-reason", "action": "return"}
    path = f"{PAGE}/events/{event_id}"
    refused = browser.post(path, data=form)
    assert refused.status_code == 422
    [back] = forms(refused.text, path)
    assert (back["action"], back["request_key"]) == ("return", "k-reason")


def send(browser: TestClient, **fields: str) -> httpx.Response:
    """Send the form of a report."""
    [form] = forms(browser.get(PAGE).text, f"{PAGE}/events")
    return browser.post(f"{PAGE}/events", data=form | fields)


def test_a_report_for_a_resident_is_recorded_once_and_can_be_followed(
    keyed: Keyed,
) -> None:
    browser, where = enter(keyed, "member"), f"grid:{keyed.grid_id}"
    [form] = forms(browser.get(PAGE).text, f"{PAGE}/events")
    form |= {"kind": "street_trading", "where": where, "text": "占道 KANARI-1"}
    form |= {"on_behalf": "1", "is_fixed": "1", "link": "https://photo.example/1.jpg"}
    first, second = (browser.post(f"{PAGE}/events", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    [event_id] = events_like(keyed, "KANARI-1")
    event = keyed.client.get(
        f"/events/{event_id}", headers=keyed.headers("operator")
    ).json()
    assert event["loop"]["grid_id"] == keyed.grid_id
    assert event["event"]["on_behalf"] == "resident"
    assert event["event"]["text"] == "占道 KANARI-1（已当场处理）"
    page = browser.get(first.headers["location"]).text
    token = parse_qs(urlsplit(first.headers["location"]).query)["token"][0]
    assert event_id in page
    assert browser.get(f"/t/{token}").status_code == 200


def test_the_same_form_with_another_text_is_said_and_can_be_sent_anew(
    keyed: Keyed,
) -> None:
    browser = enter(keyed, "member")
    [form] = forms(browser.get(PAGE).text, f"{PAGE}/events")
    form |= {"kind": "noise", "text": "KANARI-2 a"}
    assert browser.post(f"{PAGE}/events", data=form).status_code == 303
    other = browser.post(f"{PAGE}/events", data=form | {"text": "KANARI-2 b"})
    assert other.status_code == 422
    assert "KANARI-2 b" in other.text
    [again] = forms(other.text, f"{PAGE}/events")
    again["text"] = "KANARI-2 b"
    assert browser.post(f"{PAGE}/events", data=again).status_code == 303
    assert len(events_like(keyed, "KANARI-2")) == 2


@pytest.mark.parametrize("days", [2, -2])
def test_a_phone_that_is_two_days_off_is_said_and_nothing_is_lost(
    keyed: Keyed, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the clock of a made-up town is nobody's
    monkeypatch.setattr("api.service.events.desk.EventDesk.synthetic", None)
    browser, now = enter(keyed, "member"), keyed.store.now()
    times = {
        name: instant_text(Instant(now + days * DAY_MS - ago))
        for name, ago in (("opened_at", 60_000), ("captured_at", 1000))
    }
    times["page_at"] = instant_text(Instant(now - 60_000))
    word = f"KANARI-clock{days}"
    answer = send(browser, kind="noise", text=word, **times)
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    speed, other = ("快", "slow") if days > 0 else ("慢", "fast")
    assert f"{speed}了 2 天" in page
    assert other not in page
    [event_id] = events_like(keyed, word)
    event = keyed.store.event(event_id)
    assert event is not None
    assert event.new.event.captured_at == now - 1000


def test_a_step_that_waited_on_the_phone_keeps_when_it_was_filled_in(
    keyed: Keyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id, browser = report(keyed, "theft"), enter(keyed, "department")
    received = keyed.store.loop(event_id)
    assert received is not None
    form = step_form(browser, event_id, "handle")
    captured = Instant(received.received_at + 60_000)
    form["captured_at"] = instant_text(captured)
    path = f"{PAGE}/events/{event_id}"
    later = Instant(captured + 7_200_000)
    monkeypatch.setattr(keyed.store, "now", lambda: later)
    for _ in range(2):
        assert browser.post(path, data=form).status_code == 303
    loop = keyed.store.loop(event_id)
    assert loop is not None
    assert (loop.handled_at, loop.first_response_at) == (captured, captured)
    history = keyed.client.get(
        f"/events/{event_id}/history", headers=keyed.headers("operator")
    ).json()["actions"]
    [line] = [line for line in history if line["action"] == "handle"]
    moments = [datetime.fromisoformat(line[name]) for name in ("captured_at", "at")]
    assert moments == [EPOCH + at * MILLISECOND for at in (captured, later)]
    assert history[0]["captured_at"] is None


REFUSED: dict[str, tuple[dict[str, str], dict[str, str], int]] = {
    "no origin": ({"origin": "", "sec-fetch-site": ""}, {}, 403),
    "old": ({}, {"form_token": "x"}, 403),
    "no key": ({}, {"request_key": ""}, 400),
    "link": ({}, {"link": "javascript:alert(1)"}, 422),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_is_refused_says_why_and_comes_back_whole(
    keyed: Keyed, name: str
) -> None:
    headers, fields, status = REFUSED[name]
    browser = enter(keyed, "member")
    for header, value in headers.items():
        if not value:
            del browser.headers[header]
    answer = send(browser, **({"kind": "noise", "text": "一段话<b>"} | fields))
    assert answer.status_code == status
    assert 'lang="zh-CN"' in answer.text
    assert 'lang="en"' in answer.text
    assert "一段话&lt;b&gt;</textarea>" in answer.text
    [again] = forms(answer.text, f"{PAGE}/events")
    assert again["kind"] == "noise"
    if status == 403:
        # the page that came back is signed, and of this site
        browser.headers.update({"origin": LOCAL})
        sent = browser.post(f"{PAGE}/events", data=again | {"text": "一段话"})
        assert sent.status_code == 303


def test_a_script_is_told_where_the_answer_stands_or_what_is_wrong(
    keyed: Keyed,
) -> None:
    browser, headers = enter(keyed, "member"), {"accept": "application/json"}
    [form] = forms(browser.get(PAGE).text, f"{PAGE}/events")
    form |= {"kind": "noise", "text": "KANARI-script"}
    answers = [
        browser.post(f"{PAGE}/events", data=form, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert browser.get(answers[0].json()["location"]).status_code == 200
    assert len(events_like(keyed, "KANARI-script")) == 1
    wrong = form | {"request_key": "k-2", "link": "javascript:alert(1)"}
    refused = browser.post(f"{PAGE}/events", data=wrong, headers=headers)
    assert refused.status_code == 422
    assert {*refused.json()} == {"detail", "detail_zh"}
    browser.cookies.clear()
    signed_out = browser.post(f"{PAGE}/events", data=form, headers=headers)
    assert signed_out.status_code == 401
    assert signed_out.json()["detail_zh"] == MY["signed_out"].zh


def test_a_form_from_elsewhere_is_refused(keyed: Keyed) -> None:
    browser = enter(keyed, "member")
    [form] = forms(browser.get(PAGE).text, f"{PAGE}/events")
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ):
        answer = browser.post(
            f"{PAGE}/events", data=form | {"text": "KANARI-evil"}, headers=headers
        )
        assert answer.status_code == 403
    assert events_like(keyed, "KANARI-evil") == []


def test_who_is_signed_out_meanwhile_loses_nothing(keyed: Keyed) -> None:
    browser = enter(keyed, "member")
    [form] = forms(browser.get(PAGE).text, f"{PAGE}/events")
    browser.cookies.clear()
    answer = browser.post(
        f"{PAGE}/events", data=form | {"kind": "noise", "text": "写了很久"}
    )
    assert answer.status_code == 401
    assert MY["signed_out"].zh in answer.text
    assert "写了很久</textarea>" in answer.text
    assert f"/login?next={PAGE}" in answer.text
    assert "form_token" not in answer.text


def test_what_is_no_longer_within_a_duty_is_said_with_what_to_do(keyed: Keyed) -> None:
    browser = enter(keyed, "member")
    token = dict(HIDDEN.findall(browser.get(PAGE).text))["form_token"]
    form = {"form_token": token, "request_key": "k", "action": "note", "note": "记下了"}
    answer = browser.post(f"{PAGE}/events/01a0-none", data=form)
    assert answer.status_code == 404
    assert MY["duty_over"].zh in answer.text
    assert MY["duty_over"].en in answer.text
    assert "记下了</textarea>" in answer.text


def test_whose_duty_has_ended_sees_that_and_keeps_what_was_typed(keyed: Keyed) -> None:
    state = keyed.client.app.state  # type: ignore[attr-defined]
    duties, now = state.snapshots.current.territory.duties, keyed.store.now()
    post = duties.members(keyed.grid_id, now)[1]
    order = KeyOrder(Role.MEMBER, post.holder_id)
    keyed.secrets["former"] = make_key(keyed.store, order).secret
    state.keys.refresh()
    browser = enter(keyed, "former")
    assert MY["no_posts"].zh not in browser.get(PAGE).text
    row = {"post_id": post.post_id, "area_id": keyed.grid_id, "holder_id": "F999"}
    row |= {"role": "full_time_member", "valid_from": SINCE}
    keyed.store.record("posts", pd.DataFrame([row]))
    state.snapshots.refresh()
    page = browser.get(PAGE).text
    assert MY["no_posts"].zh in page
    assert f"{PAGE}/events/" not in page
    token = dict(HIDDEN.findall(page))["form_token"]
    form = {"form_token": token, "request_key": "k", "note": "看过了"}
    answer = browser.post(f"/enterprises/{keyed.place_id}", data=form)
    assert answer.status_code == 404
    assert MY["duty_over"].zh in answer.text
    assert "看过了</textarea>" in answer.text


def test_who_may_not_report_is_told_and_has_no_form(keyed: Keyed) -> None:
    browser = enter(keyed, "auditor")
    page = browser.get(PAGE).text
    assert forms(page, f"{PAGE}/events") == []
    token = dict(HIDDEN.findall(page))["form_token"]
    form = {"form_token": token, "request_key": "k", "kind": "noise", "text": "x"}
    answer = browser.post(f"{PAGE}/events", data=form)
    assert answer.status_code == 403
    assert MY["may_not_report"].zh in answer.text


def test_a_token_that_is_none_is_not_shown(keyed: Keyed) -> None:
    text = enter(keyed, "member").get(f"{PAGE}?sent=report&token=NO-TOKEN").text
    assert "NO-TOKEN" not in text
    assert 'role="status"' not in text


def test_hostile_texts_are_text(keyed: Keyed) -> None:
    report(keyed, "odd", text="<script>alert(1)</script>\u202e")
    text = enter(keyed, "leader").get(PAGE).text
    assert "<script>" not in text
    assert text.count("<script") == 1
    assert "&lt;script&gt;" in text
    assert "U+202E" in text


def test_a_page_is_in_the_language_that_was_chosen(keyed: Keyed) -> None:
    browser = enter(keyed, "member")
    assert f"<title>{MY['title'].zh}" in browser.get(PAGE).text
    browser.get("/language/en")
    text = browser.get(PAGE).text
    assert f"<title>{MY['title'].en}" in text
    assert f'<option value="">{DESK["choose"].en}' in text


def test_a_key_that_was_revoked_is_nobody(keyed: Keyed) -> None:
    browser = enter(keyed, "inspector")
    key_id = re.findall(r"K-\w+", browser.get(PAGE).text)[0]
    revoke_key(keyed.store, key_id)
    keyed.client.app.state.keys.refresh()  # type: ignore[attr-defined]
    assert browser.get(PAGE).status_code == 303


def photo_form(text: str, event_id: str) -> dict[str, str]:
    """The hidden fields of the form of a photo of an event."""
    [form] = forms(text, f"{PAGE}/events/{event_id}/photos")
    return form


def test_a_photo_is_sent_from_the_phone_once_and_linked(
    keyed: Keyed, tmp_path: Path
) -> None:
    state = keyed.client.app.state  # type: ignore[attr-defined]
    office = state.event_office
    keep_photos(keyed.client.app, tmp_path / "files")
    event_id, browser = report(keyed, "theft"), enter(keyed, "member")
    path = f"{PAGE}/events/{event_id}/photos"
    form = photo_form(browser.get(PAGE).text, event_id)
    try:
        for _ in range(2):
            file = {"photo": ("a.jpg", phone_photo(), "image/jpeg")}
            answer = browser.post(path, data=form, files=file)
            assert answer.status_code == 303
        page = browser.get(answer.headers["location"]).text
        assert "已办理：上传照片" in page
        links = re.findall(rf'href="(/events/{event_id}/photos/[^"]+)"', page)
        assert len(links) == 1
        assert browser.get(links[0]).headers["content-type"] == "image/jpeg"
        assert len(gzip.compress(page.encode())) < MOST_BYTES
    finally:
        state.event_office = office


def test_a_photo_that_is_refused_comes_back_with_a_form_for_another(
    keyed: Keyed, tmp_path: Path
) -> None:
    state = keyed.client.app.state  # type: ignore[attr-defined]
    office = state.event_office
    event_id, browser = report(keyed, "theft"), enter(keyed, "member")
    path = f"{PAGE}/events/{event_id}/photos"
    form = photo_form(browser.get(PAGE).text, event_id)
    bad = {"photo": ("photo.jpg", SVG, "image/jpeg")}
    good = {"photo": ("photo.jpg", phone_photo(), "image/jpeg")}
    # a service in memory has no folder
    assert browser.post(path, data=form, files=good).status_code == 503
    keep_photos(keyed.client.app, tmp_path / "files")
    try:
        refused = browser.post(path, data=form, files=bad)
        assert refused.status_code == 422
        assert PHOTO_REASONS["no_picture"].zh in refused.text
        assert 'type="file" name="photo"' in refused.text
        back = photo_form(refused.text, event_id)
        assert back["request_key"] == form["request_key"]
        assert browser.post(path, data=back, files=good).status_code == 303
        # the same name with another photo is asked for again, under a new name
        other = {"photo": ("photo.png", phone_photo("PNG"), "image/png")}
        changed = browser.post(path, data=back, files=other)
        assert changed.status_code == 422
        renamed = photo_form(changed.text, event_id)
        assert renamed["request_key"] != back["request_key"]
        assert browser.post(path, data=renamed, files=other).status_code == 303
    finally:
        state.event_office = office
    signed_out = stranger(keyed).post(path, data=form, files=good)
    assert signed_out.status_code == 401
    assert MY["signed_out"].zh in signed_out.text
