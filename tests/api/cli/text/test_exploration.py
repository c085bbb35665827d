"""What is printed of a map of files: what was drawn, its classes, what is not on it."""

import geopandas as gpd
import shapely

from api.cli.text.exploration import exploration_lines
from layers import explore, make_territory
from support.makers.square_town import squares


def territory(**columns: list[float]):
    """Four squares."""
    grids = squares().drop(columns=["parent_id", "community_id"])
    return make_territory(grids.assign(**columns))


def test_classes_are_counted_from_red_down_and_gaps_named():
    points = [shapely.Point(120.005, 30.005)] * 3 + [shapely.Point(10, 10), None]
    events = gpd.GeoDataFrame(geometry=points, crs=4326)
    assert list(exploration_lines(explore(territory(), events))) == [
        "Events by area: 4 grids, breaks 0.",
        "1 blue, 3 green.",
        "Events without a usable position (it has no coordinates): 1, "
        "Events in no grid: 1.",
    ]


def test_limits_are_whole_and_no_data_is_counted():
    town = territory(beds=[1234.5, None, 2.0, 2_000_000.0])
    lines = list(exploration_lines(explore(town, value="beds", breaks=(3, 1234.5))))
    assert lines == [
        "beds by area: 4 grids, breaks 3, 1,234.5.",
        "1 yellow, 1 blue, 1 green, 1 no data.",
    ]


def test_values_that_are_equal_are_one_class():
    lines = list(exploration_lines(explore(territory(beds=[7] * 4), value="beds")))
    assert lines == ["beds by area: 4 grids, one class.", "4 green."]
