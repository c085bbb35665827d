"""The layer of command circles: the nodes of the tree above the grids."""

from collections.abc import Hashable

import pandas as pd

from gis.errors import InvalidLayerError
from gis.models import Circle, CircleId, GridId
from gis.pagoda import Pagoda, build_pagoda, check_area_id
from layers.schema.layer import Field, LayerSchema

CIRCLES = LayerSchema(
    name="circles",
    key="circle_id",
    geometry="polygon",
    fields=(
        Field(
            "circle_id",
            "text",
            True,
            "open",
            "Id of the circle.",
            rule=check_area_id,
            zh="圈编号",
        ),
        Field(
            "parent_id",
            "text",
            False,
            "open",
            "Circle above; empty for the core.",
            zh="上级圈编号",
        ),
        Field(
            "tier",
            "integer",
            True,
            "open",
            "Tier in the tree; 1 is the top.",
            zh="层级",
        ),
        Field("name", "text", False, "open", "Name of the circle.", zh="圈名称"),
    ),
    owner="command office",
    zh="圈",
)


def pagoda_of(
    grids: pd.DataFrame, circles: pd.DataFrame, *, is_published: bool = False
) -> Pagoda:
    """Return the command tree from checked layers of grids and circles.

    Parameters
    ----------
    grids, circles
        The layers.
    is_published
        As `gis.pagoda.build_pagoda` takes it.
    """
    if "parent_id" not in grids:
        raise InvalidLayerError(
            "The grids have no column 'parent_id'; with circles every grid needs the "
            "circle_id that it reports to."
        )
    nodes = [
        Circle(
            CircleId(row["circle_id"]),
            _circle_or_none(row["parent_id"]),
            int(row["tier"]),
            text_or_none(row.get("name")) or row["circle_id"],
        )
        for row in circles.to_dict("records")
    ]
    parents = {
        GridId(grid_id): _circle_or_none(parent)
        for grid_id, parent in zip(grids["grid_id"], grids["parent_id"], strict=True)
    }
    return build_pagoda(nodes, parents, is_published=is_published)


def _circle_or_none(value: Hashable) -> CircleId | None:
    text = text_or_none(value)
    return None if text is None else CircleId(text)


def text_or_none(value: Hashable) -> str | None:
    """Return a text that says something; None for anything else."""
    return value if isinstance(value, str) and value else None
