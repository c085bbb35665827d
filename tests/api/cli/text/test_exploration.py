"""What is printed of a map of files: what was drawn, its classes, what is not on it."""

import geopandas as gpd
import shapely

from api.cli.text.exploration import exploration_lines
from layers import explore, make_territory
from layers.languages import in_language
from support.makers.square_town import squares


def territory(**columns: list[float]):
    """Four squares."""
    grids = squares().drop(columns=["parent_id", "community_id"])
    return make_territory(grids.assign(**columns))


def test_classes_are_counted_from_red_down_and_gaps_named():
    points = [shapely.Point(120.005, 30.005)] * 3 + [shapely.Point(10, 10), None]
    events = gpd.GeoDataFrame(geometry=points, crs=4326)
    assert list(exploration_lines(explore(territory(), events), "en")) == [
        "Events by area: 4 grids, breaks 0.",
        "Blue: 1, Green: 3",
        "Fewer than 5 values differ, so there are fewer classes.",
        "Not on the map: Events without a usable position (it has no coordinates): 1, "
        "Events in no grid: 1",
    ]


def test_lines_are_chinese_for_who_reads_it():
    events = gpd.GeoDataFrame(geometry=[shapely.Point(10, 10)], crs=4326)
    lines = list(exploration_lines(explore(territory(), events), "zh"))
    assert [in_language(line, "zh") for line in lines] == [
        "各区域的事件数：4 个网格，只有一级。",
        "绿: 4",
        "不同的值少于 5 种，级数随之减少。",
        "图上没有：不在任何网格的事件: 1",
    ]


def test_limits_are_whole_and_no_data_is_counted():
    town = territory(beds=[1234.5, None, 2.0, 2_000_000.0])
    lines = list(
        exploration_lines(explore(town, value="beds", breaks=(3, 1234.5)), "en")
    )
    assert lines == [
        "beds by area: 4 grids, breaks 3, 1,234.5.",
        "Yellow: 1, Blue: 1, Green: 1, No data: 1",
    ]


def test_values_that_are_equal_are_one_class():
    lines = list(
        exploration_lines(explore(territory(beds=[7] * 4), value="beds"), "en")
    )
    fewer = "Fewer than 5 values differ, so there are fewer classes."
    assert lines == ["beds by area: 4 grids, one class.", "Green: 4", fewer]
