"""The layer of departments: bodies, teams and centres that an event may go to."""

from typing import Final

import geopandas as gpd

from gis.models import Department, PostId
from gis.sentences import sentence
from layers.schema.circles import text_or_none
from layers.schema.layer import Field, LayerSchema, check
from layers.schema.values import lonlats_of

TEAMS: Final = ("guidance", "enforcement", "mediation")
TEAMS_ZH: Final = ("指导队", "执法队", "调解队")
"""Types of teams."""


def check_rank(value: int) -> None:
    """Refuse a rank above the first.

    Raises
    ------
    ValueError
        If it is one.
    """
    if value < 1:
        raise ValueError(sentence("is no rank, expected 1 for the highest or more"))


DEPARTMENTS = LayerSchema(
    name="departments",
    key="department_id",
    geometry="point",
    fields=(
        Field(
            "department_id",
            "text",
            True,
            "open",
            "Id, as packs name it.",
            zh="部门编号",
        ),
        Field("name_zh", "text", True, "open", "Chinese name.", zh="部门中文名称"),
        Field("name_en", "text", False, "open", "English name.", zh="部门英文名称"),
        Field(
            "rank",
            "integer",
            True,
            "open",
            "Order; 1 is first.",
            rule=check_rank,
            zh="排序",
        ),
        Field(
            "platform", "text", False, "open", "Platform that it works on.", zh="平台"
        ),
        Field("post_id", "text", False, "open", "Its duty post.", zh="值班岗位编号"),
        Field(
            "team",
            "text",
            False,
            "open",
            "Type of team; empty where it is none.",
            values=TEAMS,
            values_zh=TEAMS_ZH,
            zh="队伍类型",
        ),
    ),
    owner="command office",
    zh="部门",
)


def departments_of(departments: gpd.GeoDataFrame) -> tuple[Department, ...]:
    """Return the departments of a layer of departments, in its order.

    Raises
    ------
    InvalidLayerError
        If the layer breaks its schema.

    Examples
    --------
    >>> columns = {"department_id": ["police"], "name_zh": ["公安"], "rank": [1]}
    >>> [police] = departments_of(gpd.GeoDataFrame(columns, geometry=[None]))
    >>> police.department_id, police.rank, police.team, police.lon
    ('police', 1, '', None)
    """
    rows = check(departments, DEPARTMENTS)
    return tuple(
        Department(
            department_id=row["department_id"],
            name_zh=row["name_zh"],
            name_en=text_or_none(row.get("name_en")) or "",
            rank=int(row["rank"]),
            platform=text_or_none(row.get("platform")) or "",
            post_id=_post_or_none(text_or_none(row.get("post_id"))),
            team=text_or_none(row.get("team")) or "",
            lon=lon,
            lat=lat,
        )
        for row, (lon, lat) in zip(
            rows.to_dict("records"), lonlats_of(rows), strict=True
        )
    )


def _post_or_none(post_id: str | None) -> PostId | None:
    return None if post_id is None else PostId(post_id)
