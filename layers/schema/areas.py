"""The layers of rated areas: what a day says of grids, circles and communities."""

from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema

RISK = "risk"
"""What the fields of rating stand under, of whichever areas."""
RATED_FIELDS = (
    Field("level", "integer", False, "open", "1 green to 5 red; empty: no data."),
    Field("raw_level", "integer", False, "open", "Level of the day's score alone."),
    Field("floor", "integer", False, "open", "Level, where a floor rule decided it."),
    Field("score", "number", False, "open", "Score by the method.", "of the method"),
    Field("change_7_days", "number", False, "open", "Of the score.", "of the method"),
    Field("drivers", "text", True, "conditional", "What drives the score, as JSON."),
    Field("events", "integer", True, "conditional", "Events of the window."),
    Field("places", "integer", True, "conditional", "Places with a safety code."),
    Field("green", "integer", True, "conditional", "Places with a green code."),
    Field("yellow", "integer", True, "conditional", "Places with a yellow code."),
    Field("red", "integer", True, "conditional", "Places with a red code."),
    Field("overdue", "integer", True, "conditional", "Places with a check overdue."),
)

RATED_AREAS = LayerSchema(
    RISK,
    "area_id",
    None,
    (
        Field("area_id", "text", True, "open", "Id of the grid, circle or community."),
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
