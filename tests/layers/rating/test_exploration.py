"""Counts, rates and columns in five classes, against plain counts of points."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import CrsError, InvalidLayerError, SettingError
from layers import explore, make_territory
from layers.maps import offline
from support.makers.drawn_maps import model_of
from support.makers.square_town import squares

CIRCLES = pd.DataFrame(
    {
        "circle_id": ["C", "W", "E"],
        "parent_id": [None, "C", "C"],
        "tier": [1, 2, 2],
        "name": ["core", "west", "east"],
    }
)


def territory(circles=None, **columns):
    """Four squares in a row, 0.01 degrees wide, with further columns."""
    grids = squares().assign(**columns)
    if circles is None:
        grids = grids.drop(columns="parent_id")
    return make_territory(grids.drop(columns="community_id"), circles)


def points(*lonlat, crs="EPSG:4326"):
    """Events at places, by lon and lat; None has no place."""
    shapes = [None if place is None else shapely.Point(place) for place in lonlat]
    return gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs=crs)


def in_grids(*counts):
    """So many events in each of the four squares."""
    return points(
        *(
            (120.005 + column / 100, 30.005)
            for column, count in enumerate(counts)
            for _ in range(count)
        )
    )


def model(exploration):
    """What the page of an exploration draws."""
    return model_of(offline.page(exploration.draw()))


places = st.lists(
    st.tuples(st.floats(119.99, 120.05), st.floats(29.99, 30.02)), max_size=40
)


@given(places)
def test_every_event_is_in_its_grid_or_counted_outside(lonlat):
    # EPSG:4490 as the grids have it, so that the oracle sees the same numbers
    events = points(*lonlat, crs="EPSG:4490")
    town = territory()
    exploration = explore(town, events)
    tree = shapely.STRtree(town.grids.geometry.to_numpy())
    pairs = tree.query(events.geometry.to_numpy(), predicate="intersects")
    owners: dict[int, int] = {}
    for event, grid in pairs.T:
        owners[event] = min(grid, owners.get(event, grid))
    counts = np.bincount([*owners.values()], minlength=4)
    assert exploration.grids["score"].tolist() == counts.tolist()
    outside = len(lonlat) - len(owners)
    assert exploration.details.gaps.get("no_event_grid", 0) == outside


def test_grid_without_events_is_0_and_has_a_class():
    grids = explore(territory(), in_grids(0, 1, 2, 7)).grids
    assert grids["score"].tolist() == [0, 1, 2, 7]
    assert grids["level"].tolist() == [1, 2, 3, 4]


def test_fewer_classes_have_no_line_in_the_legend():
    drawn = model(explore(territory(), in_grids(0, 0, 3, 3)))
    [tier] = drawn["tiers"]
    assert (tier["breaks"], tier["levels"]) == ([0.0], "1122")
    assert tier["scores"] == [0, 0, 3, 3]


def test_limits_that_are_chosen_include_themselves():
    exploration = explore(territory(), in_grids(1, 2, 3, 4), breaks=(1, 3))
    assert exploration.grids["level"].tolist() == [1, 2, 2, 3]
    assert exploration.card.breaks == (1.0, 3.0)


def test_rate_is_by_a_column_and_nothing_is_not_0():
    town = territory(residents=[1000, 2000, 0, None])
    exploration = explore(town, in_grids(4, 4, 4, 4), per="residents")
    np.testing.assert_allclose(exploration.grids["score"], [4, 2, np.nan, np.nan])
    assert exploration.grids["level"].tolist() == [2, 1, 0, 0]
    [tier] = (drawn := model(exploration))["tiers"]
    assert tier["bases"] == [1000, 2000, None, None]
    assert tier["events"] == [4, 4, 4, 4]
    assert drawn["score_name"][1] == "Events per 1,000 residents"
    assert drawn["base_name"] == ["常住人口", "residents"]


def test_rate_by_area_is_that_of_the_ellipsoid():
    grids = explore(territory(), in_grids(1, 1, 1, 1), per="km2").grids
    square = gpd.GeoSeries([shapely.box(120, 30, 120.01, 30.01)], crs=4490)
    area = square.to_crs("+proj=cea +lat_ts=30 +ellps=GRS80").area.iloc[0] / 1e6
    np.testing.assert_allclose(grids["score"], 1 / area, rtol=1e-5)


def test_column_is_drawn_instead_of_events():
    town = territory(beds=[-5, 0, 5, None], parts=["a", "b", "c", "d"])
    exploration = explore(town, value="beds", title="<b>Beds</b>")
    assert exploration.grids["level"].tolist() == [1, 2, 3, 0]
    drawn = model(exploration)
    assert drawn["gaps"] == []
    assert drawn["title"] == ["<b>Beds</b>", ""]
    assert "<b>Beds" not in offline.page(exploration.draw())


def test_circles_are_sums_with_limits_of_their_own():
    town = territory(CIRCLES)
    exploration = explore(town, in_grids(1, 2, 10, 20))
    circles = exploration.circles.set_index("circle_id")
    assert circles["score"].to_dict() == {"C": 33, "W": 3, "E": 30}
    assert circles["level"].to_dict() == {"C": 1, "W": 1, "E": 2}
    breaks = {tier["en"]: tier["breaks"] for tier in model(exploration)["tiers"]}
    assert list(breaks.values()) == [[1.0, 2.0, 10.0], [3.0], []]


def test_circles_have_the_limits_that_are_chosen():
    exploration = explore(territory(CIRCLES), in_grids(1, 2, 10, 20), breaks=(5,))
    tiers = model(exploration)["tiers"]
    assert [tier["breaks"] for tier in tiers] == [[5.0]] * 3
    assert [tier["levels"] for tier in tiers] == ["1122", "21", "2"]


def test_rate_of_a_circle_is_of_its_sums_and_needs_all_of_them():
    town = territory(CIRCLES, residents=[1000, 3000, 500, None])
    exploration = explore(town, in_grids(8, 0, 1, 1), per="residents")
    circles = exploration.circles.set_index("circle_id")
    assert circles["score"]["W"] == pytest.approx(2.0)
    assert circles["base"]["W"] == 4000
    assert circles["level"].to_dict() == {"C": 0, "W": 1, "E": 0}


def test_column_has_no_circles():
    exploration = explore(territory(CIRCLES, beds=[1, 2, 3, 4]), value="beds")
    assert exploration.circles is None


def test_grids_of_another_datum_are_drawn_where_they_are():
    grids = squares().drop(columns=["parent_id", "community_id"])
    town = make_territory(grids.to_crs("EPSG:4549"))
    drawn = explore(town, in_grids(1, 2, 3, 4)).grids
    expected = grids.to_crs(4326).geometry
    assert drawn.crs == "EPSG:4326"
    pairs = zip(drawn.geometry, expected, strict=True)
    assert max(shapely.hausdorff_distance(*pair) for pair in pairs) < 1e-8


def test_every_event_without_a_place_has_its_reason_on_the_map():
    events = points((120.005, 30.005), None, (30.005, 120.005), (10, 10))
    gaps = {en: count for _, en, count in model(explore(territory(), events))["gaps"]}
    assert gaps == {
        "Events in no grid": 1,
        "Events without a usable position (it has no coordinates)": 1,
        "Events without a usable position (lon and lat are exchanged)": 1,
    }


def test_single_events_are_not_on_the_page():
    assert model(explore(territory(), in_grids(1, 1, 1, 1)))["points"]["events"] is None


def test_notebook_and_file_show_the_same_page(tmp_path):
    exploration = explore(territory(), in_grids(1, 2, 3, 4), title="甲")
    exploration.save(tmp_path / "maps" / "map.html")
    text = (tmp_path / "maps" / "map.html").read_bytes().decode()
    assert text == offline.page(exploration.draw())
    assert "<title>甲</title>" in text
    assert exploration._repr_html_().startswith("<iframe srcdoc=")


@pytest.mark.parametrize("options", [{}, {"events": in_grids(1), "value": "beds"}])
def test_events_and_a_column_are_one_or_the_other(options):
    with pytest.raises(SettingError, match="expected one of the two"):
        explore(territory(beds=[1, 2, 3, 4]), **options)


def test_events_are_a_frame_of_points_or_of_columns():
    frame = pd.DataFrame({"lon": [120.005], "lat": [30.005]})
    of_columns = explore(territory(), frame).grids["score"]
    assert of_columns.equals(
        explore(territory(), points((120.005, 30.005))).grids["score"]
    )
    assert of_columns.sum() == 1
    with pytest.raises(
        InvalidLayerError, match="are of type list, expected a DataFrame"
    ):
        explore(territory(), [(120.0, 30.0)])


@pytest.mark.parametrize("options", [{"value": "beds"}, {"events": None}], ids=str)
def test_what_is_no_territory_is_refused(options):
    with pytest.raises(
        SettingError, match="The territory is of type list, expected a Terr"
    ):
        explore([1], **options)


def test_events_without_a_crs_are_refused():
    with pytest.raises(CrsError, match="declare no CRS"):
        explore(territory(), points((120.005, 30.005), crs=None))
