"""A position that a request may have: both coordinates in a datum, or none."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.refusals import broken_rule

Degrees = Annotated[float | None, Field(allow_inf_nan=False)]


class MaybePositionIn(BaseModel):
    """What a request says of a position."""

    model_config = ConfigDict(extra="forbid", strict=True)

    lon: Degrees = Field(None, description="Longitude in degrees, or x.")
    lat: Degrees = Field(None, description="Latitude in degrees, or y.")
    datum: str | None = Field(
        None, description="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.", max_length=20
    )

    @model_validator(mode="after")
    def _check_pair(self) -> Self:
        """Refuse half a position."""
        if (self.lon is None) != (self.lat is None):
            raise broken_rule("half_position")
        return self
