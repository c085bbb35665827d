"""Areas as somebody has them, each a polygon, in the coordinates of a town."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd

from gis.crs import Datum
from gis.errors import RowFault
from gis.geometry import polygon_fault
from gis.sentences import sentence
from layers.datums import bring_shapes, choose_datum, refuse_misplaced
from layers.schema.layer import LayerSchema, convert, refusal


def placed_areas(  # noqa: PLR0913  what a datum is chosen by, beside the rows
    rows: gpd.GeoDataFrame,
    schema: LayerSchema,
    target: Datum,
    option: str,
    declared: str | Datum | None = None,
    ballpark_m: float | None = None,
    *,
    build_faults: Mapping[int, str] = MappingProxyType({}),
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return rows of a layer of polygons in a datum, and what to say about them.

    Parameters
    ----------
    rows
        Numbered from 0; columns that the layer does not know stay.
    schema
        The layer.
    target
        Datum that the polygons are brought to.
    option, declared, ballpark_m
        As `layers.datums.choose_datum` takes them.
    build_faults
        Row -> what is wrong with a polygon that could not be built.

    Raises
    ------
    InvalidLayerError
        Names every row whose polygon or value cannot be used.
    CrsError
        If the polygons cannot be where their CRS is used.
    """
    shapes = rows.geometry.to_numpy()
    faults = convert(rows, schema.name, schema.fields)[1]
    for row, shape in enumerate(shapes):
        if fault := build_faults.get(row) or polygon_fault(shape):
            text = sentence("{fault}, expected a closed, simple polygon", fault=fault)
            faults.append(RowFault(row + 1, "geometry", text))
    if faults:
        raise refusal(schema.name, faults, sentence("load the layer again"))
    what = sentence("{layer}", layer=schema.name)
    datum, notice = choose_datum(what, option, declared, rows.crs, ballpark_m)
    misplaced = refuse_misplaced(rows, datum, option, schema)
    brought = gpd.GeoSeries(bring_shapes(shapes, datum, target), crs=target.crs)
    return rows.set_geometry(brought), [notice, *misplaced]
