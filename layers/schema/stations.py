"""The layer of stations: where the forces of a circle stand ready."""

from layers.schema.layer import Field, LayerSchema

STATIONS = LayerSchema(
    name="stations",
    key="station_id",
    geometry="point",
    fields=(
        Field("station_id", "text", True, "open", "Id of the station."),
        Field(
            "kind", "text", True, "open", "Force that stands there, such as emergency."
        ),
        Field("name", "text", False, "open", "Name of the station."),
        Field("area_id", "text", False, "open", "Circle or grid that it serves."),
    ),
    owner="command office",
)
