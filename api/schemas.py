"""Request and response models of the HTTP doors."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from api.service.sentences import sentences
from gis.models import Assignment, Position
from gis.pagoda import Pagoda

MAX_CANDIDATES_M = 5000.0


class PositionIn(BaseModel):
    """One position to assign; lon and lat in the declared datum."""

    model_config = ConfigDict(extra="forbid")

    lon: float | None = Field(description="Longitude in degrees, or x.")
    lat: float | None = Field(description="Latitude in degrees, or y.")
    datum: str = Field(
        "wgs84", description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.", max_length=20
    )
    at: datetime | None = Field(
        None, description="When it occurred; posts without duty dates hold at any time."
    )
    accuracy_m: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = Field(
        None, description="Radius of the position's accuracy, metres; recorded."
    )
    candidates_m: Annotated[float, Field(ge=0, le=MAX_CANDIDATES_M)] = Field(
        0.0, description="Name all grids within this many metres."
    )

    def position(self) -> Position | None:
        """Return the position, None where a coordinate is missing."""
        if self.lon is None or self.lat is None:
            return None
        return Position(self.lon, self.lat, self.datum)


class CandidateOut(BaseModel):
    """A grid near by, with its distance in metres to 1 mm."""

    grid_id: str
    distance_m: float


class CircleOut(BaseModel):
    """A circle of the chain."""

    tier: int
    circle_id: str
    name: str


class ProvenanceOut(BaseModel):
    """What the answer was computed from."""

    version: int | None
    digest: str | None
    tie_rule: str
    engine_version: str
    datum: str
    datum_error_m: float | None


class AssignmentOut(BaseModel):
    """Whose a position is."""

    status: str
    reason: str
    grid_id: str | None
    distance_m: float | None
    candidates: list[CandidateOut]
    chain: list[CircleOut]
    community_id: str | None
    accountable_post: str | None
    accountable_reason: str
    at: datetime | None
    accuracy_m: float | None
    text: str = Field(description="The answer in one English sentence.")
    text_zh: str = Field(description="The answer in one Chinese sentence.")
    provenance: ProvenanceOut

    @classmethod
    def of(cls, asked: PositionIn, answer: Assignment, pagoda: Pagoda) -> Self:
        """Return the response for an answer to what was asked."""
        circles = [pagoda.circles[circle_id] for circle_id in answer.chain]
        text, text_zh = sentences(answer)
        return cls.model_validate(
            {
                "status": str(answer.status),
                "reason": answer.reason,
                "grid_id": answer.grid_id,
                "distance_m": answer.distance_m,
                "candidates": answer.candidates,
                "chain": circles,
                "community_id": answer.community_id,
                "accountable_post": answer.accountable_post,
                "accountable_reason": answer.accountable_reason,
                "at": asked.at,
                "accuracy_m": asked.accuracy_m,
                "text": text,
                "text_zh": text_zh,
                "provenance": answer.provenance,
            },
            from_attributes=True,
        )
