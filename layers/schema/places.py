"""The layer of coded places: what a day says of each."""

from gis.models import SafetyCode
from layers.schema.layer import Field, LayerSchema

PLACES = LayerSchema(
    name="places",
    key="place_id",
    geometry="point",
    fields=(
        Field("place_id", "text", True, "open", "Id of the place."),
        Field("name", "text", False, "open", "Name of the place."),
        Field("scene", "text", True, "open", "Kind of place."),
        Field(
            "code",
            "text",
            False,
            "open",
            "Safety code; empty: nothing is known to give one.",
            values=tuple(code.name.lower() for code in SafetyCode),
        ),
        Field("hazard", "text", False, "conditional", "Inherent hazard."),
        Field("grid_id", "text", False, "open", "Grid that holds it."),
        Field("community_id", "text", False, "open", "Community that holds it."),
        Field("due_on", "text", False, "conditional", "Day its next check is due."),
        Field(
            "overdue_days",
            "integer",
            False,
            "conditional",
            "Days that its check is overdue.",
            "days",
        ),
        Field("last_check", "text", False, "conditional", "Day of its last check."),
    ),
    owner="the register that is named as source",
    repeats=("enterprises",),
)
