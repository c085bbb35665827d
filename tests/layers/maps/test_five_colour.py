import gzip
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from gis.errors import CrsError, InvalidLayerError, SettingError
from gis.risk import MethodCard
from layers.maps import Details, local_tiles, offline, tianditu
from layers.maps.five_colour import SOURCES
from layers.maps.offline import packed_code, page
from support.makers.drawn_maps import (
    CARD,
    DAYS,
    details,
    drawn,
    full_map,
    model_of,
    points,
    town,
)


def test_small_map_is_as_reviewed(golden):
    grids, circles = town(2)
    text = page(drawn(grids, circles, details=Details(grid_version="1 (2026-09-01)")))
    for name in ("leaflet.js", "leaflet.css"):
        text = text.replace(packed_code(name), f"[{name}]")
    for name in [*(f"{source}.js" for source in SOURCES), "five_colour.css"]:
        own = (offline.BROWSER / name).read_text("utf-8").rstrip("\n")
        assert own in text
        text = text.replace(own, f"[{name}]")
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
        drawn(*shuffled, details=Details(**mixed))
    )


def test_levels_of_each_layer_are_in_id_order():
    grids, circles = town()
    tiers = model_of(page(drawn(grids, circles)))["tiers"]
    assert [len(tier["levels"]) for tier in tiers] == [25, 4, 1]
    assert tiers[0]["levels"].count("0") == grids["level"].isna().sum()
    assert tiers[0]["levels"].count("5") == (grids["level"] == 5).sum()
    assert tiers[0]["ids"] == sorted(grids["grid_id"])


def test_zero_of_classify_is_no_data():
    grids, circles = town()
    zeros = grids.assign(level=grids["level"].fillna(0).astype("int8"))
    assert page(drawn(zeros, circles)) == page(drawn(grids, circles))


def chain_of_first(tier):
    return tier["chain"]["values"][tier["chain"]["rows"][0]]


def test_facts_carry_the_chain_up_to_the_core():
    grid = model_of(page(drawn()))["tiers"][0]
    assert chain_of_first(grid) == "圈 C00 › 圈 C"
    assert grid["accountable_post"]["values"][0] == "P-G00"
    assert grid["drivers"][0] == ["隐患 of G00", "事件 × 3"]


def test_cycle_among_circles_ends_the_chain():
    grids, circles = town()
    circles = circles.assign(parent_id=circles["parent_id"].fillna("C00"))
    tier = model_of(page(drawn(grids, circles)))["tiers"][0]
    assert chain_of_first(tier) == "圈 C00 › 圈 C"


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
    assert model_of(text)["boundary_version"] == "7"


def test_every_field_of_the_card_is_printed_chinese_first():
    words = {
        name: f"{name} said"
        for name, kind in MethodCard.__annotations__.items()
        if kind is str
    }
    lists = {"constants": ("k = 1", "r0 = 2"), "constants_zh": ("k 为 1",)}
    card = MethodCard(breaks=(1.0, 2.0, 3.0, 4.0), **lists, **words)
    text = page(drawn(method=card))
    for said in words.values():
        assert said in text
    rows = model_of(text)["card"]
    assert ["常数", "Constants", "k 为 1", "k = 1; r0 = 2"] in rows
    assert ["分级 含上限", "Breaks, upper limits included", "", "1 / 2 / 3 / 4"] in rows


def test_map_shows_itself_closed_in_a_notebook():
    inner = drawn()._repr_html_()
    assert "cdn" not in inner
    assert inner.startswith("<iframe srcdoc=")


def test_places_keep_scene_code_reasons_and_day():
    places = model_of(page(full_map()))["points"]["places"]
    assert places["ids"][:2] == ["E000", "E001"]
    assert places["scenes"][:9] == "012345670"
    assert set(places["codes"]) <= set("123")
    assert ["消防通道堵塞", "逾期 2 天"] in places["reasons"]["values"]
    assert places["due"]["values"] == ["2026-10-02"]


