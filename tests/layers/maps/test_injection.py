"""Every text of a map as an attack: shown in full, never run."""

import itertools
import json
import re
import zlib
from urllib.parse import quote

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from gis.risk import MethodCard
from layers import inert_text
from layers.maps import (
    Details,
    PackCaption,
    five_colour,
    five_colour_map,
    local_tiles,
    map_model,
    save_page,
)
from layers.maps.browser_modules import one_piece
from layers.words import Words
from support.harness.browser import pixel_of, visit
from support.harness.module_page import module_page, violations
from support.makers.drawn_maps import full_map

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
AREA_TEXTS = ["grid_id", "name", "accountable_post"]
AREA_LISTS = ["drivers", "drivers_en", "changes", "changes_en"]
POINT_TEXTS = [
    *("place_id", "place_name", "reasons", "place_grid"),
    *("event_id", "time", "category", "category_en"),
    *("post_id", "station_id", "station_name", "kind"),
]
OTHER_TEXTS = [
    *("head", "head_en", "grid_version", "review_number", "gap"),
    *("date_zh", "date_en", "days"),
    *("attribution", "tier_zh", "tier_en", "pack_zh", "pack_en"),
    *("circle_id", "circle_name", "community_id", "community_name"),
]
# shown instead of it where both are given
HIDDEN = {"boundary_version", "data_date"}
SINKS = {
    *(*CARD_TEXTS, *CARD_LISTS, *AREA_TEXTS, *AREA_LISTS, *POINT_TEXTS, *OTHER_TEXTS)
} - HIDDEN
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
    kind = [Words(text("category"), text("category_en"))]
    event = {"category": kind, "severity": [4], "day": ["2026-09-30"]}
    scene = {
        "pack": [text("pack")],
        "event_id": [text("event_id")],
        "time": [text("time")],
    }
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
        dates=[(Words(text("date_zh"), text("date_en")), text("days"))],
        grid_version=text("grid_version"),
        review_number=text("review_number"),
        attribution=text("attribution"),
        packs={text("pack"): PackCaption("火", text("pack_zh"), text("pack_en"))},
        tier_names={1: (text("tier_zh"), text("tier_en"))},
    )


def poisoned(text):
    """A map of one grid in one circle and community with a payload in every text."""
    area = {"level": [5], "geometry": [box(120, 30, 120.01, 30.01)]}
    lists = {
        name: [[Words(text(name), text(f"{name}_en"))]]
        for name in ("drivers", "changes")
    }
    texts = {name: [text(name)] for name in AREA_TEXTS} | lists
    parent = {"parent_id": [text("circle_id")]}
    names = {"circle_id": [text("circle_id")], "name": [text("circle_name")]}
    card = {name: text(name) for name in CARD_TEXTS}
    lines = {name: (text(name),) for name in CARD_LISTS}
    return {
        "grids": gpd.GeoDataFrame(texts | parent | area, crs="EPSG:4326"),
        "circles": gpd.GeoDataFrame(names | {"tier": [1]} | area, crs="EPSG:4326"),
        "title": Words(text("head"), text("head_en")),
        "method": MethodCard(breaks=(1.0, 2.0, 3.0, 4.0), **card, **lines),
        "details": details_of(text),
    }


def in_every_sink(payload):
    """The same payload in every text, each by its name."""
    return lambda sink: payload.replace("SINK", sink)


def another_in_each_sink(sink):
    """A payload by the name of a text."""
    return PAYLOADS[zlib.crc32(sink.encode()) % len(PAYLOADS)].replace("SINK", sink)


def visible(text):
    """A text as a reader sees it."""
    return re.sub("[\u2028\u2029\u202e]", lambda m: f"[U+{ord(m[0]):04X}]", text)


def read(page):
    """Everything that stands on the page now."""
    parts = page.locator(".pagoda-panel, .leaflet-container")
    return "\n".join([*parts.all_text_contents(), page.title()])


def show_areas(page):
    """Point at, click and select the area of every layer of the switch."""
    middle = pixel_of(page, 120.0065, 30.0065)
    for choice in page.locator(".tiers label").all():
        choice.click()
        page.mouse.move(*middle)
        page.mouse.click(*middle)
        page.locator(".selected .facts").wait_for()
        yield read(page)
    page.locator(".close").click()
    page.locator(".tiers label").first.click()


def show_points(page):
    """Open the popup of every kind of point; the post stands below the letter."""
    for name in ("places", "events", "posts", "stations"):
        page.locator(f".toggles input[name={name}]").check()
    is_panning = page.locator(".leaflet-pan-anim")
    for spot in SPOTS.values():
        page.mouse.click(*pixel_of(page, *spot))
        page.locator(".leaflet-popup .facts").last.wait_for()
        # a popup brings itself into view
        is_panning.wait_for(state="detached")
        yield read(page)
    page.locator(".leaflet-popup-close-button").last.click()
    letter = page.locator(".letter div").bounding_box()
    x, y = letter["x"] + letter["width"] / 2, letter["y"] + letter["height"] / 2
    answers = page.get_by_text("责任区")
    for step in (20, 36):
        if answers.count() == 0:
            page.mouse.click(x, y + step)
    answers.wait_for()
    yield read(page)


