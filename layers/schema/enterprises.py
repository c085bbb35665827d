"""The layer of enterprises: points that may carry a safety code."""

from typing import Final

import pandas as pd

from gis.codes import Verdict, check_credit_code
from gis.errors import RowFault
from gis.models import Instant, Scene
from gis.safety.kinds import read_kind
from gis.sentences import joined, sentence
from layers.schema.layer import Field, LayerSchema

HAZARDS: Final = ("low", "medium", "high")
ADDRESS_KINDS: Final = ("registered", "actual")


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
        fault.text.rstrip(".")
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
                "{scene!r} is not one of {value!r}, and a place of another kind has no "
                "safety code: expected one of them, or is_coded false",
                scene=scene,
                value=[*map(str, Scene)],
            ),
        )
        for row, scene in zip(codeless.index.tolist(), codeless.tolist(), strict=True)
    ]


ENTERPRISES = LayerSchema(
    name="enterprises",
    key="place_id",
    geometry="point",
    fields=(
        Field("place_id", "text", True, "open", "Id of the place."),
        Field(
            "scene",
            "text",
            True,
            "open",
            f"Kind of place: {', '.join(Scene)}; another has no safety code.",
            rule=read_kind,
        ),
        Field("is_coded", "flag", True, "conditional", "Whether it has a safety code."),
        Field(
            "hazard",
            "text",
            False,
            "conditional",
            "Inherent hazard of the place; empty: that of its scene by the rule.",
            values=HAZARDS,
        ),
        Field("grid_id", "text", False, "open", "Grid that holds it."),
        Field("cluster", "text", False, "open", "Industry cluster it belongs to."),
        Field("is_listed", "flag", False, "open", "Whether its shares are listed."),
        Field("source", "text", True, "conditional", "Register that says so."),
        Field(
            "credit_code",
            "text",
            False,
            "open",
            "Unified social credit code, if any.",
            rule=check_code,
        ),
        Field("name", "text", False, "open", "Name of the enterprise."),
        Field("address", "text", False, "conditional", "Address in words."),
        Field(
            "address_kind",
            "text",
            False,
            "open",
            "Whether the address is registered or actual.",
            values=ADDRESS_KINDS,
        ),
    ),
    owner="the register that is named as source",
)

REGISTERED = LayerSchema(
    name="enterprises of all registers",
    key=ENTERPRISES.key,
    geometry=ENTERPRISES.geometry,
    fields=(
        *(field for field in ENTERPRISES.fields if field.name != "source"),
        Field("sources", "text", True, "conditional", "Registers that name it."),
        Field(
            "disagreements",
            "text",
            False,
            "conditional",
            "Fields in which its registers disagree.",
        ),
    ),
    owner=ENTERPRISES.owner,
    repeats=(ENTERPRISES.name,),
)
"""One row a place: the one that rates it."""
COMPARED: Final = ("scene", "hazard", "credit_code", "name", "address")
"""Fields in which registers of one place may disagree."""
