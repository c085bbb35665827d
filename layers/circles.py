"""The layer of command circles: the nodes of the tree above the grids."""

from layers.schema import Field, LayerSchema

CIRCLES = LayerSchema(
    name="circles",
    key="circle_id",
    geometry="polygon",
    fields=(
        Field("circle_id", "text", True, "open", "Id of the circle."),
        Field("parent_id", "text", False, "open", "Circle above; empty for the core."),
        Field("tier", "integer", True, "open", "Tier in the tree; 1 is the top."),
        Field("name", "text", False, "open", "Name of the circle."),
    ),
    owner="command office",
)
