"""Areas of a file, each a polygon, in the coordinates of a town."""

from pathlib import Path

import geopandas as gpd

from gis.crs import Datum
from gis.errors import InputFileError
from layers.area_rows import placed_areas
from layers.files.heads import PLAIN, Naming, read_layer
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import to_frame
from layers.schema.layer import LayerSchema


def read_areas(  # noqa: PLR0913  each is an option of a command
    path: Path,
    schema: LayerSchema,
    target: Datum,
    *,
    option: str,
    declared: str | None = None,
    ballpark_m: float | None = None,
    naming: Naming = PLAIN,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the rows of a layer of polygons, and what to say about them.

    Parameters
    ----------
    path
        File in any format of `layers.files.read_events` that has geometry.
    schema
        The layer; columns that it does not know stay.
    target
        Datum that the polygons are brought to.
    option, declared, ballpark_m
        As `choose_datum` takes them.
    naming
        What the user says of its columns.

    Raises
    ------
    InputFileError
        If the file has no polygons.
    InvalidLayerError
        Names every row whose polygon or value cannot be used.
    CrsError
        If the polygons cannot be where their CRS is used.
    """
    table = read_layer(path, FILE_LAYERS[schema.name], naming)
    shapes = table.geometry
    if shapes is None or len(shapes) == 0:
        raise InputFileError(
            "File {path!r} has no polygons, expected the areas of layer {name!r}; "
            "name a file of GeoJSON, GeoPackage, Shapefile, FlatGeobuf or GeoParquet.",
            path=str(path),
            name=schema.name,
        )
    frame = gpd.GeoDataFrame(
        to_frame(path, table.plain), geometry=shapes, crs=table.crs
    )
    areas, notices = placed_areas(
        frame,
        schema,
        target,
        option,
        declared,
        ballpark_m,
        build_faults=table.faults,
    )
    return areas, [*table.notices, *notices]
