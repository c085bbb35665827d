"""The layers of a crosswalk: pieces of two grid systems, and how grids relate."""

from gis.crosswalk import Relation
from layers.schema.layer import Field, LayerSchema

WORDS = tuple(Relation)
STANDINGS = ("counts", "small", "noise", "outside")
"""What a piece is: it counts, it is listed, it is ignored, or one system lacks it."""

PIECES = LayerSchema(
    name="pieces",
    key="piece_id",
    geometry="polygon",
    fields=(
        Field("piece_id", "text", True, "open", "Ids of both grids, `/` between."),
        Field("source_id", "text", False, "open", "Grid of the first system."),
        Field("target_id", "text", False, "open", "Grid of the second system."),
        Field("standing", "text", True, "open", "What the piece is.", values=STANDINGS),
        Field("relation", "text", False, "open", "Of the source's grid.", values=WORDS),
        Field(
            "target_relation",
            "text",
            False,
            "open",
            "Of the target's grid, seen from there.",
            values=WORDS,
        ),
        Field("is_conflict", "flag", True, "open", "It counts, its source conflicts."),
        Field("area_m2", "number", True, "open", "On the ellipsoid.", "m2"),
        Field("width_m", "number", True, "open", "Mean, of its widest part.", "m"),
        Field("source_share", "number", False, "open", "Part of the source's area."),
        Field("target_share", "number", False, "open", "Part of the target's area."),
        Field("weight", "number", False, "open", "Part of what the source has."),
    ),
    owner="grid office",
)
RELATED_GRIDS = LayerSchema(
    name="related",
    key="grid_id",
    geometry="polygon",
    fields=(
        Field("grid_id", "text", True, "open", "Grid of the first system."),
        Field("relation", "text", True, "open", "To the second.", values=WORDS),
        Field("pieces", "integer", True, "open", "Pieces that count."),
        Field("outside", "number", True, "open", "Weight of what is outside."),
        Field("is_by_area", "flag", True, "open", "It has no items to be weighed by."),
    ),
    owner="grid office",
)
