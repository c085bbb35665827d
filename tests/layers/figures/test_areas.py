"""Areas stand in a fixed order with their grids; the worst places come first."""

import datetime as dt
from dataclasses import replace

import numpy as np

from layers.figures.areas import ATTENTION_COLUMNS, list_areas, list_attention
from support.makers.report_days import make_hamlet_day


def test_layers_are_circles_from_the_top_then_communities_then_grids() -> None:
    layers = list(list_areas(make_hamlet_day()))
    assert [layer.name for layer in layers] == ["circle", "community", "grid"]
    assert [layer.frame["area_id"].tolist() for layer in layers] == [
        ["C1", "C21", "C22"],
        ["K1", "K2"],
        ["G1", "G2", "G3"],
    ]
    assert [layer.frame["layer"].unique().tolist() for layer in layers] == [
        ["circle"],
        ["community"],
        ["grid"],
    ]


def test_areas_are_made_of_the_grids_below_them() -> None:
    circles, communities, grids = list_areas(make_hamlet_day())
    rows = [[rows.tolist() for rows in layer.grid_rows] for layer in (circles, grids)]
    assert rows == [[[0, 1, 2], [0, 1], [2]], [[0], [1], [2]]]
    assert [rows.tolist() for rows in communities.grid_rows] == [[0, 1], [2]]


def test_circle_without_grids_has_none() -> None:
    day = make_hamlet_day()
    owners = day.grids.assign(parent_id=["C22", None, "C22"])
    circles, *_ = list_areas(replace(day, grids=owners))
    assert [rows.tolist() for rows in circles.grid_rows] == [[0, 2], [], [0, 2]]


def test_day_without_tree_and_communities_has_grids_only() -> None:
    day = make_hamlet_day(circles=None, communities=None)
    [layer] = list_areas(day)
    assert layer.name == "grid"
    assert layer.frame["tier"].isna().all()


def test_drivers_stand_in_every_layer_as_they_were_rated() -> None:
    for layer in list_areas(make_hamlet_day()):
        kinds = [d.driver_id for drivers in layer.frame["drivers"] for d in drivers]
        assert kinds == ["H1", "theft", "noise"]


def test_red_and_overdue_places_come_worst_first_without_missing_texts() -> None:
    attention = list_attention(make_hamlet_day())
    assert tuple(attention.columns) == ATTENTION_COLUMNS
    assert attention["place_id"].tolist() == ["H1", "H3"]
    assert attention["circle_id"].tolist() == ["C21", ""]
    assert attention["last_check"].tolist() == ["2026-09-26", ""]
    assert attention["name"].tolist() == ["老店", ""]


def test_green_place_that_is_not_late_and_one_without_a_code_need_none() -> None:
    day = make_hamlet_day()
    places = day.places.assign(code=[1, 1, 1, 0], overdue_days=[0, 0, 0, 9])
    assert list_attention(replace(day, places=places)).empty
    late = places.assign(overdue_days=[0, 2, 9, 9], due_on=np.datetime64("2026-09-01"))
    attention = list_attention(replace(day, places=late))
    assert attention["place_id"].tolist() == ["H3", "H2"]
    assert set(attention["due_on"]) == {dt.date(2026, 9, 1).isoformat()}
