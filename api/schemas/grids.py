"""What is next to a grid and what is seen of it, as it is answered."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, Field


class NeighbourOut(BaseModel):
    """A grid that shares a border."""

    grid_id: str
    border_m: float


class NeighboursOut(BaseModel):
    """The grids around a grid."""

    grid_id: str
    neighbours: list[NeighbourOut] = Field(description="The longest border first.")

    @classmethod
    def of(cls, grid_id: str, borders: Mapping[str, float]) -> Self:
        """Return neighbours as they are answered."""
        return cls(
            grid_id=grid_id,
            neighbours=[
                NeighbourOut(grid_id=other, border_m=border_m)
                for other, border_m in borders.items()
            ],
        )


class CamerasOut(BaseModel):
    """What cameras see of a grid; those in homes count nowhere."""

    grid_id: str
    radius_m: float = Field(description="How far a camera is taken to see.")
    cameras: int = Field(description="Those that stand in the grid or on its border.")
    share: float = Field(description="Of the area that any camera sees, 0 to 1.")
