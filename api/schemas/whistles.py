"""What is sent about whistles: departments summoned, arrivals, results, ratings."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.refusals import broken_rule
from api.schemas.numbers import Whole
from api.schemas.texts import Id, Text

MOST_DEPARTMENTS = 20
DAY_MINUTES = 24 * 60


def _each_once(values: list[str]) -> list[str]:
    """Refuse a department that is summoned twice."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise broken_rule("stands_twice", value=twice[0])
    return values


class WhistleIn(BaseModel):
    """Departments that are to come, each with a task of its own."""

    model_config = ConfigDict(extra="forbid", strict=True)

    departments: Annotated[
        list[Id],
        Field(min_length=1, max_length=MOST_DEPARTMENTS),
        AfterValidator(_each_once),
    ]
    minutes: Annotated[Whole, Field(ge=1, le=DAY_MINUTES)] | None = Field(
        None, description="Until they must be there; without it that of the kind."
    )
    legal_basis: Text | None = Field(None, description="What they are summoned by.")


class CheckInIn(BaseModel):
    """A department arrives, at a position."""

    model_config = ConfigDict(extra="forbid", strict=True)

    department: Id
    lon: float = Field(description="Longitude in degrees, or x.", allow_inf_nan=False)
    lat: float = Field(description="Latitude in degrees, or y.", allow_inf_nan=False)
    datum: str = Field(
        "wgs84", description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.", max_length=20
    )
    accuracy_m: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = Field(
        None, description="68 % radius of the position, metres."
    )


class SolutionIn(BaseModel):
    """What a department did on the spot."""

    model_config = ConfigDict(extra="forbid", strict=True)

    department: Id
    result: Text


class RatingIn(BaseModel):
    """How a department did, once it has solved its task."""

    model_config = ConfigDict(extra="forbid", strict=True)

    department: Id
    score: Annotated[Whole, Field(ge=1, le=5)] = Field(description="5 is best.")
    note: Text | None = None
