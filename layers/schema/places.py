"""The layer of coded places: what a day says of each."""

from gis.models import SafetyCode
from layers.schema.layer import Field, LayerSchema

PLACES = LayerSchema(
    name="places",
    key="place_id",
    geometry="point",
    fields=(
        Field("place_id", "text", True, "open", "Id of the place.", zh="场所编号"),
        Field("name", "text", False, "open", "Name of the place.", zh="场所名称"),
        Field("scene", "text", True, "open", "Kind of place.", zh="场所类型"),
        Field(
            "code",
            "text",
            False,
            "open",
            "Safety code; empty: nothing is known to give one.",
            values=tuple(code.name.lower() for code in SafetyCode),
            zh="安全码",
        ),
        Field(
            "hazard", "text", False, "conditional", "Inherent hazard.", zh="固有风险"
        ),
        Field(
            "grid_id", "text", False, "open", "Grid that holds it.", zh="所在网格编号"
        ),
        Field(
            "community_id",
            "text",
            False,
            "open",
            "Community that holds it.",
            zh="社区编号",
        ),
        Field(
            "due_on",
            "day",
            False,
            "conditional",
            "Day its next check is due.",
            zh="下次检查日期",
        ),
        Field(
            "overdue_days",
            "integer",
            False,
            "conditional",
            "Days that its check is overdue.",
            "days",
            zh="逾期天数",
        ),
        Field(
            "last_check",
            "day",
            False,
            "conditional",
            "Day of its last check.",
            zh="上次检查日期",
        ),
    ),
    owner="the register that is named as source",
    repeats=("enterprises",),
    zh="赋码场所",
)
