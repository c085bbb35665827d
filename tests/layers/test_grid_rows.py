"""Rows of grids lie where their datum is used, and say why it is theirs."""

import geopandas as gpd
import pytest
import shapely

from gis.errors import CrsError
from layers.grid_rows import placed_rows

SQUARES = gpd.GeoDataFrame(
    {"grid_id": ["A", "B"]},
    geometry=[shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)],
    crs=4490,
)
TOUCHING = shapely.Polygon(
    [
        *((120.0, 30.0), (120.09, 30.0), (120.09, 30.05), (120.06, 30.02)),
        *((120.04, 30.05), (120.09, 30.05), (120.09, 30.09), (120.0, 30.09)),
    ]
)


def test_datum_is_declared_or_of_the_rows_and_it_is_told() -> None:
    own = placed_rows(SQUARES, None, "datum=")
    assert own.notices == [
        "The grids declare cgcs2000; if they are not, say so with datum=."
    ]
    other = placed_rows(SQUARES, "gcj02", "--grids-datum")
    assert other.datum.name == "gcj02"
    assert other.notice == "The grids are taken as gcj02, as --grids-datum says."


def test_grids_that_cannot_lie_there_are_refused() -> None:
    with pytest.raises(CrsError, match="projected CRS"):
        placed_rows(SQUARES.set_crs(4549, allow_override=True), None, "datum=")


def test_notices_of_the_reader_come_first() -> None:
    rows = SQUARES.copy()
    rows.attrs["notices"] = ("Read as GB18030.",)
    assert placed_rows(rows, None, "datum=").notices[0] == "Read as GB18030."


def test_rings_are_mended_where_it_is_asked_and_it_is_told() -> None:
    rows = SQUARES.set_geometry([TOUCHING, SQUARES.geometry[1]], crs=4490)
    assert not placed_rows(rows, None, "datum=").rows.geometry[0].is_valid
    mended = placed_rows(rows, None, "datum=", is_mended=True)
    assert mended.rows.geometry.is_valid.all()
    assert "'A'" in mended.notices[-1]
