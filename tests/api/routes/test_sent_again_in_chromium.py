"""A form acts once, also from a page that Back brought anew with what was typed."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from api.rates import Rate
from support.harness.keyed import Keyed, keyed_service
from support.harness.phone import phone
from support.harness.served import served
from support.makers.contract_rows import sources

pytestmark = pytest.mark.chromium

NUMBERS = count(1)
REPORT = 'form[action="/my/events"]'


@pytest.fixture(scope="module")
def keyed() -> Iterator[Keyed]:
    """A service of its own: what is counted here is nobody else's."""
    with keyed_service() as service:
        service.store.record("sources", sources("calls").assign(sort="hotline"))
        yield service


@pytest.fixture(scope="module")
def address(keyed: Keyed) -> Iterator[str]:
    """Where the service of all roles is reached."""
    state = keyed.client.app.state  # type: ignore[attr-defined]
    state.sign_in_limit, state.token_limit = Rate(1000), Rate(1000)
    state.place_limit = Rate(1000)
    with served(keyed.client.app) as url:  # type: ignore[arg-type]
        yield url


def send(page: Page, form: Locator) -> str:
    """Press the button of a form; the address of the page that answers."""
    before = page.url
    with page.expect_navigation(url=lambda url: url != before or "/desk/" in url):
        form.locator("button").click()
    page.wait_for_load_state("load")
    return page.url


def back(page: Page) -> None:
    """Go back to the page of the form."""
    page.go_back(wait_until="load")


def fill_report(page: Page, text: str) -> Locator:
    """Fill in the report of a phone; its form."""
    form = page.locator(REPORT)
    kind = form.locator("select[name=kind] option").nth(1).get_attribute("value")
    form.locator("select[name=kind]").select_option(kind)
    form.locator("input[name=address]").fill("镜湖路8号")
    form.locator("textarea[name=text]").fill(text)
    form.locator("input[name=on_behalf]").check()
    return form


def events_like(keyed: Keyed, text: str) -> list[dict[str, Any]]:
    """The events whose text holds another one."""
    rows = keyed.store.events().to_dict("records")
    return [row for row in rows if text in str(row)]


def checks_of(keyed: Keyed) -> int:
    """How many checks of the place there are."""
    rows = keyed.store.facts("inspections")
    return int((rows["place_id"] == keyed.place_id).sum())


def report(keyed: Keyed, kind: str = "theft") -> str:
    """Take an event in; its id."""
    body = {"source": "hotline", "id": f"again-{next(NUMBERS)}", "kind": kind}
    body |= {"lon": 120.08, "lat": 30.33, "datum": "wgs84", "text": "-"}  # type: ignore[dict-item]
    answer = keyed.client.post(
        "/events", json=body, headers=keyed.headers("operator")
    ).json()
    return str(answer["event_id"])


def steps_of(keyed: Keyed, event_id: str, action: str) -> int:
    """How often a step of an event was taken."""
    path, headers = f"/events/{event_id}/history", keyed.headers("operator")
    actions = keyed.client.get(path, headers=headers).json()["actions"]
    return [taken["action"] for taken in actions].count(action)


