"""The desk over HTTP: signed in by a key, stepped on by forms of its own alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.assets import assets_path
from api.desk_questions import DeskQuestion
from api.forms import Visitor
from api.rates import Rate
from api.service.access.keys import KeyOrder, make_key
from api.service.cockpit.call import CallView
from api.service.cockpit.queues import QueueDesk
from api.service.events.climbs import Climbs
from api.service.events.desk_forms import DATUMS
from api.service.events.dossier import Party
from api.service.events.pages import PageQuery
from gis.access import Role
from layers.pages import FORM_POLICY, INTEGRITY, PHOTO_POLICY, STYLE, page
from layers.photos import PHOTO_REASONS
from layers.words import Words
from layers.words.citizen import CITIZEN
from layers.words.desk import DESK
from support.harness.answers import LOCAL
from support.harness.keyed import Keyed
from support.harness.photo_folders import keep_photos
from support.harness.sign_in import BROWSER, HIDDEN, OWN, enter
from support.makers.desk_towns import BODY, OPERATOR, POLICE, DeskTown
from support.makers.event_town import CHIEF
from support.makers.photos import SVG, decoded, phone_photo, png_of_size

NUMBERS = count(1)


@pytest.fixture
def keyed(keyed: Keyed) -> Iterator[Keyed]:
    """The service that nobody has asked yet, by browsers of this machine."""
    state = keyed.client.app.state  # type: ignore[attr-defined]
    state.sign_in_limit, state.token_limit = Rate(1000), Rate(1000)
    yield keyed
    keyed.client.cookies.clear()


@pytest.fixture
def report(keyed: Keyed) -> Callable[..., dict[str, str]]:
    """Take an event in, in the middle of the town; the answer."""

    def send(kind: str = "illegal_mining", text: str = "") -> dict[str, str]:
        body = {"source": "hotline", "id": f"D-{next(NUMBERS)}", "kind": kind}
        body |= {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}  # type: ignore[dict-item]
        body |= {"text": text} if text else {}
        headers = keyed.headers("operator")
        response = keyed.client.post("/events", json=body, headers=headers)
        assert response.status_code == 201, response.text
        answer: dict[str, str] = response.json()
        return answer

    return send


@pytest.fixture
def photos(keyed: Keyed, tmp_path: Path) -> Iterator[Path]:
    """The folder into which the photos of the service go."""
    state = keyed.client.app.state  # type: ignore[attr-defined]
    office = state.event_office
    keep_photos(keyed.client.app, tmp_path / "files")
    yield tmp_path / "files"
    state.event_office = office


def hidden(text: str, action: str) -> dict[str, str]:
    """The hidden fields of the form of a step."""
    for form in text.split("<form")[1:]:
        fields = dict(HIDDEN.findall(form.split("</form>")[0]))
        if fields.get("action") == action:
            return fields
    raise AssertionError(f"no form of {action}")


def do(browser: TestClient, path: str, action: str, **fields: object):  # type: ignore[no-untyped-def]
    """Send the form of a step of an event."""
    data = hidden(browser.get(path).text, action) | fields
    return browser.post(path, data=data)


def test_pages_are_under_a_strict_policy_and_kept_nowhere(keyed: Keyed) -> None:
    browser = enter(keyed, "operator")
    response = browser.get("/desk")
    assert response.headers["content-security-policy"] == FORM_POLICY
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"


def test_every_page_with_forms_has_the_script_that_lets_each_act_once(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    answer, browser = report(), enter(keyed, "operator")
    script = f'<script type="module" src="{assets_path()}/sendings.js"></script>'
    event = f"/desk/events/{answer['event_id']}"
    for path in ("/desk", event, f"/t/{answer['token']}"):
        page = browser.get(path)
        assert page.text.count("<script") == page.text.count(script) == 1
        assert "script-src 'self'" in page.headers["content-security-policy"]
    assert keyed.client.get(f"{assets_path()}/sendings.js").status_code == 200


def test_a_step_that_the_loop_guards_says_so(keyed: Keyed, report) -> None:  # type: ignore[no-untyped-def]
    text = (
        enter(keyed, "operator").get(f"/desk/events/{report('odd')['event_id']}").text
    )
    guarded = {
        dict(HIDDEN.findall(form.split("</form>")[0]))["action"]
        for form in text.split("<form")
        if " data-guarded>" in form.partition("\n")[0]
    }
    assert guarded == {"accept"}


def test_style_sheet_is_asked_for_again_by_its_name(keyed: Keyed) -> None:
    response = keyed.client.get("/desk/style.css")
    assert response.content == STYLE
    headers = {"if-none-match": response.headers["etag"]}
    assert keyed.client.get("/desk/style.css", headers=headers).status_code == 304


def test_an_event_goes_round_by_forms(keyed: Keyed, report) -> None:  # type: ignore[no-untyped-def]
    path = f"/desk/events/{report('odd')['event_id']}"
    operator, steward = enter(keyed, "operator"), enter(keyed, "steward")
    assert do(operator, path, "accept").headers["location"] == path
    assert do(operator, path, "assign", to="police").status_code == 303
    assert do(operator, path, "whistle", departments=["police"]).status_code == 303
    police = enter(keyed, "department")
    task = re.search(r'<option value="([^"]+/\d+)"', police.get(path).text)
    assert task
    place = {"lon": "120.08", "lat": "30.33", "datum": "wgs84"}
    arrival = do(police, path, "check_in", task=task[1], **place)
    assert arrival.status_code == 303
    assert do(police, path, "solve", task=task[1], result="已劝离").status_code == 303
    assert do(police, path, "handle").status_code == 303
    assert do(operator, path, "verify").status_code == 303
    assert do(operator, path, "close").status_code == 303
    text = steward.get(path).text
    assert "结案" in text
    assert "已劝离" in text


def test_a_form_sent_twice_is_done_once(keyed: Keyed, report) -> None:  # type: ignore[no-untyped-def]
    path = f"/desk/events/{report()['event_id']}"
    operator = enter(keyed, "operator")
    data = hidden(operator.get(path).text, "note") | {"note": "一次"}
    assert {operator.post(path, data=data).status_code for _ in range(2)} == {303}
    assert operator.get(path).text.count("一次") == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_origin_changes_nothing(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
    headers: dict[str, str],
) -> None:
    path = f"/desk/events/{report()['event_id']}"
    operator = enter(keyed, "operator")
    data = hidden(operator.get(path).text, "supervise")
    del operator.headers["origin"], operator.headers["sec-fetch-site"]
    response = operator.post(path, data=data, headers=headers)
    assert response.status_code == 403
    assert "不能这样做" in response.text
    assert DESK["supervised"].both[0] not in operator.get(path).text.split("<main")[0]


def test_a_form_without_the_token_of_who_sends_it_is_refused(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    path = f"/desk/events/{report()['event_id']}"
    operator, steward = enter(keyed, "operator"), enter(keyed, "steward")
    data = hidden(operator.get(path).text, "supervise")
    foreign = hidden(steward.get(path).text, "correct")["form_token"]
    for token in ("", "x", foreign):
        response = operator.post(path, data=data | {"form_token": token})
        assert response.status_code == 403
        assert "没有任何改动" in response.text


def test_what_is_refused_stays_on_the_page_with_its_sentence(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    path = f"/desk/events/{report()['event_id']}"
    operator = enter(keyed, "operator")
    for action, fields, status in (
        ("withdraw", {}, 422),
        ("override", {"to": "nothing", "reason": "r"}, 422),
        ("relocate", {"lon": "x", "lat": "1", "reason": "r"}, 422),
        ("whistle", {"departments": []}, 422),
    ):
        response = do(operator, path, action, **fields)
        assert response.status_code == status, action
        assert 'role="alert"' in response.text
        assert "现在可以做的" in response.text
    data = hidden(operator.get(path).text, "note") | {"action": "close"}
    response = operator.post(path, data=data)
    assert response.status_code == 409
    data = hidden(operator.get(path).text, "note") | {"request_key": ""}
    assert operator.post(path, data=data).status_code == 400


def test_a_page_of_a_sensitive_event_asks_for_what_it_is_read_and_records_it(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    event_id = report("dispute", "两家争吵")["event_id"]
    path = f"/desk/events/{event_id}"
    key = make_key(keyed.store, KeyOrder(Role.OPERATOR, grants="dispute"))
    keyed.client.app.state.keys.refresh()  # type: ignore[attr-defined]
    browser = enter(replace(keyed, secrets={"granted": key.secret}), "granted")
    bare = browser.get(path).text
    [form] = [f for f in bare.split("<form")[1:] if 'name="purpose"' in f]
    assert f'method="get" action="{path}"' in form.split(">")[0] + ">"
    assert "<button" in form.split("</form>")[0]
    assert DESK["purpose_asked"].zh in bare
    assert "两家争吵" not in bare
    assert "120.08" not in bare
    whole = browser.get(path, params={"purpose": "调解回访"}).text
    assert "两家争吵" in whole
    assert 'name="purpose"' not in whole
    assert browser.get(path, params={"purpose": " "}).status_code == 422
    audit = [stored.action for stored in keyed.store.audit(0, 1000)]
    readings = [a for a in audit if a.request.get("event_id") == event_id]
    assert [(a.key_id, a.reason, a.request["view"]) for a in readings] == [
        (key.key_id, "调解回访", "page")
    ]


def test_an_event_out_of_scope_is_a_page_that_is_not_there(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    path = f"/desk/events/{report('odd')['event_id']}"
    browser = enter(keyed, "far_inspector")
    response, missing = browser.get(path), browser.get("/desk/events/none")
    assert (response.status_code, missing.status_code) == (404, 404)
    assert response.text == missing.text


def test_a_visitor_who_opens_an_event_signs_in_first(keyed: Keyed) -> None:
    response = keyed.client.get(
        "/desk/events/none", headers=BROWSER, follow_redirects=False
    )
    assert (response.status_code, response.headers["location"]) == (
        303,
        "/login?next=/desk/events/none",
    )
    assert keyed.client.post("/desk/events/none", headers=OWN).status_code == 401


@pytest.mark.parametrize("query", ["state=<b>", "after=none", "overdue=1", "odd=1"])
def test_a_query_that_cannot_be_is_said_on_a_page(keyed: Keyed, query: str) -> None:
    response = enter(keyed, "operator").get(f"/desk?{query}")
    assert response.status_code in {200, 400, 404, 422}
    assert response.headers["content-type"].startswith("text/html")
    assert "<b>" not in response.text


def test_a_citizen_follows_a_report_and_learns_of_nobody(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    answer = report(text="秘密内容")
    response = keyed.client.get(f"/t/{answer['token']}", headers=BROWSER)
    assert response.status_code == 200
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cache-control"] == "no-store"
    assert "noindex" in response.headers["x-robots-tag"]
    secrets = ("秘密内容", answer["event_id"], answer["post_id"])
    text = response.text.replace(answer["token"], "")
    assert [secret for secret in secrets if secret in text] == []


def test_a_token_a_letter_off_is_none_and_tried_a_few_times_only(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    token = report()["token"]
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    keyed.client.app.state.token_limit = Rate(3)  # type: ignore[attr-defined]
    answers = [keyed.client.get(f"/t/{t}", headers=BROWSER) for t in (wrong, "x")]
    assert [r.status_code for r in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    codes = [keyed.client.get(f"/t/{wrong}").status_code for _ in range(2)]
    assert codes == [404, 429]


def test_a_citizen_may_reopen_and_evaluate_and_nothing_else(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    answer = report()
    path, follow = f"/desk/events/{answer['event_id']}", f"/t/{answer['token']}"
    operator = enter(keyed, "operator")
    reason = {"reason": "现场已好"}
    assert do(operator, path, "skip", to="closed", **reason).status_code == 303
    citizen = TestClient(
        keyed.client.app, base_url=LOCAL, headers=BROWSER, follow_redirects=False
    )
    data = hidden(citizen.get(follow).text, "evaluate")
    assert citizen.post(follow, data=data | {"action": "withdraw"}).status_code == 403
    assert citizen.post(follow, data=data).status_code == 422
    done = citizen.post(follow, data=data | {"note": "满意，电话13800138000"})
    assert done.headers["location"] == f"{follow}?sent=1"
    assert CITIZEN["sent"].zh in citizen.get(done.headers["location"]).text
    data = hidden(citizen.get(follow).text, "reopen") | {"reason": "又坏了"}
    assert citizen.post(follow, data=data).status_code == 303
    text = operator.get(path).text
    assert "满意" in text
    assert "13800138000" not in text
    assert "又坏了" in text


def test_without_keys_nobody_signs_in_and_the_page_says_so(client: TestClient) -> None:
    response = client.get("/desk", headers=BROWSER)
    assert DESK["keyless"].zh in response.text
    assert "sign-out" not in response.text


def section(text: str, name: str) -> str:
    """What a reader sees of a section of the desk, its blanks each one."""
    [content] = re.findall(rf'<section class="{name}">(.*?)</section>', text, re.S)
    return " ".join(re.sub("<[^>]+>", " ", content).split())


QUIET = {
    "question": DeskQuestion("", "", "wgs84", "", "", ""),
    "view": CallView(),
    "sentence": None,
    "why": None,
    "typed_address": "",
    "datums": DATUMS,
    "may_report": True,
    "report": None,
    "notes": [],
    "token": "",
    "address": "",
    "nonce": "NONCE",
}
"""A desk that nobody asks anything."""


def shown(town: DeskTown, party: Party) -> str:
    """The page of the desk."""
    return page(
        "list",
        title=DESK["title"],
        language="zh-CN",
        root="/p",
        assets="/p/assets/0",
        problem=None,
        visitor=Visitor(Words("圈长", "Leader"), False, "TOKEN"),
        synthetic=None,
        query=PageQuery(),
        desk=town.desk.desk(PageQuery(), party),
        queues=QueueDesk(town.desk).queues(party, "NONCE"),
        **QUIET,
    )


def test_the_desk_of_a_leader_lists_what_climbed_to_it() -> None:
    town = DeskTown()
    intake = town.events.intake
    event_id = town.report()
    assert section(shown(town, CHIEF), "climbed") == (
        "上提到我这里 Climbed to me 现在没有上提到我这里的任务。 "
        "Nothing has climbed to you."
    )
    town.wait(24 * 60 + 31)
    Climbs(town.store, intake.snapshots, intake.ids).turn(town.clock.now)
    text = shown(town, CHIEF)
    assert "Nothing is owed now." in section(text, "owed")
    assert section(text, "climbed") == (
        "上提到我这里 Climbed to me 上提 1 件，逾期 1 件 1 climbed, 1 overdue "
        "出店经营 Street trading ▲ 逾期 31 分钟 31 min overdue "
        "处置 Handle · urban_management · G1 逾期始于 "
        "Overdue since 2026-10-01 20:00 · 已上提 2 次 Climbs: 2 上提至 "
        "Climbed to C"
    )
    assert f'href="/p/desk/events/{event_id}"' in text.split('class="climbed"')[1]
    assert 'class="climbed"' not in shown(town, OPERATOR)


def test_three_pages_look_as_they_did(golden: Callable[[str, str], None]) -> None:
    town = DeskTown()
    event_id = town.report(text="<script>alert(1)</script> ${1} \u202e")
    other = town.report("odd")
    whistle_id = town.summon(event_id, "police")
    town.wait(20)
    town.arrive(whistle_id, POLICE, "police")
    town.solve(whistle_id, POLICE, "police", "劝离")
    town.act(event_id, BODY, "handle")
    visitor = Visitor(Words("值班员 K1", "Operator K1"), False, "TOKEN")
    common = {"root": "", "problem": None, "visitor": visitor, "synthetic": None}
    common |= {"language": "zh-CN", "assets": "/assets/0"}
    query = PageQuery()
    # another pack is no other page
    desk = town.desk.desk(query, OPERATOR)
    desk = replace(desk, kinds=desk.kinds[:2])
    view = town.desk.event(event_id, OPERATOR, "NONCE")
    view = replace(view, forms=tuple(f for f in view.forms if f.action != "override"))
    pages = {
        "list": page(
            "list",
            title=DESK["title"],
            query=query,
            desk=desk,
            queues=QueueDesk(town.desk).queues(OPERATOR, "NONCE"),
            **QUIET,
            **common,
        ),
        "event": page("event", title=view.kind, view=view, **common),
        "citizen": page(
            "citizen",
            title=CITIZEN["title"],
            root="",
            assets="/assets/0",
            language="zh-CN",
            token="TOKEN",  # noqa: S106  of no event
            problem=None,
            is_sent=False,
            report=town.desk.report(event_id, "NONCE"),
        ),
    }
    for name, text in pages.items():
        plain = text.replace(INTEGRITY, "INTEGRITY")
        plain = plain.replace(event_id, "EVENT-1").replace(other, "EVENT-2")
        golden(f"desk/{name}.html", plain)


def photo_fields(text: str) -> dict[str, str]:
    """The hidden fields of the form of a photo, which says what it sends."""
    [form] = [part for part in text.split("<form")[1:] if 'class="photo"' in part[:30]]
    form = form.split("</form>")[0]
    assert 'enctype="multipart/form-data"' in form
    assert 'type="file" name="photo" accept="image/jpeg,image/png"' in form
    return dict(HIDDEN.findall(form))


def test_a_photo_is_sent_by_a_form_and_shown_on_the_page(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
    photos: Path,
) -> None:
    path = f"/desk/events/{report()['event_id']}"
    operator = enter(keyed, "operator")
    first = operator.get(path)
    assert first.headers["content-security-policy"] == PHOTO_POLICY
    assert "<img" not in first.text
    fields = photo_fields(first.text)
    name = '"><script>alert(1)</script>.jpg'
    for _ in range(2):
        file = {"photo": (name, phone_photo(orientation=6), "text/html")}
        answer = operator.post(f"{path}/photos", data=fields, files=file)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    text = operator.get(path).text
    [source] = re.findall(r'<img src="([^"]+)" width="32" height="64"', text)
    assert "alert(1)" not in text
    shown = operator.get(source)
    assert decoded(shown.content).size == (32, 64)
    assert len([p for p in photos.rglob("*") if p.is_file()]) == 1
    assert "alert" not in str([*photos.rglob("*")])
    # an auditor reads it for a purpose, with its page
    auditor = enter(keyed, "auditor")
    assert "<img" not in auditor.get(path).text
    page_text = auditor.get(f"{path}?purpose=抽查").text
    [purposed] = re.findall(r'<img src="([^"]+)"', page_text)
    assert purposed.startswith(f"{source}?purpose=")
    assert auditor.get(source).status_code == 404
    assert auditor.get(purposed).content == shown.content
    assert 'class="photo"' not in page_text


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (b"", 422, "no_photo"),
        (SVG, 422, "no_picture"),
        (png_of_size(100_000, 100_000), 422, "too_wide"),
        (phone_photo() + b"\0" * 9_000_000, 413, "too_long"),
    ],
    ids=["empty", "svg", "bomb", "9 MB"],
)
def test_what_is_no_photo_is_said_on_the_page_with_the_form(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
    photos: Path,
    content: bytes,
    status: int,
    reason: str,
) -> None:
    path = f"/desk/events/{report()['event_id']}"
    operator = enter(keyed, "operator")
    fields = photo_fields(operator.get(path).text)
    file = {"photo": ("a.jpg", content, "image/jpeg")}
    answer = operator.post(f"{path}/photos", data=fields, files=file)
    assert answer.status_code == status
    assert PHOTO_REASONS[reason].zh in answer.text
    assert PHOTO_REASONS[reason].en in answer.text
    assert photo_fields(answer.text)["request_key"] != fields["request_key"]
    assert not photos.exists()


def test_a_photo_of_another_origin_is_refused(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
    photos: Path,
) -> None:
    path = f"/desk/events/{report()['event_id']}"
    operator = enter(keyed, "operator")
    fields = photo_fields(operator.get(path).text)
    file = {"photo": ("a.jpg", phone_photo(), "image/jpeg")}
    for headers, data in (
        ({"origin": "https://evil.example"}, fields),
        ({}, fields | {"form_token": "other"}),
    ):
        answer = operator.post(f"{path}/photos", data=data, files=file, headers=headers)
        assert answer.status_code == 403
    assert not photos.exists()


def test_without_a_folder_a_browser_reads_what_to_do(
    keyed: Keyed,
    report,  # type: ignore[no-untyped-def]
) -> None:
    path = f"/desk/events/{report()['event_id']}"
    operator = enter(keyed, "operator")
    fields = photo_fields(operator.get(path).text)
    file = {"photo": ("a.jpg", phone_photo(), "image/jpeg")}
    answer = operator.post(f"{path}/photos", data=fields, files=file)
    assert answer.status_code == 503
    assert PHOTO_REASONS["in_memory"].zh in answer.text
