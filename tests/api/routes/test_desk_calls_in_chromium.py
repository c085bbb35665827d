"""The desk in Chromium: a call is answered by keys alone, in either language."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import geopandas as gpd
import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from httpx2 import Client
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.browser import COOKIE
from api.service.cockpit.queues import KEYS
from api.settings import Settings
from support.harness.served import served
from support.makers.hostile_texts import PAYLOADS
from support.makers.named_places import named_places

pytestmark = pytest.mark.chromium

LAPTOP, PHONE = (1440, 900), (390, 844)
STREET = "镜湖路"
NUMBERS = count(1)
FOREIGN = "img, svg, script:not([src$='/sendings.js'])"
"""What the pages of the desk do not have."""
TOO_SMALL = """() => {
  const small = [];
  const pressed = 'a, button, summary, select, textarea, label.tick, ' +
    'input:not([type=hidden]):not([type=checkbox])';
  for (const element of document.querySelectorAll(pressed)) {
    const { width, height } = element.getBoundingClientRect();
    const isSmall = width < 43.9 || height < 43.9;
    if (element.checkVisibility() && isSmall) small.push(element.outerHTML);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const parent = walker.currentNode.parentElement;
    if (!text || !parent.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (size < 16) small.push(`${text} ${size}`);
  }
  return small;
}"""


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """A service of its own, in whose town nobody has a key."""
    return create_app(Settings(), speed=1e-6)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """Where it is reached; places of its town have names and addresses."""
    with served(app, is_whole=True) as url:
        store = app.state.desk.store
        spots = [
            shapely.point_on_surface(polygon) for polygon in store.grids().geometry
        ]
        rows = [
            ("CALL-1", "hotline", "actual", "镜湖便利店", f"{STREET}8号"),
            ("CALL-2", "hotline", "actual", "镜湖文具店", f"{STREET}88号"),
            *(
                (f"EVIL-{n}", "hotline", "actual", f"恶意{payload}", f"恶意路{n}号")
                for n, payload in enumerate(PAYLOADS)
            ),
        ]
        places = [
            (*row, spot.x, spot.y) for row, spot in zip(rows, spots[20:], strict=False)
        ]
        frame = gpd.GeoDataFrame(named_places(places, is_coded=False))
        store.record("enterprises", frame)
        yield url


@pytest.fixture(scope="module")
def service(address: str) -> Iterator[Client]:
    """Asks it."""
    with Client(base_url=address) as client:
        yield client


@contextmanager
def opened(
    chromium: Browser,
    address: str,
    size: tuple[int, int] = LAPTOP,
    language: str = "zh-CN",
) -> Iterator[Page]:
    """A page that asks for nothing elsewhere and breaks no policy."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=True
    )
    context.add_cookies([{"name": COOKIE, "value": language, "url": address}])
    page, trouble = context.new_page(), []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: trouble.append(dialog.message))
    page.on(
        "request",
        lambda r: None if r.url.startswith(address) else trouble.append(r.url),
    )
    try:
        yield page
        assert trouble == []
    finally:
        context.close()


def report(service: Client, kind: str = "odd", **members: Any) -> str:
    """Take an event in, in the middle of the town; its id."""
    body = {"source": "hotline", "id": f"DK-{next(NUMBERS)}", "kind": kind}
    body |= {"lon": 120.08, "lat": 30.33, "datum": "wgs84"} | members  # type: ignore[dict-item]
    answer = service.post("/events", json=body)
    assert answer.status_code == 201, answer.text
    event_id: str = answer.json()["event_id"]
    return event_id


