"""A place over HTTP: why it has its code, and the code as a picture."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import orjson
import pytest
from fastapi.testclient import TestClient

from api.rates import Rate
from api.schemas.code_picture import draw_code
from gis.local_time import instant_text
from gis.models import Instant, SafetyCode
from layers.pages import PHONE_POLICY, POLICY
from layers.styles import CODE_CARDS
from layers.words.phone import CHECK, MY
from layers.words.vocabulary import PLACE_PAGE
from support.harness.answers import assert_problem, due, get
from support.harness.keyed import Keyed
from support.harness.sign_in import HIDDEN, enter

LAST = "2026-09-30"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LOCAL = "http://127.0.0.1:8000"


@pytest.fixture
def client(client: TestClient) -> Iterator[TestClient]:
    """The service as this machine calls it, which nobody has asked yet."""
    state = client.app.state  # type: ignore[attr-defined]
    state.place_limit = Rate(1000, 60)
    base_url, client.base_url = client.base_url, LOCAL
    yield client
    client.base_url = base_url
    state.public_url, state.place_limit = None, Rate(1000, 60)


def place_of(client: TestClient) -> str:
    """The id of a place that has a code."""
    place_id: str = due(client, on=LAST)["checks"][0]["place_id"]
    return place_id


def test_place_says_why_it_has_its_code(client: TestClient) -> None:
    [check, *_] = due(client, on=LAST)["checks"]
    place = get(client, f"/enterprises/{check['place_id']}?on={LAST}")
    assert place["code"] == check["code"]
    assert place["due_on"] == check["due_on"]
    assert [r["criterion_id"] for r in place["reasons"]] == check["criteria"]
    assert all(r["text"].endswith(".") and r["text_zh"] for r in place["reasons"])
    assert place["history"][-1]["code"] == place["code"]


def test_unknown_place_is_a_problem_in_both_languages(client: TestClient) -> None:
    for path in ("/enterprises/E99999", "/enterprises/E99999/code.svg"):
        said = get(client, path, 404)
        assert said["detail"].endswith(".")
        assert said["detail_zh"].endswith("。")


def test_qr_code_is_a_closed_picture_in_the_colour_of_the_code(
    client: TestClient,
) -> None:
    checks = due(client, on=LAST, limit=100_000)["checks"]
    for code in ("red", "yellow", "green"):
        check = next(check for check in checks if check["code"] == code)
        response = client.get(f"/enterprises/{check['place_id']}/code.svg?on={LAST}")
        assert response.headers["content-type"] == "image/svg+xml"
        assert response.headers["content-security-policy"].startswith(
            "default-src 'none'"
        )
        card = CODE_CARDS[SafetyCode[code.upper()]]
        assert card.modules in response.text
        assert card.band in response.text
        drawn = ElementTree.fromstring(response.text)  # noqa: S314  made by us
        texts = [node.text for node in drawn.iter() if node.tag.endswith("text")]
        assert check["place_id"] in texts


def test_browser_sees_a_page_and_others_json(client: TestClient) -> None:
    path = f"/enterprises/{place_of(client)}?on={LAST}"
    page, place = client.get(path, headers=BROWSER), client.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert place.headers["content-type"] == "application/json"
    for answer in (page, place):
        assert "Accept" in answer.headers["vary"].split(", ")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    facts = place.json()
    for name in ("place_id", "due_on", "last_check"):
        assert str(facts[name]) in page.text


def test_no_answer_shows_what_was_found(client: TestClient) -> None:
    path = f"/enterprises/{place_of(client)}?on={LAST}"
    place = client.get(path).json()
    assert place["reasons"]
    for reason in place["reasons"]:
        assert set(reason) == {"criterion_id", "code", "text", "text_zh", "values"}


def test_public_address_with_its_path_stands_in_the_code_whoever_asks(
    client: TestClient,
) -> None:
    place_id = place_of(client)
    client.app.state.public_url = "https://town.example/pagoda"  # type: ignore[attr-defined]
    code = SafetyCode[get(client, f"/enterprises/{place_id}?on={LAST}")["code"].upper()]
    drawn = draw_code(
        f"https://town.example/pagoda/enterprises/{place_id}", place_id, code
    )
    path = f"/enterprises/{place_id}/code.svg?on={LAST}"
    assert client.get(path).text == drawn


def test_public_address_stands_in_the_code_whatever_host_is_named(
    keyed: Keyed,
) -> None:
    keyed.client.app.state.public_url = "https://town.example/pagoda"  # type: ignore[attr-defined]
    path = f"/enterprises/{keyed.place_id}/code.svg?on={LAST}"
    pictures = {
        keyed.client.get(path, headers={"host": host}).text
        for host in ("127.0.0.1:8000", "evil.example")
    }
    keyed.client.app.state.public_url = None  # type: ignore[attr-defined]
    assert len(pictures) == 1
    assert "<svg" in pictures.pop()


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost", "[::1]:9", "127.8.0.1:80", "LOCALHOST"]
)
def test_hosts_of_this_machine_stand_in_the_code(client: TestClient, host: str) -> None:
    path = f"/enterprises/{place_of(client)}/code.svg?on={LAST}"
    assert client.get(path, headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "10.0.0.1", "evil.example:8000"],
)
def test_foreign_host_is_refused_for_a_code(keyed: Keyed, host: str) -> None:
    path = f"/enterprises/{keyed.place_id}/code.svg?on={LAST}"
    response = keyed.client.get(path, headers={"host": host})
    assert_problem(response, 400, "foreign-host")
    assert "PAGODA_PUBLIC_URL" in response.json()["detail"]


@pytest.mark.parametrize("role", [None, "source", "department"])
def test_who_may_not_see_why_sees_the_code_and_when_it_is_due(
    keyed: Keyed, role: str | None
) -> None:
    path = f"/enterprises/{keyed.place_id}?on={LAST}"
    place = keyed.client.get(path, headers=keyed.headers(role)).json()
    whole = keyed.client.get(path, headers=keyed.headers("steward")).json()
    assert place == whole | {"reasons": None, "history": None}
    assert whole["history"]
    page = keyed.client.get(path, headers=keyed.headers(role) | BROWSER).text
    inside = keyed.client.get(path, headers=keyed.headers("steward") | BROWSER).text
    assert PLACE_PAGE["history"].zh in inside
    assert PLACE_PAGE["history"].zh not in page
    assert whole["code"] == place["code"]


def test_why_is_seen_within_the_area_of_a_key_only(keyed: Keyed) -> None:
    for role, is_near in (("inspector", True), ("far_inspector", False)):
        path = f"/enterprises/{keyed.place_id}?on={LAST}"
        place = keyed.client.get(path, headers=keyed.headers(role)).json()
        assert (place["history"] is not None) == is_near


def test_who_reads_place_after_place_must_wait(client: TestClient) -> None:
    client.app.state.place_limit = Rate(3, 600)  # type: ignore[attr-defined]
    paths = ("/enterprises/E1", "/enterprises/E2/code.svg", "/enterprises/E3")
    for path in paths:
        assert client.get(path).status_code == 404
    response = client.get("/enterprises/E4")
    assert_problem(response, 429, "http-error")
    page = client.get("/enterprises/E4", headers=BROWSER)
    assert page.status_code == 429
    assert "请求过于频繁" in page.text
    assert 0 < int(response.headers["retry-after"]) <= 600
    assert client.get("/livez").status_code == 200


def test_place_that_is_not_there_is_a_page_to_a_browser(client: TestClient) -> None:
    response = client.get("/enterprises/E99999", headers=BROWSER)
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "该日没有这个赋码场所" in response.text


@pytest.fixture
def browser(keyed: Keyed) -> TestClient:
    """A browser of a member, whose key was typed."""
    keyed.client.app.state.sign_in_limit = Rate(1000)  # type: ignore[attr-defined]
    return enter(keyed, "member")


def checklist(browser: TestClient, place_id: str, kind: str = "list") -> dict[str, str]:
    """The hidden fields of one of the two forms at a place."""
    text = browser.get(f"/enterprises/{place_id}").text
    forms = [dict(HIDDEN.findall(part)) for part in text.split("<form")[1:]]
    return next(form for form in forms if form["request_key"].endswith(kind))


def test_page_is_under_the_policy_of_all_pages(keyed: Keyed) -> None:
    path = f"/enterprises/{keyed.place_id}"
    answer = keyed.client.get(path, headers=BROWSER)
    assert answer.headers["content-security-policy"] == POLICY
    assert {*answer.headers["vary"].split(", ")} >= {"Accept", "Cookie"}
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert "<script" not in answer.text
    inside = keyed.client.get(path, headers=BROWSER | keyed.headers("member"))
    assert inside.headers["content-security-policy"] == PHONE_POLICY
    assert "/waiting.js" in inside.text


@pytest.mark.parametrize(
    ("role", "is_for"),
    [
        (None, False),
        ("auditor", False),
        ("department", False),
        ("source", False),
        ("far_inspector", False),
        ("inspector", True),
        ("member", True),
        ("leader", True),
        ("operator", True),
    ],
)
def test_the_checklist_is_for_who_may_inspect_there(
    keyed: Keyed, role: str | None, is_for: bool
) -> None:
    path, headers = f"/enterprises/{keyed.place_id}", keyed.headers(role) | BROWSER
    page = keyed.client.get(path, headers=headers).text
    assert ("request_key" in page) == is_for
    assert (CHECK["who"].zh in page) == is_for
    past = keyed.client.get(f"{path}?on={LAST}", headers=headers).text
    assert "request_key" not in past


def test_nothing_found_is_one_press_and_recorded_once(
    keyed: Keyed, browser: TestClient
) -> None:
    path, before = f"/enterprises/{keyed.place_id}", len(inspections(keyed))
    form = checklist(browser, keyed.place_id, "nothing")
    answers = [browser.post(path, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(inspections(keyed)) == before + 1
    page = browser.get(answers[0].headers["location"]).text
    assert "已记录：检查过，未发现问题" in page
    assert "下次检查不晚于" in page
    stranger = keyed.client.get(answers[0].headers["location"], headers=BROWSER).text
    assert "已记录" not in stranger


def inspections(keyed: Keyed) -> list[dict[str, object]]:
    """Every inspection of the town."""
    rows: list[dict[str, object]] = keyed.store.facts("inspections").to_dict("records")
    return rows


def test_ticks_are_recorded_with_their_severity_and_change_the_code(
    keyed: Keyed, browser: TestClient
) -> None:
    path = f"/enterprises/{keyed.place_id}"
    form: dict[str, object] = {**checklist(browser, keyed.place_id)}
    text = browser.get(path).text
    first, second = re.findall(r'name="item" value="([^"]+)"', text)[:2]
    form |= {"item": [first], "fixed": [second], "note": "招牌 <b>松动</b>"}
    # an hour ago by a phone that waited: what is put right is so later
    form["captured_at"] = instant_text(Instant(keyed.store.now() - 3_600_000))
    answer = browser.post(path, data=form)
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"]).text
    assert "发现 3 项（当场改好 1 项）" in page
    name = answer.headers["location"].rpartition("=")[2]
    [row] = [r for r in inspections(keyed) if r["inspection_id"] == name]
    found = orjson.loads(str(row["findings"]))
    assert found[0]["severity"] == "critical"
    assert found[-1]["about"] == "招牌 <b>松动</b>"
    assert row["post_id"] is not None
    assert 'class="band late"' in page
    # what was found before is put right by a tick, and the place is no longer red
    marks = re.findall(r'name="earlier" value="([^"]+)"', page)
    assert marks
    form = {**checklist(browser, keyed.place_id)} | {"earlier": marks}
    later = browser.get(browser.post(path, data=form).headers["location"]).text
    assert f"以前的隐患改好 {len(marks)} 项" in later
    assert 'name="earlier"' not in later


def test_a_check_that_is_refused_comes_back_with_its_ticks(
    keyed: Keyed, browser: TestClient
) -> None:
    path, before = f"/enterprises/{keyed.place_id}", len(inspections(keyed))
    form: dict[str, object] = {**checklist(browser, keyed.place_id)}
    item = re.findall(r'name="item" value="([^"]+)"', browser.get(path).text)[0]
    form |= {"item": [item], "note": "写了很久", "link": "http://a.example"}
    refused = browser.post(path, data=form)
    assert refused.status_code == 422
    assert "https://" in refused.text
    assert f'name="item" value="{item}" checked' in refused.text
    assert "写了很久</textarea>" in refused.text
    del browser.headers["origin"], browser.headers["sec-fetch-site"]
    assert browser.post(path, data=form | {"link": ""}).status_code == 403
    browser.cookies.clear()
    assert browser.post(path, data=form).status_code == 401
    assert len(inspections(keyed)) == before


def test_a_place_out_of_sight_takes_no_check_and_says_what_to_do(
    keyed: Keyed, browser: TestClient
) -> None:
    form = checklist(browser, keyed.place_id) | {"note": "KANARI"}
    before = len(inspections(keyed))
    answers = [
        browser.post(f"/enterprises/{place_id}", data=form)
        for place_id in (keyed.far_id, "E-none")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    for answer in answers:
        assert MY["duty_over"].zh in answer.text
        assert "KANARI</textarea>" in answer.text
    assert len(inspections(keyed)) == before


def test_a_tick_of_no_list_is_refused(keyed: Keyed, browser: TestClient) -> None:
    form = checklist(browser, keyed.place_id) | {"item": "no such item"}
    answer = browser.post(f"/enterprises/{keyed.place_id}", data=form)
    assert answer.status_code == 409
    assert "检查清单已更新" in answer.text
