"""Circles are the areas and the sums of their grids; a post stands for every grid."""

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.rating.tree_sums import circle_frame, standing_posts, sum_by_circle
from layers.territory import Territory, make_territory


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


@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_circle_is_the_sum_of_its_grids(kind: type) -> None:
    town = territory(circles=CIRCLES)
    assert town.pagoda is not None
    sums = sum_by_circle(town.pagoda, ["G3", "G1", "G2"], np.array([4, 1, 2], kind))
    assert sums.dtype == kind
    assert dict(zip(town.pagoda.circles, sums, strict=True)) == {"C": 7, "W": 3, "E": 4}


def test_circle_with_a_grid_without_a_number_has_none() -> None:
    town = territory(circles=CIRCLES)
    assert town.pagoda is not None
    sums = sum_by_circle(town.pagoda, ["G1", "G2", "G3"], np.array([1, 2, np.nan]))
    numbers = dict(zip(town.pagoda.circles, sums, strict=True))
    assert numbers["W"] == 3
    assert np.isnan([numbers["C"], numbers["E"]]).all()


def test_circle_is_the_area_of_its_grids() -> None:
    town = territory(circles=CIRCLES)
    assert town.pagoda is not None
    circles = circle_frame(town.pagoda, town.grids).set_index("circle_id")
    assert circles.geometry["C"].equals(town.grids.union_all())
    assert circles["tier"].to_dict() == {"C": 1, "W": 2, "E": 2}
    assert circles["parent_id"]["W"] == "C"


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
