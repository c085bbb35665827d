"""Every text of a map as an attack: shown in full, never run."""

import re

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from gis.risk import MethodCard
from layers.maps import (
    Details,
    PackCaption,
    five_colour_map,
    local_tiles,
    offline,
    save_page,
)
from support.harness.browser import visit

pytestmark = pytest.mark.chromium

FIRE = "window.fired = []; window.fire = (sink) => window.fired.push(sink);"
MARKUP = "<img src=data:, onerror=fire('SINK')>"
PAYLOADS = [
    MARKUP,
    "<svg onload=fire('SINK')>",
    "</script><script>fire('SINK')</script>",
    "${fire('SINK')}",
    "`+fire('SINK')+`",
    '"+fire("SINK")+"',
    "');fire('SINK');('",
    "\\u003cimg src=data:, onerror=fire('SINK')\\u003e",
    "&lt;img src=data:, onerror=fire('SINK')&gt;",
    "{{ \"<img src=data:, onerror=fire('SINK')>\" }}",
    "\u202e</title></textarea><img src=data:, onerror=fire('SINK')>",
    '"><a href="javascript:fire(\'SINK\')" autofocus onfocus="fire(\'SINK\')">x</a>',
    "\u2028fire('SINK')\u2029",
    "<!--<script>fire('SINK')",
]
CARD_TEXTS = [n for n, kind in MethodCard.__annotations__.items() if kind is str]
CARD_LISTS = ["constants", "constants_zh"]
AREA_TEXTS = ["grid_id", "name", "accountable_post", "drivers", "changes"]
POINT_TEXTS = [
    *("place_id", "place_name", "reasons", "place_grid", "category"),
    *("post_id", "station_id", "station_name", "kind"),
]
OTHER_TEXTS = [
    *("head", "grid_version", "review_number", "gap"),
    *("attribution", "tier_zh", "tier_en", "pack_zh", "pack_en"),
    *("circle_id", "circle_name", "community_id", "community_name"),
]
# shown instead of it where both are given
HIDDEN = {"boundary_version"}
SINKS = {*CARD_TEXTS, *CARD_LISTS, *AREA_TEXTS, *POINT_TEXTS, *OTHER_TEXTS} - HIDDEN
SPOTS = {
    "places": (120.002, 30.002),
    "events": (120.008, 30.002),
    "stations": (120.002, 30.008),
}


def at(layer):
    return [Point(*SPOTS[layer])]


def details_of(text):
    """Everything over the areas with a payload in every text."""
    area = {"level": [5], "geometry": [box(120, 30, 120.01, 30.01)]}
    community = {
        "community_id": [text("community_id")],
        "name": [text("community_name")],
    }
    place = {
        "place_id": [text("place_id")],
        "name": [text("place_name")],
        "scene": ["street_shop"],
        "code": [3],
        "reasons": [[text("reasons")]],
        "due": [pd.Timestamp("2026-10-01")],
        "grid_id": [text("place_grid")],
    }
    event = {"category": [text("category")], "severity": [4], "day": ["2026-09-30"]}
    scene = {"pack": [text("pack")]}
    station = {
        "station_id": [text("station_id")],
        "name": [text("station_name")],
        "kind": [text("kind")],
    }
    crs = "EPSG:4326"
    return Details(
        communities=gpd.GeoDataFrame(community | area, crs=crs),
        places=gpd.GeoDataFrame(place, geometry=at("places"), crs=crs),
        events=gpd.GeoDataFrame(event | scene, geometry=at("events"), crs=crs),
        posts=pd.DataFrame(
            {"post_id": [text("post_id")], "area_id": [text("grid_id")]}
        ),
        stations=gpd.GeoDataFrame(station, geometry=at("stations"), crs=crs),
        history=pd.DataFrame(
            {"2026-09-29": 5, "2026-09-30": 5},
            index=[text("grid_id"), text("circle_id"), text("community_id")],
        ),
        gaps={text("gap"): 1},
        grid_version=text("grid_version"),
        review_number=text("review_number"),
        attribution=text("attribution"),
        packs={text("pack"): PackCaption("火", text("pack_zh"), text("pack_en"))},
        tier_names={1: (text("tier_zh"), text("tier_en"))},
    )


