"""The layer of grids: the bottom tier, one governed polygon each."""

from gis.pagoda import check_area_id
from layers.schema.layer import Field, LayerSchema, not_negative

GRIDS = LayerSchema(
    name="grids",
    key="grid_id",
    geometry="polygon",
    fields=(
        Field("grid_id", "text", True, "open", "Id of the grid.", rule=check_area_id),
        Field("parent_id", "text", False, "open", "Circle that commands the grid."),
        Field(
            "community_id", "text", False, "open", "Community it is administered by."
        ),
        Field("name", "text", False, "open", "Name of the grid."),
        Field(
            "residents",
            "integer",
            False,
            "conditional",
            "People who live there.",
            "people",
            rule=not_negative,
        ),
        Field(
            "registered",
            "integer",
            False,
            "conditional",
            "People whose household is registered there.",
            "people",
            rule=not_negative,
        ),
        Field(
            "households",
            "integer",
            False,
            "conditional",
            "Households that live there.",
            "households",
            rule=not_negative,
            is_later=True,
        ),
        Field(
            "attributes",
            "text",
            False,
            "closed",
            "Further columns of the file, as JSON by class of sharing.",
            is_later=True,
        ),
    ),
    owner="grid office",
)
