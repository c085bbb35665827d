"""Query of `POST /assign/batch`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query

from api.schemas.assignment import MAX_CANDIDATES_M
from api.schemas.moments import MomentOfQuery
from api.schemas.numbers import DecimalNumber
from api.service.assignment.batch import BatchQuestion


@dataclass(frozen=True, slots=True)
class BatchIn:
    """What is asked about all rows of a batch, as parameters of the query."""

    datum: Annotated[
        str | None,
        Query(
            description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n of the positions; "
            "wgs84 without it, or what GeoJSON declares.",
            max_length=20,
        ),
    ] = None
    at: Annotated[
        MomentOfQuery | None,
        Query(description="When they occurred, now without it."),
    ] = None
    lon: Annotated[
        str | None, Query(description="Column or member with longitude, or x.")
    ] = None
    lat: Annotated[
        str | None, Query(description="Column or member with latitude, or y.")
    ] = None
    accuracy: Annotated[
        str | None, Query(description="Column or member with radii in metres.")
    ] = None
    confidence: Annotated[
        Literal["0.68", "0.95"],
        Query(description="Probability that a position lies within its radius."),
    ] = "0.68"
    candidates_m: Annotated[
        DecimalNumber,
        Query(
            description="Name all grids within this many metres.", le=MAX_CANDIDATES_M
        ),
    ] = 0.0

    sheet: Annotated[
        str | None,
        Query(description="Sheet of a workbook; without it the only one that shows."),
    ] = None

    def question(self) -> BatchQuestion:
        """Return what is asked."""
        return BatchQuestion(
            self.datum,
            self.at,
            self.lon,
            self.lat,
            self.accuracy,
            float(self.confidence),
            self.candidates_m,
            self.sheet,
        )
