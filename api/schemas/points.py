"""A point in a query: lon and lat in a declared datum, or why it is none."""

import re
from typing import Annotated, Final, TypeAlias

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, Field

from api.refusals import RequestError, broken_rule
from api.schemas.assignment import CircleOut
from api.service.assignment.systems import SystemOwner
from gis.models import Position
from layers.words.answers import POSITION_REASONS

SIGNED: Final = re.compile(r"-?\d{1,9}(\.\d{1,15})?", re.ASCII)


def _signed(value: object) -> object:
    """Return a number of text, refuse other text: `nan`, `1e3`, `+1`, `1,5`."""
    if not isinstance(value, str):
        return value
    if SIGNED.fullmatch(value) is None:
        raise broken_rule("no_coordinate")
    return float(value)


Coordinate: TypeAlias = Annotated[float, BeforeValidator(_signed)]
"""Degrees or metres, written in digits."""
Lon: TypeAlias = Annotated[Coordinate, Query(description="Longitude, or x.")]
Lat: TypeAlias = Annotated[Coordinate, Query(description="Latitude, or y.")]
DatumName: TypeAlias = Annotated[
    str,
    Query(
        description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.",
        min_length=1,
        max_length=20,
    ),
]


def refused_point(position: Position, reason: str) -> RequestError:
    """Return the refusal of a point that is none.

    Parameters
    ----------
    position
        As it was asked for.
    reason
        Of `gis.assignment.REASONS`.
    """
    words = POSITION_REASONS[reason]
    return RequestError(
        422,
        "unusable-position",
        f"The position lon={position.x!r}, lat={position.y!r} in "
        f"{position.datum} cannot be used, as {words.en}; give lon and lat of a place "
        "of the town in the datum that they are in.",
        f"位置 lon={position.x}、lat={position.y}（{position.datum}）无法使用："
        f"{words.zh}；请填写本地的经纬度，并注明其坐标系。",
    )


class AreaAtOut(BaseModel):
    """Whose a point is in one grid system."""

    system: str
    version: int | None = Field(description="In force then; none where there is none.")
    status: str
    reason: str
    grid_id: str | None
    distance_m: float | None = Field(description="To the owner or the nearest grid.")
    community_id: str | None
    chain: list[CircleOut] = Field(description="Circles above the grid, nearest first.")
    accountable_post: str | None
    neighbour_id: str | None = Field(
        description="Official code of the neighbour that holds a place outside."
    )


class AtOut(BaseModel):
    """Whose a point is in every grid system."""

    lon: float
    lat: float
    datum: str
    areas: list[AreaAtOut] = Field(description="One for each grid system, by its name.")

    @classmethod
    def of(cls, position: Position, owners: tuple[SystemOwner, ...]) -> "AtOut":
        """Return owners as they are answered."""
        return cls(
            lon=position.x,
            lat=position.y,
            datum=position.datum,
            areas=[_area(owner) for owner in owners],
        )


def _area(owner: SystemOwner) -> AreaAtOut:
    assignment, neighbour = owner.assignment, owner.neighbour
    return AreaAtOut(
        system=owner.system,
        version=owner.version,
        status=assignment.status,
        reason=assignment.reason,
        grid_id=assignment.grid_id,
        distance_m=assignment.distance_m,
        community_id=assignment.community_id,
        chain=[
            CircleOut(tier=c.tier, circle_id=c.circle_id, name=c.name)
            for c in owner.circles
        ],
        accountable_post=assignment.accountable_post,
        neighbour_id=neighbour.neighbour_id if neighbour else None,
    )