def tab_to(page: Page, selector: str, most: int) -> None:
    """Press Tab until an element has the focus."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        stops.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    raise AssertionError(f"{selector} is more than {most} tabs away: {stops}")


def press_access_key(page: Page, letter: str) -> None:
    """Press Alt and a letter, as a keyboard does; Playwright leaves the letter out."""
    session = page.context.new_cdp_session(page)
    key = {"key": letter, "text": letter, "unmodifiedText": letter, "modifiers": 1}
    code = {
        "code": f"Key{letter.upper()}",
        "windowsVirtualKeyCode": ord(letter.upper()),
    }
    for kind in ("keyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, **key, **code})


def test_a_call_is_taken_by_keys_alone(
    chromium: Browser, address: str, service: Client
) -> None:
    with opened(chromium, address) as page:
        page.goto(f"{address}/desk")
        page.wait_for_selector("#find:focus")
        # the box is where one types
        page.keyboard.type(f"{STREET}8号")
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk?find=*")
        page.wait_for_selector("#find:focus")
        call = page.locator(".duty a.tel")
        expect(call).to_be_visible()
        href = call.get_attribute("href") or ""
        assert href.startswith("tel:0571-0000-")
        tab_to(page, ".duty a.tel", 8)
        tab_to(page, "select[name=kind]", 30)
        page.keyboard.press("ArrowDown")
        tab_to(page, "textarea[name=text]", 4)
        page.keyboard.type("施工很吵")
        tab_to(page, ".opening button", 4)
        page.keyboard.press("Enter")
        page.wait_for_url("**sent=report**")
        event_id = page.locator(".thanks a bdi").first.inner_text()
        event = service.get(f"/events/{event_id}").json()
        assert event["event"]["text"] == "施工很吵"
        assert event["event"]["address"] == f"{STREET}8号"
        # and it is among what is open there
        expect(page.locator(f".here a[href$='{event_id}']")).to_be_visible()


def test_a_choice_and_a_step_are_made_by_keys_alone(
    chromium: Browser, address: str, service: Client
) -> None:
    event_id = report(service, severity=4)
    with opened(chromium, address) as page:
        page.goto(f"{address}/desk")
        page.wait_for_selector("#find:focus")
        page.keyboard.type("镜湖")
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk?find=*")
        page.wait_for_selector("#find:focus")
        tab_to(page, ".choices a", 5)
        page.keyboard.press("Enter")
        page.wait_for_url("**at=place*")
        expect(page.locator(".duty a.tel")).to_be_visible()
        page.wait_for_selector("#find:focus")
        # a letter leads to a list, the next tabs to its first step
        press_access_key(page, KEYS["alarms"])
        page.wait_for_url("**#alarms")
        step = f"form[action='/desk/steps/{event_id}'] button"
        tab_to(page, step, 60)
        page.keyboard.press("Enter")
        page.wait_for_url("**sent=accept**")
        assert service.get(f"/events/{event_id}").json()["loop"]["state"] == "accepted"
        # the same answer stands there again
        expect(page.locator(".duty a.tel")).to_be_visible()
        page.evaluate("document.activeElement.blur()")
        press_access_key(page, "s")
        page.wait_for_selector("#find:focus")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_state_of_the_desk_is_whole_for_everybody(
    chromium: Browser, address: str, service: Client, language: str
) -> None:
    report(service)
    lost = report(service, lon=None, lat=None, datum=None, address="桥头")
    headers = {"idempotency-key": f"whistle-{language}"}
    body = {"departments": ["police"], "minutes": 5}
    service.post(f"/events/{lost}/whistles", json=body, headers=headers)
    queries = ("", f"?find={STREET}8号", "?find=镜湖", "?find=北京", "?find=120.5,30.9")
    for size in (LAPTOP, PHONE):
        with opened(chromium, address, size, language) as page:
            for query in queries:
                page.goto(f"{address}/desk{query}")
                # what is folded is read too
                page.locator("details").evaluate_all(
                    "all => all.forEach(d => d.open = true)"
                )
                assert page.evaluate(TOO_SMALL) == [], query
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= size[0], query
                # one language at a time
                other = "en" if language == "zh-CN" else "zh-CN"
                shown = page.locator(f"main [lang={other}]").evaluate_all(
                    "all => all.filter(e => e.checkVisibility()).map(e => e.innerText)"
                )
                assert shown == [], query
                violations = Axe().run(page).response["violations"]
                assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == []


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_hostile_names_are_read_and_run_nowhere(
    chromium: Browser, address: str, number: int
) -> None:
    payload = PAYLOADS[number]
    with opened(chromium, address) as page:
        page.add_init_script("window.hits = []; window.fired = (n) => hits.push(n);")
        for query in (f"?find=EVIL-{number}", f"?at=place:EVIL-{number}", "?find=恶意"):
            page.goto(f"{address}/desk{query}")
            assert page.locator("main").count() == 1
            assert page.locator(f"main a[href^=javascript], {FOREIGN}").count() == 0
            assert page.evaluate("hits") == []
        page.goto(f"{address}/desk")
        page.wait_for_selector("#find:focus")
        page.fill("#find", payload)
        page.press("#find", "Enter")
        page.wait_for_url("**/desk?find=*")
        page.wait_for_selector("#find:focus")
        assert page.locator("#find").input_value() == payload
        assert page.locator(FOREIGN).count() == 0
