"""What is nearest to a point, as it is answered."""

from typing import Final

from pydantic import BaseModel, Field

from api.service.brief.nearest import Nearby, NearQuery
from layers.words import Words

STRAIGHT: Final = Words(
    "直线距离，不是步行或行车路程", "a straight line, no way to walk or drive"
)


class NearServiceOut(BaseModel):
    """Something near, and how far it is."""

    id: str
    name: str | None
    sort: str | None = Field(
        description="Scene of a place, force of a station, type of a team, role of a "
        "post."
    )
    area_id: str | None = Field(
        description="Grid of a place, area that a station or post serves."
    )
    lon: float | None = Field(description="None of a post: its area is meant.")
    lat: float | None
    distance_m: float = Field(description="Metres; to the area of a post, 0 within.")


class NearestOut(BaseModel):
    """What is nearest in a straight line."""

    lon: float
    lat: float
    datum: str
    kind: str
    method: str = Field(description="How distances are measured: euclid.")
    method_text: str
    method_text_zh: str
    metric_crs: str = Field(description="In whose plane they are measured.")
    position_crs: str = Field(description="CRS of the positions in the answer.")
    items: list[NearServiceOut] = Field(description="The nearest first.")

    @classmethod
    def of(cls, query: NearQuery, nearby: Nearby, position_crs: str) -> "NearestOut":
        """Return what is near as it is answered.

        Parameters
        ----------
        query, nearby
            What was asked for, and what is there.
        position_crs
            Of the store.
        """
        return cls(
            lon=query.position.x,
            lat=query.position.y,
            datum=query.position.datum,
            kind=query.kind,
            method="euclid",
            method_text=STRAIGHT.en,
            method_text_zh=STRAIGHT.zh,
            metric_crs=nearby.metric_crs,
            position_crs=position_crs,
            items=[
                NearServiceOut(**item.service._asdict(), distance_m=item.distance_m)
                for item in nearby.items
            ],
        )
