"""The layer of enterprises: points that may carry a safety code."""

from typing import Final

import pandas as pd

from gis.codes import Verdict, check_credit_code
from gis.errors import RowFault
from gis.models import SCENE_NAMES, Instant, Scene
from gis.safety.kinds import read_kind
from gis.sentences import clause, joined, sentence
from layers.schema.layer import Field, LayerSchema
from layers.schema.nearest import about_nearest

SCENES: Final = tuple(scene.value for scene in Scene)
SCENES_ZH: Final = tuple(SCENE_NAMES[scene][0] for scene in Scene)
HAZARDS: Final = ("low", "medium", "high")
HAZARDS_ZH: Final = ("低", "中", "高")
ADDRESS_KINDS: Final = ("registered", "actual")
ADDRESS_KINDS_ZH: Final = ("注册地址", "实际地址")


def check_code(code: str) -> None:
    """Refuse a credit code that is none; one that is unusual passes.

    Raises
    ------
    ValueError
        Says what does not fit.

    Examples
    --------
    >>> check_code("91350100M000100Y44")
    Traceback (most recent call last):
    ...
    ValueError: is no credit code: Code '91350100M000100Y44' ends in '4' where its \
check digit is '3'
    """
    wrong = [
        clause(fault.text)
        for fault in check_credit_code(code).faults
        if fault.verdict is Verdict.ERROR
    ]
    if wrong:
        raise ValueError(
            sentence("is no credit code: {wrong}", wrong=joined("; ", wrong))
        )


def uncodable_faults(
    rows: pd.DataFrame, facts: pd.DataFrame, recorded_at: Instant
) -> list[RowFault]:
    """Return a fault for each coded place that is of no scene.

    Parameters
    ----------
    rows
        New enterprises as a store takes them, numbered by their index.
    facts, recorded_at
        Not looked at.
    """
    is_other = ~rows["scene"].isin([*Scene]) & rows["is_coded"].astype(bool)
    codeless = rows.loc[is_other, "scene"]
    return [
        RowFault(
            row,
            "scene",
            sentence(
                "{scene!r} is not one of {scenes!r}{nearest}, and a place of another "
                "kind has no safety code: expected one of them, or is_coded false",
                scene=scene,
                scenes=list(SCENES),
                nearest=about_nearest(scene, SCENES, SCENES_ZH),
            ),
        )
        for row, scene in zip(codeless.index.tolist(), codeless.tolist(), strict=True)
    ]


ENTERPRISES = LayerSchema(
    name="enterprises",
    key="place_id",
    geometry="point",
    fields=(
        Field("place_id", "text", True, "open", "Id of the place.", zh="场所编号"),
        Field(
            "scene",
            "text",
            True,
            "open",
            f"Kind of place: {', '.join(Scene)}; another has no safety code.",
            rule=read_kind,
            usual=SCENES,
            values_zh=SCENES_ZH,
            zh="场所类型",
        ),
        Field(
            "is_coded",
            "flag",
            True,
            "conditional",
            "Whether it has a safety code.",
            zh="是否赋码",
        ),
        Field(
            "hazard",
            "text",
            False,
            "conditional",
            "Inherent hazard of the place; empty: that of its scene by the rule.",
            values=HAZARDS,
            values_zh=HAZARDS_ZH,
            zh="固有风险",
        ),
        Field(
            "grid_id",
            "text",
            False,
            "open",
            "Grid that its register names; which one holds it, its position decides.",
            zh="所在网格编号",
        ),
        Field(
            "cluster",
            "text",
            False,
            "open",
            "Industry cluster it belongs to.",
            zh="产业集群",
        ),
        Field(
            "is_listed",
            "flag",
            False,
            "open",
            "Whether its shares are listed.",
            zh="是否上市",
        ),
        Field(
            "source", "text", True, "conditional", "Register that says so.", zh="来源"
        ),
        Field(
            "credit_code",
            "text",
            False,
            "open",
            "Unified social credit code, if any.",
            rule=check_code,
            zh="统一社会信用代码",
        ),
        Field("name", "text", False, "open", "Name of the enterprise.", zh="场所名称"),
        Field("address", "text", False, "conditional", "Address in words.", zh="地址"),
        Field(
            "address_kind",
            "text",
            False,
            "open",
            "Whether the address is registered or actual.",
            values=ADDRESS_KINDS,
            values_zh=ADDRESS_KINDS_ZH,
            zh="地址类型",
        ),
    ),
    owner="the register that is named as source",
    zh="场所",
)

REGISTERED = LayerSchema(
    name="enterprises of all registers",
    key=ENTERPRISES.key,
    geometry=ENTERPRISES.geometry,
    fields=(
        *(field for field in ENTERPRISES.fields if field.name != "source"),
        Field(
            "sources",
            "text",
            True,
            "conditional",
            "Registers that name it.",
            zh="各来源",
        ),
        Field(
            "disagreements",
            "text",
            False,
            "conditional",
            "Fields in which its registers disagree.",
            zh="不一致字段",
        ),
    ),
    owner=ENTERPRISES.owner,
    repeats=(ENTERPRISES.name,),
    zh="各来源场所",
)
"""One row a place: the one that rates it."""
COMPARED: Final = ("scene", "hazard", "credit_code", "name", "address")
"""Fields in which registers of one place may disagree."""
