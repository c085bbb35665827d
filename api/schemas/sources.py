"""Sources of events as they are answered."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.schemas.figures import MediansOut, SharesOut, medians_of, shares_of
from gis.models import Source
from layers.figures.tally import FigureRow


class QualityOut(BaseModel):
    """What a source reported, as far as who asks sees it."""

    count: int
    shares: SharesOut
    medians: MediansOut


class SourceOut(BaseModel):
    """A source; where it is told of its events is closed."""

    source: str
    name: str
    name_zh: str
    sort: str
    datum: str | None
    accuracy_m: float | None
    kind_map: dict[str, str] = Field(description="Its own words -> kinds.")
    trust: float | None
    owner: str
    quality: QualityOut

    @classmethod
    def of(cls, source: Source, row: FigureRow) -> Self:
        """Return a source as it is answered."""
        return cls(
            source=source.source,
            name=source.name_en or source.name_zh,
            name_zh=source.name_zh,
            sort=source.sort,
            datum=source.datum,
            accuracy_m=source.accuracy_m,
            kind_map=dict(source.kind_map),
            trust=source.trust,
            owner=source.owner,
            quality=QualityOut(
                count=row.counts["events"],
                shares=shares_of(row),
                medians=medians_of(row),
            ),
        )


class SourcesOut(BaseModel):
    """Sources that are registered now."""

    count: int
    since: datetime = Field(description="Quality is of what occurred since.")
    sources: list[SourceOut]
