"""The layer of grids: the bottom tier, one governed polygon each."""

from layers.schema import Field, LayerSchema

GRIDS = LayerSchema(
    name="grids",
    key="grid_id",
    geometry="polygon",
    fields=(
        Field("grid_id", "text", True, "open", "Id of the grid."),
        Field("parent_id", "text", False, "open", "Circle that commands the grid."),
        Field(
            "community_id", "text", False, "open", "Community it is administered by."
        ),
        Field("name", "text", False, "open", "Name of the grid."),
    ),
    owner="grid office",
)
