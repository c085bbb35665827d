"""The layer of stations: where the forces of a circle stand ready."""

from layers.schema.layer import Field, LayerSchema

STATIONS = LayerSchema(
    name="stations",
    key="station_id",
    geometry="point",
    fields=(
        Field("station_id", "text", True, "open", "Id of the station.", zh="站点编号"),
        Field(
            "kind",
            "text",
            True,
            "open",
            "Force that stands there, such as emergency.",
            zh="力量类型",
        ),
        Field("name", "text", False, "open", "Name of the station.", zh="站点名称"),
        Field(
            "area_id",
            "text",
            False,
            "open",
            "Circle or grid that it serves.",
            zh="服务区域编号",
        ),
    ),
    owner="command office",
    zh="站点",
)
