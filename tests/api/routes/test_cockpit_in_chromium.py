"""The cockpit in Chromium: live, by keys, from five metres, on a phone, and at rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from httpx2 import Client
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.browser import COOKIE
from api.settings import Settings
from gis.local_time import instant_text
from support.harness.cut_line import cut_line
from support.harness.served import served

pytestmark = pytest.mark.chromium

WALL, LAPTOP, PHONE = (3840, 2160), (1440, 900), (390, 844)
LEAST_WALL_PX = 36
SMALL_TEXTS = """least => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim();
    const box = texts.currentNode.parentElement;
    const isSeen = box.checkVisibility({ visibilityProperty: true });
    if (!text || !isSeen || !box.getBoundingClientRect().width) continue;
    if (parseFloat(getComputedStyle(box).fontSize) < least) small.push(text);
  }
  return small;
}"""
HIDE = """isHidden => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
NUMBERS = count(1)
SINCE = "2026-09-01T00:00:00+08:00"
HOSTILE = "值班长<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """A service of its own, in whose town nobody has a key."""
    return create_app(Settings(), speed=1e-6)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """Where it is reached."""
    with served(app, is_whole=True) as url:
        yield url


@pytest.fixture(scope="module")
def service(address: str) -> Iterator[Client]:
    """Asks it."""
    with Client(base_url=address) as client:
        yield client


def report(service: Client, kind: str = "street_trading", **members: Any) -> str:
    """Take an event in, in the middle of the town; return its id."""
    body = {"source": "hotline", "id": f"CK-{next(NUMBERS)}", "kind": kind}
    body |= {"lon": 120.08, "lat": 30.33, "datum": "wgs84"} | members  # type: ignore[dict-item]
    answer = service.post("/events", json=body)
    assert answer.status_code == 201, answer.text
    event_id: str = answer.json()["event_id"]
    return event_id


@contextmanager
def opened(
    chromium: Browser,
    url: str,
    size: tuple[int, int] = LAPTOP,
    *,
    language: str = "zh-CN",
) -> Iterator[Page]:
    """A cockpit that is drawn, asks for nothing elsewhere and breaks no policy."""
    is_phone = size == PHONE
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=is_phone,
        is_mobile=is_phone,
    )
    own = url.partition("/?")[0].partition("/#")[0].rstrip("/")
    context.add_cookies([{"name": COOKIE, "value": language, "url": own}])
    page, trouble = context.new_page(), []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: trouble.append(dialog.message))
    page.on(
        "request",
        lambda r: None if r.url.startswith((own, "data:")) else trouble.append(r.url),
    )
    try:
        page.goto(url)
        page.wait_for_selector(".lists .last", timeout=30_000)
        page.wait_for_selector(".age.live", timeout=30_000)
        yield page
        assert trouble == []
    finally:
        context.close()


def number(page: Page, figure: str) -> int:
    """Return a headline figure that is on the page."""
    text = page.locator(f".figures [data-figure={figure}]").inner_text()
    return int(text.replace(",", ""))


def test_an_event_comes_onto_the_page_and_is_counted(
    chromium: Browser, service: Client, address: str
) -> None:
    with opened(chromium, f"{address}/") as page:
        before = number(page, "events")
        event_id = report(service)
        row = page.wait_for_selector(f'.last [data-event="{event_id}"]')
        assert row is not None
        events = page.locator(".figures [data-figure=events]")
        expect(events).to_have_text(f"{before + 1}", timeout=15_000)
        answer = service.get("/now").json()
        for figure in answer["figures"]:
            assert number(page, figure["figure"]) == figure["value"]


def test_a_page_that_was_hidden_missed_nothing(
    chromium: Browser, service: Client, address: str
) -> None:
    with opened(chromium, f"{address}/") as page:
        first = report(service)
        page.wait_for_selector(f'.last [data-event="{first}"]')
        page.evaluate(HIDE, True)
        # what was asked before may be answered now; nothing more is asked
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        ids = [report(service) for _ in range(3)]
        page.wait_for_timeout(300)
        assert asked == []
        page.evaluate(HIDE, False)
        for event_id in ids:
            page.wait_for_selector(f'.last [data-event="{event_id}"]')


def test_a_broken_line_is_said_and_misses_nothing(
    chromium: Browser, service: Client, address: str
) -> None:
    with cut_line(address) as line:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{line.url}/")
        page.wait_for_selector(".age.live", timeout=30_000)
        report(service)
        before = line.count
        line.cut()
        ids = [report(service) for _ in range(3)]
        page.wait_for_timeout(200)
        line.mend()
        for event_id in ids:
            page.wait_for_selector(f'.last [data-event="{event_id}"]')
        assert line.count > before
        line.cut()
        page.wait_for_selector(".age.silent", timeout=20_000)
        line.mend()
        page.wait_for_selector(".age.live", timeout=20_000)
        context.close()


def test_a_wall_is_read_from_five_metres(chromium: Browser, address: str) -> None:
    with opened(chromium, f"{address}/?wall", WALL) as page:
        page.wait_for_selector(".letter b")
        assert page.evaluate(SMALL_TEXTS, LEAST_WALL_PX) == []
        size = (
            "parseFloat(getComputedStyle(document.querySelector('.values')).fontSize)"
        )
        assert page.evaluate(size) >= 120
        assert page.locator(".tile").count() == 6
        # nothing has to be scrolled, and nothing is cut off
        cut = "e => e.scrollHeight - e.clientHeight"
        assert page.locator(".lists").evaluate(cut) <= 0
        assert page.locator("html").evaluate(cut) <= 0


def test_keys_alone_reach_the_search_an_area_and_its_facts(
    chromium: Browser, address: str
) -> None:
    with opened(chromium, f"{address}/") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "search"
        page.locator(".leaflet-container").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(".selected .who")
        first = page.evaluate("location.hash")
        assert "area=" in first
        page.keyboard.press("ArrowDown")
        page.wait_for_url(lambda url: not url.endswith(first))
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.className") == "selected"


def test_an_area_says_who_answers_as_its_brief_does(
    chromium: Browser, service: Client, address: str
) -> None:
    levels = service.get("/risk/levels").json()["levels"]
    worst = max(levels, key=lambda grid: (levels[grid], grid))
    brief = service.get(f"/grids/{worst}/brief").json()
    # what is in the address is chosen when the page opens
    with opened(chromium, f"{address}/#area={worst}") as page:
        text = page.wait_for_selector(".selected .who").inner_text()  # type: ignore[union-attr]
        assert brief["command"]["accountable_post"] in text
        for leader in brief["command"]["leaders"]:
            assert leader["post_id"] in text
        beside = page.locator(".selected .beside [data-area]")
        assert beside.count() == len(brief["neighbours"])
        beside.first.click()
        page.wait_for_url(f"**{brief['neighbours'][0]['area_id']}*")


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_who_answers_is_reached_by_the_telephone_of_the_post(
    chromium: Browser,
    app: FastAPI,
    service: Client,
    address: str,
    size: tuple[int, int],
) -> None:
    levels = service.get("/risk/levels").json()["levels"]
    grid_id = max(levels, key=lambda grid: (levels[grid], grid))
    command = service.get(f"/grids/{grid_id}/brief").json()["command"]
    [leader] = [
        x for x in command["leaders"] if x["post_id"] == command["accountable_post"]
    ]
    area_id = leader["area_id"]
    row = {name: leader[name] for name in ("post_id", "area_id", "holder_id")}
    row["role"] = "grid_leader" if area_id == grid_id else "circle_leader"
    row |= {"title": HOSTILE, "phone": "0571-0000-0001", "valid_from": SINCE}
    app.state.desk.store.record("posts", pd.DataFrame([row]))
    with opened(chromium, f"{address}/#area={grid_id}", size) as page:
        who = page.locator(".selected .accountable")
        expect(who).to_contain_text(HOSTILE)
        expect(who).to_contain_text(leader["post_id"])
        call = who.locator('a[href="tel:0571-0000-0001"]')
        expect(call).to_have_text("0571-0000-0001")
        box = call.bounding_box()
        assert box is not None
        assert size == LAPTOP or box["height"] >= 44


def test_an_area_counts_what_is_open_there_by_kind(
    chromium: Browser, service: Client, address: str
) -> None:
    event_id = report(service)
    grid = service.get(f"/events/{event_id}").json()["loop"]["grid_id"]
    [count] = [
        kind["events"]
        for kind in service.get(f"/grids/{grid}/brief").json()["open"]["by_kind"]
        if kind["kind"] == "street_trading"
    ]
    with opened(chromium, f"{address}/#area={grid}") as page:
        page.wait_for_selector(".selected .open-here")
        rows = page.locator(".selected .open-here li b").all_inner_texts()
        assert f"{count}" in rows


def facts(page: Page, figure: str) -> str:
    """Return a figure of the area that is chosen, as the page says it."""
    text: str = page.locator(f'.selected .facts [data-figure="{figure}"]').inner_text()
    return text


def test_what_is_said_of_an_area_is_so_now_not_at_the_opening(
    chromium: Browser, app: FastAPI, service: Client, address: str
) -> None:
    lon, lat = 120.08, 30.33
    grid_id = service.post(
        "/assign", json={"lon": lon, "lat": lat, "datum": "wgs84"}
    ).json()["grid_id"]
    place_id = next(
        place["place_id"]
        for place in app.state.desk.on().places.to_dict("records")
        if place["grid_id"] == grid_id and place["code"] == 1
    )
    with opened(chromium, f"{address}/#area={grid_id}") as page:
        page.wait_for_selector(".selected .open-here")
        before = service.get(f"/risk/areas/{grid_id}").json()
        text = {name: facts(page, name) for name in ("level", "score", "drivers")}
        opened_there = page.locator(".selected .open-here").inner_text()
        page.evaluate("document.querySelector('.selected .beside').isKept = true")
        findings = [{"severity": "critical", "about": "x"}] * 3
        body = {"done_at": instant_text(app.state.desk.now()), "findings": findings}
        body["place_id"] = place_id
        assert service.post("/inspections", json=body).status_code == 201
        for _ in range(3):
            report(service, "illegal_mining", severity=4)
        after = service.get(f"/risk/areas/{grid_id}").json()
        assert after["level"] != before["level"]
        assert after["drivers"] != before["drivers"]
        # the panel that is open follows
        fact = '.selected .facts [data-figure="{}"]'.format
        for name, value in text.items():
            expect(page.locator(fact(name))).not_to_have_text(value)
        # figures are fetched every 2 s
        score = expect(page.locator(fact("score")))
        score.to_contain_text(f"{round(after['scores'], 2):g}", timeout=15_000)
        drivers = [words[0] for words in after["drivers"]]
        expect(page.locator(f"{fact('drivers')} li")).to_contain_text(drivers)
        expect(page.locator(".selected .open-here")).not_to_have_text(opened_there)
        # what did not change was left alone
        assert page.locator(".selected .beside").evaluate("e => e.isKept")
        # and so does one that is chosen again
        page.locator(".selected .beside [data-area]").first.click()
        page.locator(f'.selected .beside [data-area="{grid_id}"]').click()
        expect(page.locator(f"{fact('drivers')} li")).to_contain_text(drivers)


def test_a_past_day_stops_what_is_live_and_says_so(
    chromium: Browser, service: Client, address: str
) -> None:
    with opened(chromium, f"{address}/") as page:
        page.locator(".history input").fill("3")
        page.wait_for_selector(".age.stopped")
        event_id = report(service)
        page.wait_for_timeout(300)
        assert page.locator(f'[data-event="{event_id}"]').count() == 0
        page.locator(".age button").click()
        page.wait_for_selector(".age.live")
        page.wait_for_selector(f'.last [data-event="{event_id}"]')
        assert "day=" not in page.evaluate("location.hash")


def test_the_facts_of_an_area_are_on_the_screen_of_a_phone(
    chromium: Browser, address: str
) -> None:
    with opened(chromium, f"{address}/", PHONE) as page:
        # the letter tells it where its colour does not
        assert page.locator(".worst .level").first.inner_text() == "红"
        page.locator(".worst .area").first.click()
        page.wait_for_selector(".selected .who")
        box = page.locator(".selected h2").bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= PHONE[1] - box["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_dark_paper_leaves_the_five_colours(chromium: Browser, address: str) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    level = "getComputedStyle(document.querySelector('.worst .level')).backgroundColor"
    with opened(chromium, f"{address}/") as page:
        light = page.evaluate(paper), page.evaluate(level)
        page.locator("button.paper").click()
        dark = page.evaluate(paper), page.evaluate(level)
        assert dark[0] != light[0]
        assert dark[1] == light[1]
        assert "paper=dark" in page.evaluate("location.hash")


def test_hostile_texts_are_texts(
    chromium: Browser, service: Client, address: str
) -> None:
    kind = "<img src=//evil.example/x onerror=alert(1)>${7*7}"
    with opened(chromium, f"{address}/") as page:
        event_id = report(service, kind, text="<script>alert(1)</script>")
        row = page.wait_for_selector(f'.last [data-event="{event_id}"]')
        assert row is not None
        assert kind in row.inner_text()
        assert page.locator(".lists img").count() == 0


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("path", "size"), [("/", LAPTOP), ("/?wall", WALL), ("/", PHONE)]
)
def test_nobody_is_shut_out(
    chromium: Browser, address: str, path: str, size: tuple[int, int], language: str
) -> None:
    with opened(chromium, f"{address}{path}", size, language=language) as page:
        page.wait_for_selector(".letter b")
        if path == "/":
            page.locator(".worst .area").first.click()
            page.wait_for_selector(".selected .who")
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == []
        assert page.evaluate("document.documentElement.lang") == language
