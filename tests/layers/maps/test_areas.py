"""Areas of a map: levels in id order, chains, labels inside, gaps counted."""

from collections import Counter

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, Polygon, box

from gis.errors import InvalidLayerError
from layers.maps import Details
from layers.maps.areas import area_layers, circle_nodes, tier_models
from layers.maps.offline import page
from support.makers.drawn_maps import DAYS, drawn, full_map, model_of, town


def chain_of_first(tier):
    return tier["chain"]["values"][tier["chain"]["rows"][0]]


def test_facts_carry_the_chain_up_to_the_core():
    grid = model_of(page(drawn()))["tiers"][0]
    assert chain_of_first(grid) == "圈 C00 › 圈 C"
    assert grid["accountable_post"]["values"][0] == "P-G00"
    assert grid["drivers"][0] == [["隐患 of G00", ""], ["事件 × 3", ""]]


def test_cycle_among_circles_ends_the_chain():
    grids, circles = town()
    circles = circles.assign(parent_id=circles["parent_id"].fillna("C00"))
    tier = model_of(page(drawn(grids, circles)))["tiers"][0]
    assert chain_of_first(tier) == "圈 C00 › 圈 C"


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


def test_past_days_are_a_digit_each_and_end_with_the_day_drawn():
    model = model_of(page(full_map()))
    assert model["days"] == [f"{day:%Y-%m-%d}" for day in DAYS]
    grids = model["tiers"][0]
    assert [past[:2] for past in grids["history"]] == ["10"] * 25
    assert "".join(past[2] for past in grids["history"]) == grids["levels"]


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


def layers_of(grids, circles=None, details=None):
    return area_layers(grids, circles, details or Details(), Counter())


def test_layers_are_grids_then_circles_up_to_the_core_then_communities():
    grids, circles = town()
    layers_above = Details(
        communities=grids.rename(columns={"grid_id": "community_id"}),
        tier_names={2: ("半边", "Halves")},
    )
    layers = layers_of(grids, circles[::-1], layers_above)
    assert [layer.names[1] for layer in layers] == [
        "Grids",
        "Halves",
        "Core circle",
        "Communities",
    ]
    assert [layer.circle_tier for layer in layers] == [None, 2, 1, None]
    assert layers[1].ids == ["C00", "C01", "C10", "C11"]


def test_clean_grids_leave_no_gap_and_a_missing_polygon_one():
    grids, _ = town()
    gaps = Counter()
    area_layers(grids, None, Details(), gaps)
    assert gaps.total() == 0
    corner = grids["grid_id"] == "G00"
    area_layers(
        grids.assign(geometry=grids.geometry.mask(corner)), None, Details(), gaps
    )
    assert +gaps == {"no_polygon": 1}


def test_circle_without_a_name_goes_by_its_id():
    _, circles = town()
    bare = circles.assign(name=circles["name"].mask(circles["circle_id"] == "C00"))
    assert circle_nodes(bare)["C00"] == ("C00", "C")
    assert circle_nodes(bare)["C"] == ("圈 C", None)
    assert circle_nodes(None) == {}


def test_letter_of_an_area_stands_inside_it():
    frame = Polygon(
        [(0, 0), (9, 0), (9, 9), (0, 9)], [[(1, 1), (8, 1), (8, 8), (1, 8)]]
    )
    grid = gpd.GeoDataFrame(
        {"grid_id": ["G"], "level": [1]}, geometry=[frame], crs=4326
    )
    _, [model] = tier_models(layers_of(grid), {}, None)
    [[lon, lat, radius_m]] = model["labels"]
    assert frame.contains(Point(lon, lat))
    assert 50_000 < radius_m < 80_000


def test_columns_that_a_layer_does_not_have_are_none():
    grid = gpd.GeoDataFrame(
        {"grid_id": ["G"], "level": [1]}, geometry=[box(0, 0, 1, 1)], crs=4326
    )
    _, [model] = tier_models(layers_of(grid), {}, None)
    assert [name for name, column in model.items() if column is None] == [
        "names",
        "history",
        "scores",
        "events",
        "bases",
        "drivers",
        "changes",
        "accountable_post",
        "chain",
    ]


def test_area_that_the_history_does_not_name_had_no_data():
    grid = gpd.GeoDataFrame(
        {"grid_id": ["G"], "level": [0]}, geometry=[box(0, 0, 1, 1)], crs=4326
    )
    _, [model] = tier_models(layers_of(grid), {}, pd.DataFrame({"day": [3]}, ["X"]))
    assert model["history"] == ["0"]
    with pytest.raises(
        InvalidLayerError, match="'G' has level 0 but 3 on the last day"
    ):
        tier_models(layers_of(grid), {}, pd.DataFrame({"day": [3]}, ["G"]))
