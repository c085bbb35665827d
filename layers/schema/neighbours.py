"""The layer of neighbours: whose ground lies around the town."""

import geopandas as gpd

from gis.assignment import Jurisdiction, Jurisdictions
from layers.schema.circles import text_or_none
from layers.schema.layer import Field, LayerSchema, check

NEIGHBOURS = LayerSchema(
    name="neighbours",
    key="neighbour_id",
    geometry="polygon",
    fields=(
        Field(
            "neighbour_id",
            "text",
            True,
            "open",
            "Official code of the area.",
            zh="邻区编号",
        ),
        Field("name", "text", False, "open", "Name of the area.", zh="邻区名称"),
    ),
    owner="civil affairs office",
    zh="邻区",
)


def jurisdictions_of(neighbours: gpd.GeoDataFrame) -> Jurisdictions | None:
    """Return the areas of a layer of neighbours; None where it has none.

    Raises
    ------
    InvalidLayerError
        If the layer breaks its schema.
    """
    rows = check(neighbours, NEIGHBOURS)
    if rows.empty:
        return None
    names = rows.get("name", [None] * len(rows))
    areas = [
        Jurisdiction(code, text_or_none(name))
        for code, name in zip(rows["neighbour_id"], names, strict=True)
    ]
    return Jurisdictions(areas, rows.geometry)
