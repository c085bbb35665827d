"""Why grids that came back are refused, where, and what to do."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gis.editing.ground import Ground, Polygons
from gis.geometry import lonlat_places
from gis.sentences import sentence

ConflictKind: TypeAlias = Literal[
    "gap", "overlap", "beyond", "lost", "pieces", "nothing left"
]
REMEDIES: Final[dict[ConflictKind, str]] = {
    "gap": sentence("give it to a grid beside it"),
    "overlap": sentence("take it from all but one of them"),
    "beyond": sentence("cut it off at the outline, or declare another one"),
    "lost": sentence("put it back, or give its ground to the grids around it"),
    "pieces": sentence(
        "give the smaller piece to a grid around it, or make it one of its own"
    ),
    "nothing left": sentence("redraw it, or leave it away"),
}
"""What to do about each kind."""
KIND_NAMES: Final[dict[ConflictKind, str]] = {
    "gap": sentence("gap"),
    "overlap": sentence("overlap"),
    "beyond": sentence("beyond"),
    "lost": sentence("lost"),
    "pieces": sentence("pieces"),
    "nothing left": sentence("nothing left"),
}
"""What each kind is called."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why what came back is refused, and where.

    Attributes
    ----------
    kind
        ``gap``, ``overlap``, ``beyond``: ground in dispute; ``lost``: a grid did not
        come back and nobody has its ground; ``pieces``: a grid is in more pieces than
        it was; ``nothing left``: others have all of it.
    grids
        Which.
    area_m2, width_m
        Of the ground in dispute, the lost grid or the piece; 0 where nothing is left.
    lon, lat
        A point of it.
    remedy
        What to do.
    """

    kind: ConflictKind
    grids: tuple[str, ...]
    area_m2: float
    width_m: float
    lon: float
    lat: float
    remedy: str

    def to_text(self) -> str:
        """Return one line."""
        names = ", ".join(map(repr, self.grids))
        return sentence(
            "{kind}: {names}: {area_m2:,.1f} m2, mean width {width_m:.3f} m, at "
            "({lon:.6f}, {lat:.6f}); {remedy}",
            kind=KIND_NAMES[self.kind],
            names=names,
            area_m2=self.area_m2,
            width_m=self.width_m,
            lon=self.lon,
            lat=self.lat,
            remedy=self.remedy,
        )


def conflict_over(
    kind: ConflictKind,
    grids: tuple[str, ...],
    polygon: Polygons,
    measures: tuple[float, float],
    ground: Ground,
) -> Conflict:
    """Return a conflict over a polygon with its usual remedy.

    Parameters
    ----------
    kind, grids
        As in `Conflict`.
    polygon
        Alone in an array, in the CRS of the ground.
    measures
        Its area and mean width.
    ground
        What lies where.
    """
    [[lon, lat]] = lonlat_places(polygon, ground.crs).tolist()
    return Conflict(kind, grids, *measures, lon, lat, REMEDIES[kind])
