"""A department has a rank; it may have a post, be a team, and stand at a point."""

import geopandas as gpd
import pytest
import shapely

from gis.errors import InvalidLayerError
from layers.schema.departments import DEPARTMENTS, TEAMS, departments_of

BODY = {"department_id": ["police"], "name_zh": ["公安"], "rank": ["2"]}


def layer(shape: shapely.Geometry | None, **changes: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(BODY | changes, geometry=[shape], crs=4490)


def test_department_needs_id_name_and_rank_only() -> None:
    [body] = departments_of(layer(None))
    assert (body.rank, body.platform, body.team) == (2, "", "")
    assert (body.name_en, body.post_id, body.lon) == ("", None, None)


@pytest.mark.parametrize("team", TEAMS)
def test_team_is_of_three_types(team: str) -> None:
    assert departments_of(layer(None, team=[team]))[0].team == team


def test_centre_stands_at_a_point() -> None:
    [centre] = departments_of(layer(shapely.Point(120, 30), post_id=["C-c"]))
    assert (centre.lon, centre.lat, centre.post_id) == (120.0, 30.0, "C-c")


@pytest.mark.parametrize("rank", [0, -1, "1.5", None])
def test_what_is_no_rank_is_refused(rank: object) -> None:
    with pytest.raises(InvalidLayerError, match="field 'rank'"):
        departments_of(layer(None, rank=[rank]))


def test_platform_may_be_one_that_nobody_has_heard_of() -> None:
    assert departments_of(layer(None, platform=["lakes"]))[0].platform == "lakes"


def test_every_field_is_open() -> None:
    assert {field.sharing for field in DEPARTMENTS.fields} == {"open"}
