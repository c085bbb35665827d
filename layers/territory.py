"""One town in force: its grids, circles and posts as layers, and their assigner."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gis.assignment import (
    AnswerBasis,
    Assigner,
    Command,
    Jurisdictions,
    plain_provenance,
)
from gis.coverage.neighbours import Neighbours, find_neighbours
from gis.crs import Datum, convert, parse_datum
from gis.datum_steps import has_degrees
from gis.errors import InvalidLayerError
from gis.geodesy import GeodesicRuler, MapRuler, Ruler
from gis.index import GridIndex, cached_index
from gis.models import GridId
from gis.pagoda import Pagoda
from gis.roster import REGION_TIER, Duty, DutyTable, Roster
from gis.synthetic import Town
from gis.versions import Version
from layers.datums import require_degrees
from layers.schema.circles import CIRCLES, pagoda_of
from layers.schema.grids import GRIDS
from layers.schema.layer import check, frame_datum
from layers.schema.posts import posts_of


@dataclass(frozen=True)
class Territory:
    """Checked layers of one town.

    Attributes
    ----------
    grids
        Polygons with `grid_id`, in code order; with a tree also `parent_id`.
    datum
        Datum of the grids' coordinates.
    duties
        The command tree, its posts and who is on duty; None where the grids stand
        alone.
    jurisdictions
        The areas next to the town, in the same coordinates; None where none is known.
    """

    grids: gpd.GeoDataFrame
    datum: Datum
    duties: DutyTable | None = None
    jurisdictions: Jurisdictions | None = None

    @property
    def pagoda(self) -> Pagoda | None:
        """The command tree; None where the grids stand alone."""
        return self.duties.roster.pagoda if self.duties else None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Bounds of all grids, ``(minx, miny, maxx, maxy)``."""
        min_x, min_y, max_x, max_y = (float(v) for v in self.grids.total_bounds)
        return min_x, min_y, max_x, max_y

    @property
    def communities(self) -> dict[GridId, str]:
        """Community of each grid that has one."""
        if "community_id" not in self.grids:
            return {}
        pairs = self.grids[["grid_id", "community_id"]].dropna()
        return {
            GridId(grid_id): community
            for grid_id, community in pairs.itertuples(index=False)
        }

    @cached_property
    def neighbours(self) -> Neighbours:
        """The shared borders of the grids, metres."""
        return find_neighbours(list(self.grids.geometry), ruler_of(self.datum))

    def with_duties(
        self, duties: Iterable[Duty], region_tier: int = REGION_TIER
    ) -> "Territory":
        """Return the territory with who is on duty when.

        Parameters
        ----------
        duties
            Records of duties, in the order of their layer.
        region_tier
            Tier of the circles that region leaders head.

        Raises
        ------
        InvalidLayerError
            If there is no tree, a record cannot be a duty, or two of a post overlap.
        """
        if self.duties is None:
            raise InvalidLayerError(
                "There are duties but no circles; give the circles and posts that "
                "they are held in."
            )
        table = DutyTable(self.duties.roster, duties, region_tier=region_tier)
        return replace(self, duties=table)

    def assigner(
        self,
        *,
        snap_m: float = 0.0,
        version: Version | None = None,
        indexes: Path | None = None,
    ) -> Assigner:
        """Return the assigner of this territory.

        Parameters
        ----------
        snap_m
            A position outside all grids is given to one at most this far.
        version
            The published version that the grids are; None for grids of a file.
        indexes
            Folder where its index is found again, as `cached_index` takes it; None
            builds it.
        """
        polygons = list(self.grids.geometry)
        provenance = plain_provenance(self.datum.name)
        if version is not None:
            provenance = replace(
                provenance, version=version.version, digest=version.digest
            )
        build = GridIndex.build if indexes is None else partial(cached_index, indexes)
        return Assigner(
            build(self.grids["grid_id"], polygons),
            polygons,
            ruler_of(self.datum),
            command=Command(self.duties, self.communities) if self.duties else None,
            snap_m=snap_m,
            provenance=provenance,
        )

    def basis(
        self,
        *,
        snap_m: float = 0.0,
        version: Version | None = None,
        indexes: Path | None = None,
    ) -> AnswerBasis:
        """Return what answers in this territory are made from, as `assigner` takes it.

        Examples
        --------
        >>> from gis.assignment import answer_one
        >>> from gis.models import Position
        >>> from gis.synthetic import make_s_town
        >>> basis = town_territory(make_s_town()).basis()
        >>> answer_one(basis, Position(120.08, 30.33, "gcj02")).assignment.status
        <Status.INSIDE: 'inside'>
        """
        assigner = self.assigner(snap_m=snap_m, version=version, indexes=indexes)
        return AnswerBasis(assigner, self.datum, self.jurisdictions)


def make_territory(
    grids: gpd.GeoDataFrame,
    circles: pd.DataFrame | None = None,
    posts: pd.DataFrame | None = None,
    *,
    datum: Datum | None = None,
) -> Territory:
    """Check layers and put them together.

    Parameters
    ----------
    grids
        Layer of grids (`layers.schema.grids.GRIDS`), any row order.
    circles
        Layer of circles; then every grid needs its `parent_id`.
    posts
        Layer of posts; needs circles.
    datum
        Datum of the grids; None takes the CRS of the frame, WGS 84 where it has none.

    Raises
    ------
    InvalidLayerError
        If a layer breaks its schema, the tree is not one tree, or there are posts
        without circles.
    CrsError
        If the datum is in degrees and the grids are not.

    Examples
    --------
    >>> from gis.synthetic import make_s_town
    >>> town = make_s_town()
    >>> territory = make_territory(town.grids, town.circles, town.posts)
    >>> territory.assigner().assign(120.08, 30.33).status
    <Status.INSIDE: 'inside'>
    """
    layer = check(grids, GRIDS).sort_values("grid_id", ignore_index=True)
    datum = datum or frame_datum(layer)
    require_degrees(layer, datum, GRIDS)
    if circles is None:
        if posts is not None:
            raise InvalidLayerError(
                "There are posts but no circles; give the circles that they stand in."
            )
        return Territory(layer, datum)
    pagoda = pagoda_of(layer, check(circles, CIRCLES))
    roster_posts = () if posts is None else posts_of(posts)
    return Territory(layer, datum, DutyTable(Roster(pagoda, roster_posts)))


def town_territory(town: Town) -> Territory:
    """Return the territory of a synthetic town."""
    return make_territory(town.grids, town.circles, town.posts)


def ruler_of(datum: Datum) -> Ruler:
    """Return what measures metres in a datum, true on the ellipsoid."""
    if has_degrees(datum.crs):
        return GeodesicRuler()
    return MapRuler(partial(convert, source=datum, target=parse_datum("wgs84")))
