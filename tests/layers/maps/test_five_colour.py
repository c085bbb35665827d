import gzip
import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from gis.errors import CrsError, InvalidLayerError
from layers.maps import Details, map_model, offline
from layers.maps.browser_modules import one_piece
from layers.maps.five_colour import ENTRY
from layers.maps.offline import packed_code, page
from support.makers.drawn_maps import (
    CARD,
    details,
    drawn,
    full_map,
    gaps_of,
    model_of,
    points,
    town,
)


def test_small_map_is_as_reviewed(golden):
    grids, circles = town(2)
    text = page(drawn(grids, circles, details=Details(grid_version="1 (2026-09-01)")))
    for name in ("leaflet.js", "leaflet.css"):
        text = text.replace(packed_code(name), f"[{name}]")
    styles = (offline.BROWSER / f"{ENTRY}.css").read_text("utf-8")
    for name, own in (("js", one_piece(ENTRY)), ("css", styles)):
        assert own.rstrip("\n") in text
        text = text.replace(own.rstrip("\n"), f"[{ENTRY}.{name}]")
    golden("five_colour_map.html", text)


def test_same_input_gives_same_bytes_in_any_row_order():
    grids, circles = town()
    layers = details(grids, circles)
    mixed = {
        name: frame.sample(frac=1, random_state=3)
        for name in ("communities", "places", "events", "posts", "stations", "history")
        for frame in [getattr(layers, name)]
    }
    shuffled = grids.sample(frac=1, random_state=3), circles[::-1]
    assert page(drawn(grids, circles, details=layers)) == page(
        drawn(*shuffled, details=Details(packs=layers.packs, **mixed))
    )


def test_grids_in_a_metric_crs_are_drawn_in_degrees():
    grids, circles = town()
    metric = model_of(page(drawn(grids.to_crs("EPSG:4549"), circles)))
    degrees = model_of(page(drawn(grids, circles)))
    assert metric["bounds"] == degrees["bounds"] == [[30.3, 120.05], [30.325, 120.08]]
    assert len(metric["arcs"]) == len(degrees["arcs"])


def test_layer_switch_offers_grids_circles_and_communities():
    tiers = model_of(page(full_map()))["tiers"]
    names = ["Grids", "Risk-control circles", "Core circle", "Communities"]
    assert [tier["en"] for tier in tiers] == names
    # a community lies under no circle but the town's own
    assert [tier["outlines"] for tier in tiers] == [
        [[1, 3], [2, 4]],
        [[1, 3], [2, 4]],
        [[2, 4]],
        [[3, 1], [2, 4]],
    ]


def test_page_carries_card_dates_and_versions():
    layers = Details(grid_version="7", review_number="审图号：GS（2026）1号")
    text = page(drawn(details=layers))
    for said in ("2026-09", "event-load/1", "events per km2", "审图号：GS（2026）1号"):
        assert said in text
    assert model_of(text)["boundary_version"] == ["7", ""]


def test_model_is_plain_json_and_what_the_page_has():
    grids, circles = town(2)
    grids["name"] = "<b>A & B</b>\u202e"
    options = {"title": "T \u2028", "method": CARD, "details": details(grids, circles)}
    model = map_model(grids, circles, **options)
    assert json.loads(json.dumps(model, allow_nan=False)) == model
    assert model["tiers"][0]["names"] == ["<b>A & B</b>[U+202E]"] * 4
    assert model["title"] == ["T [U+2028]", ""]
    text = page(drawn(grids, circles, synthetic=False, **options))
    assert model_of(text) == model


def test_map_shows_itself_closed_in_a_notebook():
    inner = drawn()._repr_html_()
    assert "cdn" not in inner
    assert inner.startswith("<iframe srcdoc=")


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh", "zh-CN")])
def test_map_in_a_notebook_speaks_the_language_of_its_user_first(
    monkeypatch, language, lang
):
    monkeypatch.setenv("PAGODA_LANG", language)
    assert f"html lang=&quot;{lang}&quot;" in drawn()._repr_html_()
    assert '<html lang="zh-CN">' in page(drawn())


def test_full_map_of_good_data_names_no_gap():
    assert gaps_of() == {}


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (lambda g: g.drop(columns="level"), InvalidLayerError, "no column 'level'"),
        (lambda g: g.assign(level=7), InvalidLayerError, "'G00' has level 7"),
        (lambda g: g.assign(level="red"), InvalidLayerError, "has level 'red'"),
        (lambda g: g.assign(score="high"), InvalidLayerError, "'score'"),
        (lambda g: g.set_crs(None, allow_override=True), CrsError, "no CRS"),
        (lambda g: g[:0], InvalidLayerError, "0 rows"),
        (lambda g: g.assign(geometry=None), InvalidLayerError, "without a polygon"),
    ],
    ids=["column", "level", "word", "text score", "crs", "empty", "no geometry"],
)
def test_layer_that_cannot_be_drawn_is_refused_in_a_sentence(change, error, said):
    grids, circles = town()
    with pytest.raises(error, match=rf"{said}.*\.$"):
        drawn(change(grids), circles)


BAD_OVERLAYS = {
    "code": ("places", lambda f: f.assign(code=4), "safety code 4"),
    "severity": ("events", lambda f: f.assign(severity=-1), "severity -1"),
    "place column": ("places", lambda f: f.drop(columns="scene"), "no column 'scene'"),
    "post column": ("posts", lambda f: f.drop(columns="area_id"), "'area_id'"),
    "past level": ("history", lambda f: f.replace(1, 9), "level of a past day 9"),
    "last day": ("history", lambda f: f.iloc[:, :2], "on the last day"),
}


@pytest.mark.parametrize("name", BAD_OVERLAYS)
def test_overlay_that_mixes_scales_is_refused_in_a_sentence(name):
    layer, change, said = BAD_OVERLAYS[name]
    grids, circles = town()
    bad = change(getattr(details(grids, circles), layer))
    with pytest.raises(InvalidLayerError, match=rf"{said}.*\.$"):
        full_map(**{layer: bad})


def test_town_with_11000_places_is_below_three_megabytes():
    grids, circles = town(11)
    n = 11_000
    places = gpd.GeoDataFrame(
        {
            "place_id": [f"91330199MA{i:08d}" for i in range(n)],
            "name": [f"合成商铺第{i}号" for i in range(n)],
            "scene": "street_shop",
            "code": 1,
            "reasons": [[f"逾期 {i % 97} 天", "消防通道堵塞"] for i in range(n)],
            "due": pd.Timestamp("2026-10-01"),
        },
        geometry=points(n, 5, width=0.06, height=0.05),
    )
    layers = details(grids, circles, places=places)
    text = page(drawn(grids, circles, details=layers))
    assert len(text.encode()) < 3_000_000
    assert len(gzip.compress(text.encode())) < 1_200_000


def test_shared_borders_are_written_once():
    grids, circles = town(10)
    whole = model_of(page(drawn(grids, circles)))
    alone = model_of(page(drawn(grids, None)))
    assert sum(map(len, whole["arcs"])) < 1.1 * sum(map(len, alone["arcs"]))


def test_grid_outside_a_tree_is_drawn():
    square = gpd.GeoDataFrame(
        {"grid_id": ["G"], "level": [5]}, geometry=[box(0, 0, 1, 1)], crs="EPSG:4326"
    )
    assert len(model_of(page(drawn(square, None)))["tiers"]) == 1
    assert CARD.data_date in page(drawn(square, None))
