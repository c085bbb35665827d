"""Event load: events a grid, a square kilometre and 30 days, summed over circles."""

import datetime as dt

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.geometry import area_m2
from layers.rating.event_load import (
    Days,
    count_events,
    measure_event_load,
    standing_posts,
)
from layers.territory import Territory, make_territory

WEEK = Days(dt.date(2026, 9, 1), dt.date(2026, 9, 7))


def territory(**layers: pd.DataFrame) -> Territory:
    """Three squares side by side, the last row first."""
    squares = [
        shapely.box(120 + n / 100, 30, 120.01 + n / 100, 30.01) for n in (2, 1, 0)
    ]
    grids = geopandas.GeoDataFrame(
        {"grid_id": ["G3", "G2", "G1"], "parent_id": ["E", "W", "W"]},
        geometry=squares,
        crs="EPSG:4490",
    )
    return make_territory(grids, layers.get("circles"), layers.get("posts"))


CIRCLES = pd.DataFrame(
    {"circle_id": ["C", "W", "E"], "parent_id": [None, "C", "C"], "tier": [1, 2, 2]}
)


def test_days_count_both_ends() -> None:
    assert WEEK.count == 7
    assert Days(WEEK.first, WEEK.first).count == 1
    assert str(WEEK) == "2026-09-01 / 2026-09-07"


def test_events_are_counted_in_order_of_the_grids_and_others_are_not() -> None:
    owners = pd.Series(["G3", "G1", None, "G3", "elsewhere"])
    assert count_events(territory(), owners).tolist() == [1, 0, 2]


def test_load_is_events_by_area_and_month() -> None:
    load = measure_event_load(territory(), np.array([7, 0, 14]), WEEK)
    areas = area_m2(load.grids.geometry.to_numpy(), load.grids.crs) / 1e6
    expected = np.array([7, 0, 14]) / areas * 30 / 7
    assert load.grids["score"].to_numpy() == pytest.approx(expected, rel=1e-9)
    assert load.grids["level"].tolist()[1] == 1
    assert load.circles is None


def test_circles_count_the_events_of_their_grids() -> None:
    load = measure_event_load(territory(circles=CIRCLES), np.array([1, 2, 4]), WEEK)
    assert load.circles is not None
    counts = dict(zip(load.circles["circle_id"], load.circles["events"], strict=True))
    assert counts == {"C": 7, "W": 3, "E": 4}
    whole = load.circles.set_index("circle_id").geometry["C"]
    assert whole.equals(load.grids.union_all())
    assert load.card.data_date == str(WEEK)


def test_post_that_answers_stands_whoever_is_on_duty() -> None:
    posts = pd.DataFrame(
        {
            "post_id": ["P0", "P1"],
            "area_id": ["C", "G1"],
            "role": ["circle_leader", "grid_leader"],
            "holder_id": ["L0", "L1"],
        }
    )
    assert standing_posts(territory(circles=CIRCLES)) == {}
    town = territory(circles=CIRCLES, posts=posts)
    assert standing_posts(town) == {"G1": "P1", "G2": "P0", "G3": "P0"}