def test_a_report_sent_again_after_back_is_the_same_event(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    with phone(chromium, address, keyed.secrets["member"], "/my") as page:
        first = send(page, fill_report(page, "井盖缺失一"))
        for _ in range(2):
            back(page)
            form = page.locator(REPORT)
            assert form.locator("textarea[name=text]").input_value() == "井盖缺失一"
            # a field that browsers are not to remember
            assert form.locator("input[name=address]").input_value() == "镜湖路8号"
            assert send(page, form) == first
        assert len(events_like(keyed, "井盖缺失一")) == 1


def test_a_report_changed_after_back_is_another_event(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    with phone(chromium, address, keyed.secrets["member"], "/my") as page:
        first = send(page, fill_report(page, "路灯不亮一"))
        back(page)
        page.fill("textarea[name=text]:below(:text('情况'))", "路灯不亮二")
        second = send(page, page.locator(REPORT))
        assert second != first
        assert len(events_like(keyed, "路灯不亮一")) == 1
        assert len(events_like(keyed, "路灯不亮二")) == 1
        # the changed one is in turn known again
        back(page)
        assert send(page, page.locator(REPORT)) == second
        assert len(events_like(keyed, "路灯不亮二")) == 1


def test_another_report_of_a_page_that_was_opened_anew_is_its_own(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    with phone(chromium, address, keyed.secrets["member"], "/my") as page:
        send(page, fill_report(page, "垃圾未清"))
        page.goto(f"{address}/my")
        send(page, fill_report(page, "垃圾未清"))
        assert len(events_like(keyed, "垃圾未清")) == 2


def test_a_check_of_one_press_is_recorded_once_after_back(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    path = f"/enterprises/{keyed.place_id}"
    with phone(chromium, address, keyed.secrets["member"], path) as page:
        number = checks_of(keyed)
        first = send(page, page.locator("main form").first)
        back(page)
        assert send(page, page.locator("main form").first) == first
        assert checks_of(keyed) == number + 1
        # what was found is another check
        back(page)
        page.fill("textarea[name=note]", "通道堵塞")
        other = send(page, page.locator("main form").nth(1))
        assert other != first
        back(page)
        assert send(page, page.locator("main form").nth(1)) == other
        assert checks_of(keyed) == number + 2


def test_a_note_of_the_desk_is_taken_once_after_back(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    event_id = report(keyed)
    path = f"/desk/events/{event_id}"
    form_of_note = "form:has(input[name=action][value=note])"
    with phone(chromium, address, keyed.secrets["operator"], "/desk") as page:
        page.goto(f"{address}{path}")
        for _ in range(2):
            page.locator(f"details:has({form_of_note}) > summary").click()
            form = page.locator(form_of_note)
            if not form.locator("textarea").input_value():
                form.locator("textarea").fill("已回电话")
            send(page, form)
            back(page)
        assert steps_of(keyed, event_id, "note") == 1
        page.locator(f"details:has({form_of_note}) > summary").click()
        page.locator(f"{form_of_note} textarea").fill("又回电话")
        send(page, page.locator(form_of_note))
        assert steps_of(keyed, event_id, "note") == 2


def test_an_event_that_the_desk_opens_is_opened_once_after_back(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    path, text = "/desk?find=120.08,30.33", "来电说有异味"
    with phone(chromium, address, keyed.secrets["operator"], path) as page:
        form = page.locator('form[action="/desk/events"]')
        kind = form.locator("select[name=kind] option").nth(1).get_attribute("value")
        form.locator("select[name=kind]").select_option(kind)
        form.locator("textarea[name=text]").fill(text)
        first = send(page, form)
        back(page)
        assert send(page, page.locator('form[action="/desk/events"]')) == first
        assert len(events_like(keyed, text)) == 1


def test_a_citizen_says_once_how_it_went_after_back(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    body = {"source": "hotline", "id": "rated", "kind": "theft", "text": "-"}
    body |= {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}  # type: ignore[dict-item]
    headers = keyed.headers("operator")
    told = keyed.client.post("/events", json=body, headers=headers).json()
    for number, (role, action) in enumerate(
        (("department", "handle"), ("operator", "verify"), ("operator", "close"))
    ):
        headers = keyed.headers(role) | {"idempotency-key": f"rated {number}"}
        path, step = f"/events/{told['event_id']}/actions", {"action": action}
        answer = keyed.client.post(path, json=step, headers=headers)
        assert answer.status_code == 201, answer.text
    form_of_note = "form:has(input[name=action][value=evaluate])"
    with phone(chromium, address, "", f"/t/{told['token']}") as page:
        page.locator(f"{form_of_note} textarea").fill("很快")
        first = send(page, page.locator(form_of_note))
        back(page)
        assert send(page, page.locator(form_of_note)) == first
        assert steps_of(keyed, told["event_id"], "evaluate") == 1
        back(page)
        page.locator(f"{form_of_note} textarea").fill("后来又坏了")
        send(page, page.locator(form_of_note))
        assert steps_of(keyed, told["event_id"], "evaluate") == 2


def test_a_step_of_a_later_round_is_not_taken_for_the_one_before(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    event_id = report(keyed)
    form = f'form[action="/my/events/{event_id}"]:has(input[value=handle])'
    with phone(chromium, address, keyed.secrets["department"], "/my") as page:
        send(page, page.locator(form))
        assert steps_of(keyed, event_id, "handle") == 1
        step = {"action": "return", "reason": "未办完", "to": "assigned"}
        headers = keyed.headers("operator") | {"idempotency-key": "another round"}
        path = f"/events/{event_id}/actions"
        answer = keyed.client.post(path, json=step, headers=headers)
        assert answer.status_code == 201, answer.text
        back(page)
        send(page, page.locator(form))
        assert steps_of(keyed, event_id, "handle") == 2


def test_who_signs_in_after_another_sends_forms_of_its_own(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    with phone(chromium, address, keyed.secrets["member"], "/my") as page:
        send(page, fill_report(page, "同文上报"))
        page.context.clear_cookies()
        page.goto(f"{address}/login")
        page.fill("input[name=key]", keyed.secrets["leader"])
        page.click("main button")
        page.wait_for_url(lambda url: not url.endswith("/login"))
        page.go_back(wait_until="load")
        while not page.url.endswith("/my"):
            page.go_back(wait_until="load")
        assert page.locator(f"{REPORT} input[name=address]").input_value() == ""


def test_without_script_a_form_is_sent_as_any_other(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    secret = keyed.secrets["member"]
    with phone(chromium, address, secret, "/my", runs=False) as page:
        address_of_first = send(page, fill_report(page, "没有脚本"))
        assert "sent=report" in address_of_first
        assert len(events_like(keyed, "没有脚本")) == 1