def show_found(page):
    """Show the hits of a search, which are every area and place."""
    page.locator(".search input").fill("fire")
    assert page.locator(".search li button").count() == 4
    yield read(page)
    page.locator(".search input").fill("")


def show_past(page):
    """Show a past day, then the sheet of paper, then the other language."""
    page.locator(".history input").fill("0")
    yield read(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(50)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.locator("[data-language=en]").click()
    yield read(page)


def show_everything(page):
    """Show every text of a map; what ran meanwhile, and what stood on the page."""
    steps = (show_areas, show_points, show_found, show_past)
    texts = list(itertools.chain.from_iterable(step(page) for step in steps))
    return page.evaluate("window.fired"), "\n".join(texts)


def everything_shown(chromium, path, parts):
    """Draw and open a map and show every text on it; what ran, the errors, the text."""
    save_page(five_colour_map(**parts), path)
    with visit(chromium, path, script=FIRE) as opened:
        fired, text = show_everything(opened.page)
        return fired, opened.trouble, text


def absent(text, text_of):
    """The sinks whose text does not stand in full in another."""
    return {sink for sink in SINKS if visible(text_of(sink)) not in text}


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_text_in_any_sink_runs_nothing_and_is_shown_in_full(
    chromium, tmp_path, payload
):
    text_of = in_every_sink(payload)
    path = tmp_path / "map.html"
    fired, trouble, text = everything_shown(chromium, path, poisoned(text_of))
    assert fired == []
    assert trouble == []
    assert absent(text, text_of) == set()


def test_text_in_any_sink_of_modules_as_files_runs_nothing(chromium, tmp_path):
    model = map_model(**poisoned(another_in_each_sink))
    with module_page(chromium, tmp_path, model, script=FIRE) as opened:
        fired, text = show_everything(opened.page)
        assert fired == []
        assert violations(opened) == []
        assert opened.trouble == []
    assert absent(text, another_in_each_sink) == set()


def test_every_sink_fires_where_texts_are_read_as_markup(
    chromium, tmp_path, monkeypatch
):
    as_text = "element.append(child)"
    as_markup = (
        "if (typeof child !== 'string') element.append(child);"
        "else element.insertAdjacentHTML('beforeend', child)"
    )

    def careless(name):
        code = one_piece(name)
        assert code.count(as_text) == 1
        return code.replace(as_text, f"{{ {as_markup} }}")

    monkeypatch.setattr(five_colour, "one_piece", careless)
    parts = poisoned(in_every_sink(MARKUP))
    fired, _, _ = everything_shown(chromium, tmp_path / "map.html", parts)
    assert set(fired) == SINKS


def runs_when_opened(chromium, tmp_path, payload):
    """What a map with a payload in every text runs before anything is touched."""
    parts = poisoned(in_every_sink(payload))
    save_page(five_colour_map(**parts), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html", script=FIRE) as opened:
        return set(opened.page.evaluate("window.fired"))


def test_without_escapes_in_json_a_text_ends_the_script(
    chromium, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        five_colour, "script_json", lambda model: json.dumps(model, ensure_ascii=False)
    )
    assert len(runs_when_opened(chromium, tmp_path, PAYLOADS[2]) & SINKS) > 10


def test_without_escapes_the_title_fires(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr(inert_text, "escape_text", str)
    assert runs_when_opened(chromium, tmp_path, f"</title>{MARKUP}") == {
        "head",
        "head_en",
    }


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_credit_of_a_base_map_is_text(chromium, tmp_path, payload):
    credit = payload.replace("SINK", "credit")
    area = {"grid_id": ["G"], "level": [1], "geometry": [box(120, 30, 120.01, 30.01)]}
    drawn = five_colour_map(
        gpd.GeoDataFrame(area, crs="EPSG:4326"),
        None,
        title="T",
        method=MethodCard("", "", "", "", (1.0, 2.0, 3.0, 4.0), "", "", ""),
        details=Details(base_map=local_tiles("tiles", credit)),
    )
    save_page(drawn, tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html", script=FIRE) as opened:
        shown = opened.page.locator(".leaflet-control-attribution").text_content()
        opened.page.wait_for_timeout(50)
        assert opened.page.evaluate("window.fired") == []
        assert shown == visible(credit)


def test_address_runs_nothing(chromium, tmp_path):
    save_page(full_map(), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html", script=FIRE) as opened:
        page, address = opened.page, opened.page.url.partition("#")[0]
        for number, payload in enumerate(PAYLOADS):
            text = quote(payload.replace("SINK", "address"))
            names = ("lang", "layer", "day", "area", "at")
            parts = "&".join(f"{name}={text}" for name in names)
            page.goto(f"{address}?{number}#{parts}")
            page.locator(".letter").first.wait_for(state="attached")
            assert page.evaluate("window.fired") == []
        assert opened.page_errors == []
