"""The layers of rated areas: what a day says of grids, circles and communities."""

from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema

RISK = "risk"
"""What the fields of rating stand under, of whichever areas."""
RATED_FIELDS = (
    Field(
        "level",
        "integer",
        False,
        "open",
        "1 green to 5 red; empty: no data.",
        zh="风险等级",
    ),
    Field(
        "raw_level",
        "integer",
        False,
        "open",
        "Level of the day's score alone.",
        zh="当日得分等级",
    ),
    Field(
        "floor",
        "integer",
        False,
        "open",
        "Level, where a floor rule decided it.",
        zh="底线规则等级",
    ),
    Field(
        "score",
        "number",
        False,
        "open",
        "Score by the method.",
        "of the method",
        zh="得分",
    ),
    Field(
        "change_7_days",
        "number",
        False,
        "open",
        "Of the score.",
        "of the method",
        zh="七日变化",
    ),
    Field(
        "drivers",
        "text",
        True,
        "conditional",
        "What drives the score, as JSON.",
        zh="主要因素",
    ),
    Field(
        "events", "integer", True, "conditional", "Events of the window.", zh="事件数"
    ),
    Field(
        "places",
        "integer",
        True,
        "conditional",
        "Places with a safety code.",
        zh="赋码场所数",
    ),
    Field(
        "green",
        "integer",
        True,
        "conditional",
        "Places with a green code.",
        zh="绿码数",
    ),
    Field(
        "yellow",
        "integer",
        True,
        "conditional",
        "Places with a yellow code.",
        zh="黄码数",
    ),
    Field(
        "red", "integer", True, "conditional", "Places with a red code.", zh="红码数"
    ),
    Field(
        "overdue",
        "integer",
        True,
        "conditional",
        "Places with a check overdue.",
        zh="逾期检查数",
    ),
)

RATED_AREAS = LayerSchema(
    RISK,
    "area_id",
    None,
    (
        Field(
            "area_id",
            "text",
            True,
            "open",
            "Id of the grid, circle or community.",
            zh="区域编号",
        ),
        *RATED_FIELDS,
    ),
    owner="command office",
)
"""What a day says of an area of any layer."""


def _rated(areas: LayerSchema) -> LayerSchema:
    """Return the schema of areas once they are rated."""
    fields = (*areas.fields, *RATED_FIELDS)
    return LayerSchema(
        f"rated {areas.name}",
        areas.key,
        areas.geometry,
        fields,
        areas.owner,
        repeats=(areas.name, RISK),
    )


RATED_GRIDS = _rated(GRIDS)
RATED_CIRCLES = _rated(CIRCLES)
RATED_COMMUNITIES = _rated(COMMUNITIES)


def rated_schema(name: str) -> LayerSchema:
    """Return the schema of a layer of rated areas by its name in a rated day.

    Parameters
    ----------
    name
        ``grids``, ``communities``, or ``tier4`` ... ``tier1`` for circles.

    Examples
    --------
    >>> rated_schema("tier2").key
    'circle_id'
    """
    if name == "grids":
        return RATED_GRIDS
    return RATED_COMMUNITIES if name == "communities" else RATED_CIRCLES
