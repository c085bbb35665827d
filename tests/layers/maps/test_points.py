"""Points of a map stand in a fixed order; what cannot be drawn is counted by name."""

from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from gis.errors import CrsError
from layers.maps import Details
from layers.maps.offline import page
from layers.maps.points import point_layers
from support.makers.drawn_maps import details, drawn, full_map, gaps_of, model_of, town


def test_places_keep_scene_code_reasons_and_day():
    places = model_of(page(full_map()))["points"]["places"]
    assert places["ids"][:2] == ["E000", "E001"]
    assert places["scenes"][:9] == "012345670"
    assert set(places["codes"]) <= set("123")
    assert [["消防通道堵塞", ""], ["逾期 2 天", ""]] in places["reasons"]["values"]
    assert places["due"]["values"] == ["2026-10-02"]


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


def test_events_name_their_scenes_and_a_strange_one_is_other():
    grids, circles = town()
    events = details(grids, circles).events
    packs = ["", *events["pack"][1:-1], "none such"]
    events = events.assign(pack=packs, category=[*events["category"][:-1], "dust"])
    drawn_events = model_of(page(full_map(events=events)))["points"]["events"]
    assert drawn_events["pack"]["values"] == [
        "",
        "digital_city",
        "fire_alarm",
        "none such",
    ]
    other, city, fire, strange = drawn_events["packs"]
    assert (other["zh"], other["en"], other["sign"]) == ("其他", "Other", "")
    assert (city["sign"], city["zh"], city["kinds"]) == (
        *("城", "数字城管"),
        [["noise", ""]],
    )
    assert fire["kinds"] == [["fire", ""]]
    assert (strange["en"], strange["kinds"]) == ("Other", [["dust", ""]])


def test_scene_of_events_that_cannot_be_drawn_is_not_in_the_legend():
    grids, circles = town()
    events = details(grids, circles).events
    events.loc[events["pack"] == "fire_alarm", "geometry"] = None
    drawn_events = model_of(page(full_map(events=events)))["points"]["events"]
    assert [pack["en"] for pack in drawn_events["packs"]] == ["Digital city management"]


def test_events_without_scenes_have_no_legend_of_them():
    events = details(*town()).events.drop(columns="pack")
    drawn_events = model_of(page(full_map(events=events)))["points"]["events"]
    assert not {"pack", "packs"} & set(drawn_events)


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


def test_points_without_crs_are_refused():
    grids, circles = town()
    places = details(grids, circles).places.set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="places of the map have no CRS"):
        full_map(places=places)


def some_events(*rows):
    """Events of (category, severity, day, lon)."""
    frame = pd.DataFrame(rows, columns=["category", "severity", "day", "lon"])
    at = gpd.points_from_xy(frame.pop("lon"), [30] * len(rows), crs="EPSG:4326")
    return gpd.GeoDataFrame(frame, geometry=at)


def values_of(column):
    return [column["values"][row] for row in column["rows"]]


def test_layers_that_are_not_given_are_none():
    assert point_layers(Details(), set(), Counter()) == dict.fromkeys(
        ("places", "events", "posts", "stations")
    )


def test_events_stand_by_day_category_and_place():
    events = some_events(
        ("noise", 1, "2026-09-30", 120),
        ("noise", 2, "2026-09-29", 121),
        ("fire", 3, "2026-09-30", 120),
        ("noise", 4, "2026-09-29", 120),
    )
    drawn_events = point_layers(Details(events=events), set(), Counter())["events"]
    assert drawn_events["severities"] == "4231"
    assert values_of(drawn_events["category"]) == [
        (kind, "") for kind in ("noise", "noise", "fire", "noise")
    ]
    assert drawn_events["span"] == "09-29 – 09-30"


def test_events_of_one_day_say_it_once():
    events = some_events(
        ("noise", 1, "2026-09-30", 120), ("fire", 2, "2026-09-30", 120)
    )
    layers = point_layers(Details(events=events), set(), Counter())
    assert layers["events"]["span"] == "09-30"


def test_posts_of_drawn_areas_stand_by_id_and_others_are_counted():
    posts = pd.DataFrame({"post_id": ["P2", "P1", "P3"], "area_id": ["G1", "G1", "G9"]})
    gaps = Counter()
    layers = point_layers(Details(posts=posts), {"G1"}, gaps)
    assert layers["posts"] == {"ids": ["P1", "P2"], "areas": ["G1", "G1"]}
    assert +gaps == {"no_post_area": 1}


def test_place_without_a_code_is_code_0():
    places = gpd.GeoDataFrame(
        {"place_id": ["E1", "E2"], "scene": "street_shop", "code": [None, 3]},
        geometry=gpd.points_from_xy([120, 120], [30, 30], crs="EPSG:4326"),
    )
    drawn_places = point_layers(Details(places=places), set(), Counter())["places"]
    assert drawn_places["codes"] == "03"
    assert drawn_places["due"] is drawn_places["names"] is None
