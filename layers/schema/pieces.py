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
        Field(
            "piece_id",
            "text",
            True,
            "open",
            "Ids of both grids, `/` between.",
            zh="地块编号",
        ),
        Field(
            "source_id",
            "text",
            False,
            "open",
            "Grid of the first system.",
            zh="来源网格编号",
        ),
        Field(
            "target_id",
            "text",
            False,
            "open",
            "Grid of the second system.",
            zh="目标网格编号",
        ),
        Field(
            "standing",
            "text",
            True,
            "open",
            "What the piece is.",
            values=STANDINGS,
            zh="归属情况",
        ),
        Field(
            "relation",
            "text",
            False,
            "open",
            "Of the source's grid.",
            values=WORDS,
            zh="来源侧关系",
        ),
        Field(
            "target_relation",
            "text",
            False,
            "open",
            "Of the target's grid, seen from there.",
            values=WORDS,
            zh="目标侧关系",
        ),
        Field(
            "is_conflict",
            "flag",
            True,
            "open",
            "It counts, its source conflicts.",
            zh="是否冲突",
        ),
        Field(
            "area_m2",
            "number",
            True,
            "open",
            "On the ellipsoid.",
            "m2",
            zh="面积（平方米）",
        ),
        Field(
            "width_m",
            "number",
            True,
            "open",
            "Mean, of its widest part.",
            "m",
            zh="宽度（米）",
        ),
        Field(
            "source_share",
            "number",
            False,
            "open",
            "Part of the source's area.",
            zh="占来源比例",
        ),
        Field(
            "target_share",
            "number",
            False,
            "open",
            "Part of the target's area.",
            zh="占目标比例",
        ),
        Field(
            "weight", "number", False, "open", "Part of what the source has.", zh="权重"
        ),
    ),
    owner="grid office",
    zh="地块",
)
RELATED_GRIDS = LayerSchema(
    name="related",
    key="grid_id",
    geometry="polygon",
    fields=(
        Field(
            "grid_id", "text", True, "open", "Grid of the first system.", zh="网格编号"
        ),
        Field(
            "relation",
            "text",
            True,
            "open",
            "To the second.",
            values=WORDS,
            zh="来源侧关系",
        ),
        Field("pieces", "integer", True, "open", "Pieces that count.", zh="地块数"),
        Field(
            "outside",
            "number",
            True,
            "open",
            "Weight of what is outside.",
            zh="范围外比例",
        ),
        Field(
            "is_by_area",
            "flag",
            True,
            "open",
            "It has no items to be weighed by.",
            zh="是否按面积",
        ),
    ),
    owner="grid office",
    zh="对应网格",
)
