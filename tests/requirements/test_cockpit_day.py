"""A day's play: from a call to what the wall, the town and a citizen see."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import geopandas as gpd
import pytest
import shapely
from httpx2 import Client
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.service.access.keys import KeyOrder, make_key
from api.settings import Settings
from conftest import PATIENCE_S
from gis.access import Role
from layers.stores import Store
from layers.words.citizen import NEXT_FOR_CITIZENS
from layers.words.phone import WAITING
from support.harness.served import served
from support.makers.contract_rows import departments, sources
from support.makers.named_places import named_places

pytestmark = pytest.mark.chromium

FAST: float = 60
"""A minute of the town in a second, so that one may be late."""
ADDRESS = "镜湖路8号"
NUMBERS = count(1)


class Town:
    """S town with keys, a place that has an address, and who acts in it."""

    def __init__(self, url: str, store: Store, keys: dict[Role, str]) -> None:
        self.url = url
        self.keys = keys
        self.clients = {
            role: Client(
                base_url=url,
                headers={"authorization": f"Bearer {key}"},
                timeout=PATIENCE_S,
            )
            for role, key in keys.items()
        }
        self.store = store

    def get(self, path: str, role: Role = Role.OPERATOR) -> Any:
        answer = self.clients[role].get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, role: Role = Role.OPERATOR, **body: object) -> Any:
        headers = {"idempotency-key": f"day-{next(NUMBERS)}"}
        answer = self.clients[role].post(path, json=body, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def figure(self, name: str) -> int:
        rows = {row["figure"]: row["value"] for row in self.get("/now")["figures"]}
        value: int = rows[name]
        return value


@pytest.fixture
def town() -> Iterator[Town]:
    app = create_app(Settings(), speed=FAST)
    with served(app, is_whole=True) as url:
        store: Store = app.state.desk.store
        store.record("departments", departments("police"))
        store.record("sources", sources("hotline"))
        grid = store.grids().iloc[60]
        point = shapely.point_on_surface(grid.geometry)
        row = ("DAY-1", "hotline", "actual", "镜湖便利店", ADDRESS, point.x, point.y)
        store.record(
            "enterprises", gpd.GeoDataFrame(named_places([row], is_coded=False))
        )
        orders = (
            KeyOrder(Role.OPERATOR),
            KeyOrder(Role.STEWARD),
            KeyOrder(Role.DEPARTMENT, department_id="police"),
            KeyOrder(Role.WALL),
        )
        keys = {order.role: make_key(store, order).secret for order in orders}
        app.state.keys.refresh()
        town = Town(url, store, keys)
        yield town
        for client in town.clients.values():
            client.close()


@pytest.fixture
def opened(chromium: Browser, town: Town) -> Iterator[Callable[..., Page]]:
    """Open a page in which the key of a role was typed."""
    contexts = []

    def opened(role: Role, path: str, width: int, height: int) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{town.url}/login")
        page.fill("input[name=key]", town.keys[role])
        page.click("main button")
        page.wait_for_url(lambda url: not url.endswith("/login"))
        page.goto(f"{town.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_from_a_call_to_what_everybody_sees(
    town: Town, opened: Callable[..., Page]
) -> None:
    wall = opened(Role.WALL, "/?wall", 3840, 2160)
    wall.wait_for_selector(".age.live", timeout=30_000)
    before = town.figure("open")

    # a call: the address stands for one place, and the answer says who moves
    [place] = town.get(f"/search?q={ADDRESS}")["places"]["items"]
    spot = {"lon": place["lon"], "lat": place["lat"], "datum": "cgcs2000"}
    report = town.post(
        "/events", source="hotline", id="CALL-1", kind="theft", address=ADDRESS, **spot
    )
    event_id, grid_id = report["event_id"], report["assignment"]["grid_id"]
    assert grid_id == town.store.grids().iloc[60]["grid_id"]
    row = wall.locator(f'.last [data-event="{event_id}"]')
    expect(row).to_be_visible(timeout=10_000)
    open_now = wall.locator('.figures [data-figure="open"]')
    expect(open_now).to_have_text(str(before + 1), timeout=15_000)

    # departments are summoned, and one is late
    summons = town.post(
        f"/events/{event_id}/whistles", departments=["police"], minutes=5
    )
    expect(wall.locator(".whistles li")).not_to_have_count(0, timeout=15_000)
    expect(wall.locator(".whistles .due.late")).to_be_visible(timeout=30_000)

    # whoever handles it has no network, presses once, and it counts once
    phone = opened(Role.DEPARTMENT, "/my", 390, 844)
    form = phone.locator(f'form[action="/my/events/{event_id}"]').first
    phone.context.set_offline(True)
    form.locator("button").click()
    expect(phone.locator("#waiting")).to_contain_text(WAITING["waits"].zh)
    phone.context.set_offline(False)
    expect(phone.locator("#waiting")).to_contain_text(
        WAITING["sent"].zh, timeout=30_000
    )

    # it arrives, solves what it was summoned for, and the desk closes the event
    whistle = f"/whistles/{summons['whistle_id']}"
    town.post(f"{whistle}/check-ins", Role.DEPARTMENT, **spot)
    town.post(f"{whistle}/solutions", Role.DEPARTMENT, result="done")
    for action in ("verify", "close"):
        town.post(f"/events/{event_id}/actions", action=action)
    history = town.get(f"/events/{event_id}/history")["actions"]
    [handled] = [a for a in history if a["action"] == "handle"]
    loop = town.get(f"/events/{event_id}")["loop"]
    assert loop["phase"] == "closed"
    # it counts from when it was filled in, not from when there was a network again
    assert loop["handled_at"] == handled["captured_at"] < handled["at"]

    # the citizen sees it by the token, the wall and the figures follow
    citizen = Client(base_url=town.url, timeout=PATIENCE_S)
    seen = citizen.get(f"/t/{report['token']}", headers={"accept": "text/html"})
    citizen.close()
    assert NEXT_FOR_CITIZENS["closed"].zh in seen.text
    expect(open_now).to_have_text(str(before), timeout=30_000)
    assert town.figure("open") == before
