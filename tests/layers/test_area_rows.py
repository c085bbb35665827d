"""Areas come in the coordinates of the town, or every row that is none is named."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.crs import parse_datum
from gis.errors import CrsError, InvalidLayerError
from layers.area_rows import placed_areas
from layers.schema.neighbours import NEIGHBOURS

SQUARE = shapely.box(120, 30, 120.1, 30.1)
TOWN = parse_datum("cgcs2000")


def areas(*shapes: shapely.Geometry | None, crs: object = 4490) -> gpd.GeoDataFrame:
    """Neighbours of these shapes."""
    codes = [f"33010{number}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"neighbour_id": codes}, geometry=list(shapes), crs=crs)


def test_areas_are_brought_to_the_datum_of_the_town() -> None:
    rows, notices = placed_areas(areas(SQUARE).to_crs(4549), NEIGHBOURS, TOWN, "datum=")
    assert np.allclose(rows.geometry[0].bounds, SQUARE.bounds, atol=1e-9)
    assert rows.crs == TOWN.crs
    assert notices[0].endswith("if they are not, say so with datum=.")
    shifted, _ = placed_areas(areas(SQUARE), NEIGHBOURS, TOWN, "datum=", "gcj02")
    assert abs(shifted.geometry[0].bounds[0] - 120) > 1e-3


def test_every_row_that_is_no_area_is_named() -> None:
    with pytest.raises(InvalidLayerError) as caught:
        placed_areas(
            areas(SQUARE, None, SQUARE.boundary, SQUARE),
            NEIGHBOURS,
            TOWN,
            "datum=",
            build_faults={3: "is cut"},
        )
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4]
    assert "is cut" in caught.value.faults[-1].rule


def test_areas_that_cannot_lie_there_are_refused() -> None:
    rows = areas(SQUARE).set_crs(4549, allow_override=True)
    with pytest.raises(CrsError, match="projected CRS"):
        placed_areas(rows, NEIGHBOURS, TOWN, "datum=")