def test_past_days_are_a_digit_each_and_end_with_the_day_drawn():
    model = model_of(page(full_map()))
    assert model["days"] == [f"{day:%Y-%m-%d}" for day in DAYS]
    grids = model["tiers"][0]
    assert [past[:2] for past in grids["history"]] == ["10"] * 25
    assert "".join(past[2] for past in grids["history"]) == grids["levels"]


def gaps_of(**changes):
    return {
        row[1] or row[0]: row[2] for row in model_of(page(full_map(**changes)))["gaps"]
    }


def test_full_map_of_good_data_names_no_gap():
    assert gaps_of() == {}


def test_places_that_cannot_be_drawn_are_counted_and_the_others_drawn():
    grids, circles = town()
    places = details(grids, circles).places
    places.loc[[0, 1], "geometry"] = [None, Point()]
    places.loc[2, "scene"] = "tea_house"
    layers = details(grids, circles, places=places, gaps={"no_grid": 4, "own words": 1})
    model = model_of(page(drawn(grids, circles, details=layers)))
    assert len(model["points"]["places"]["ids"]) == 77
    assert {row[1] or row[0]: row[2] for row in model["gaps"]} == {
        "Places in no grid": 4,
        "Places of an unknown scene": 1,
        "Places without a position": 2,
        "own words": 1,
    }


def test_events_and_stations_without_position_are_counted():
    nowhere = gpd.points_from_xy([np.nan], [30.3], crs="EPSG:4326")
    events = gpd.GeoDataFrame(
        {"category": ["fire"], "severity": [1], "day": ["2026-09-30"]}, geometry=nowhere
    )
    stations = gpd.GeoDataFrame({"station_id": ["S"]}, geometry=nowhere)
    assert gaps_of(events=events, stations=stations) == {
        "Events without a position": 1,
        "Stations without a position": 1,
    }


def test_post_of_an_unknown_area_is_counted():
    posts = pd.DataFrame({"post_id": ["P1", "P2"], "area_id": ["G00", "nowhere"]})
    assert gaps_of(posts=posts) == {"Posts of an unknown area": 1}


def test_area_without_polygon_is_counted_and_the_others_drawn():
    grids, circles = town()
    grids.loc[3, "geometry"] = None
    model = model_of(page(drawn(grids, circles)))
    assert len(model["tiers"][0]["ids"]) == 24
    assert ["无边界的区域", "Areas without a polygon", 1] in model["gaps"]


def test_grids_that_overlap_are_drawn_and_counted():
    grids, circles = town()
    grids.loc[0, "geometry"] = grids.geometry[0].buffer(0.001)
    model = model_of(page(drawn(grids, circles)))
    assert len(model["tiers"][0]["ids"]) == 25
    ((_, words, count),) = model["gaps"]
    assert words == "Grids that overlap or leave a gap"
    assert count >= 3


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


def test_points_without_crs_are_refused():
    grids, circles = town()
    places = details(grids, circles).places.set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="places of the map have no CRS"):
        full_map(places=places)


def policy_of(text):
    return re.search(r'Security-Policy" content="([^"]*)"', text)[1]


def test_page_without_base_map_may_load_nothing():
    assert "img-src data:;" in policy_of(page(drawn()))


@pytest.mark.parametrize(
    ("base_map", "sources"),
    [
        (tianditu("0123456789abcdef"), "data: https://*.tianditu.gov.cn;"),
        (local_tiles("tiles", "Survey office"), "data: 'self' file:;"),
    ],
    ids=["tianditu", "local"],
)
def test_base_map_opens_the_page_to_its_own_pictures_only(base_map, sources):
    text = page(drawn(details=Details(base_map=base_map)))
    assert f"img-src {sources}" in policy_of(text)
    assert policy_of(text).startswith("default-src 'none'")
    assert model_of(text)["opacity"] < 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: tianditu("key&x=1"),
        lambda: tianditu(""),
        lambda: local_tiles("https://example.org/t", "x"),
        lambda: local_tiles("/etc", "x"),
        lambda: local_tiles("../t", "x"),
    ],
)
def test_base_map_that_leads_elsewhere_is_refused(make):
    with pytest.raises(SettingError, match=r"expected .*\.$"):
        make()


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
