"""The layer of enterprises: points that may carry a safety code."""

from layers.schema import Field, LayerSchema

ENTERPRISES = LayerSchema(
    name="enterprises",
    key="place_id",
    geometry="point",
    fields=(
        Field("place_id", "text", True, "open", "Id of the place."),
        Field("scene", "text", True, "open", "Kind of place, for its safety rule."),
        Field("is_coded", "flag", True, "conditional", "Whether it has a safety code."),
        Field("grid_id", "text", False, "open", "Grid that holds it."),
        Field("cluster", "text", False, "open", "Industry cluster it belongs to."),
        Field("is_listed", "flag", False, "open", "Whether its shares are listed."),
    ),
    owner="the register that is named as source",
)