def poisoned(payload):
    """A map of one grid in one circle and community with a payload in every text."""

    def text(sink):
        return payload.replace("SINK", sink)

    area = {"level": [5], "geometry": [box(120, 30, 120.01, 30.01)]}
    lists = {name: [[text(name)]] for name in ("drivers", "changes")}
    texts = {name: [text(name)] for name in AREA_TEXTS[:3]} | lists
    parent = {"parent_id": [text("circle_id")]}
    names = {"circle_id": [text("circle_id")], "name": [text("circle_name")]}
    grids = gpd.GeoDataFrame(texts | parent | area, crs="EPSG:4326")
    circles = gpd.GeoDataFrame(names | {"tier": [1]} | area, crs="EPSG:4326")
    card = {name: text(name) for name in CARD_TEXTS}
    lines = {name: (text(name),) for name in CARD_LISTS}
    return five_colour_map(
        grids,
        circles,
        title=text("head"),
        method=MethodCard(breaks=(1.0, 2.0, 3.0, 4.0), **card, **lines),
        details=details_of(text),
    )


def pixel_of(page, lon, lat):
    return page.evaluate(
        """([lon, lat]) => {
          const name = Object.keys(window).find((key) => /^map_\\d+$/.test(key));
          const { x, y } = window[name].latLngToContainerPoint([lat, lon]);
          return [x, y];
        }""",
        [lon, lat],
    )


def show_areas(page):
    """Point at, click and select the area of every layer of the switch."""
    middle = pixel_of(page, 120.0065, 30.0065)
    for choice in page.locator(".tiers label").all():
        choice.click()
        page.mouse.move(*middle)
        page.mouse.click(*middle)
        page.locator(".selected .facts").wait_for()
    page.locator(".close").click()
    page.locator(".tiers label").first.click()


def show_points(page):
    """Open the popup of every kind of point; the post stands below the letter."""
    for name in ("places", "events", "posts", "stations"):
        page.locator(f".toggles input[name={name}]").check()
    for spot in SPOTS.values():
        page.mouse.click(*pixel_of(page, *spot))
        page.locator(".leaflet-popup .facts").last.wait_for()
    page.locator(".leaflet-popup-close-button").last.click()
    letter = page.locator(".letter div").bounding_box()
    x, y = letter["x"] + letter["width"] / 2, letter["y"] + letter["height"] / 2
    answers = page.get_by_text("责任区")
    for step in (20, 36):
        if answers.count() == 0:
            page.mouse.click(x, y + step)
    answers.wait_for()


def show_found(page):
    """Show the hits of a search, which are every area and place."""
    page.locator(".search input").fill("fire")
    assert page.locator(".search li button").count() == 4
    page.locator(".search input").fill("")


def everything_shown(chromium, path):
    """Open a map, show every text on it, return what ran and the errors."""
    with visit(chromium, path, script=FIRE) as opened:
        show_areas(opened.page)
        show_points(opened.page)
        show_found(opened.page)
        opened.page.locator(".history input").fill("0")
        opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        opened.page.wait_for_timeout(50)
        head = opened.page.locator("h1").inner_text()
        return opened.page.evaluate("window.fired"), opened.trouble, head


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_text_in_any_sink_runs_nothing(chromium, tmp_path, payload):
    save_page(poisoned(payload), tmp_path / "map.html")
    fired, trouble, head = everything_shown(chromium, tmp_path / "map.html")
    assert fired == []
    assert trouble == []
    visible = re.sub("[\u2028\u2029\u202e]", lambda m: f"[U+{ord(m[0]):04X}]", payload)
    assert head == visible.replace("SINK", "head")


def test_without_escaping_every_sink_fires(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr(offline, "escape_text", str)
    save_page(poisoned(MARKUP), tmp_path / "map.html")
    fired, _, _ = everything_shown(chromium, tmp_path / "map.html")
    assert set(fired) == SINKS


def credit_fires(chromium, path, payload):
    """Whether the credit of a base map runs what it says."""
    credit = payload.replace("SINK", "attribution")
    area = {"grid_id": ["G"], "level": [1], "geometry": [box(120, 30, 120.01, 30.01)]}
    save_page(
        five_colour_map(
            gpd.GeoDataFrame(area, crs="EPSG:4326"),
            None,
            title="T",
            method=MethodCard("", "", "", "", (1.0, 2.0, 3.0, 4.0), "", "", ""),
            details=Details(base_map=local_tiles("tiles", credit)),
        ),
        path,
    )
    with visit(chromium, path, script=FIRE) as opened:
        opened.page.locator(".leaflet-control-attribution").wait_for()
        opened.page.wait_for_timeout(50)
        return opened.page.evaluate("window.fired")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_credit_of_a_base_map_runs_nothing(chromium, tmp_path, payload):
    assert credit_fires(chromium, tmp_path / "map.html", payload) == []


def test_without_escaping_the_credit_fires(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr(offline, "escape_text", str)
    assert credit_fires(chromium, tmp_path / "map.html", MARKUP) == ["attribution"]
