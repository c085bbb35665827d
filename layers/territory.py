"""One town in force: its grids, circles and posts as layers, and their assigner."""

from collections.abc import Callable, Iterable
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
from gis.errors import CoverageError, CrsError, InvalidLayerError, SettingError
from gis.geodesy import GeodesicRuler, MapRuler, Ruler
from gis.index import GridIndex, cached_index
from gis.local_time import DEFAULT_TIMEZONE
from gis.models import GridId
from gis.notebook_table import lines_html, table_html
from gis.pagoda import Pagoda
from gis.roster import REGION_TIER, Duty, DutyTable, Roster, expand_rotations
from gis.sentences import sentence
from gis.synthetic import Town
from gis.versions import Version
from layers.area_rows import placed_areas
from layers.datums import refuse_other_datums, require_degrees
from layers.files.grid_parts import about_parts, join_parts
from layers.files.grids import grids_of_frame, read_grids
from layers.files.tree import read_circles, read_posts
from layers.grid_rows import placed_rows
from layers.schema.circles import CIRCLES, pagoda_of
from layers.schema.duties import duties_of, rotations_of
from layers.schema.frames import has_geometry, refuse_other_than_frames
from layers.schema.grids import GRIDS
from layers.schema.layer import check, frame_datum
from layers.schema.neighbours import NEIGHBOURS, jurisdictions_of
from layers.schema.posts import posts_of
from layers.words.maps import TIER_CIRCLES
from layers.words.vocabulary import COMMUNITY_NAME, GRID_NAME, NOTEBOOK


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

    def _repr_html_(self) -> str:
        """Return what a notebook shows: what there is, where, and what was noticed."""
        west, south, east, north = self.bounds
        rows: list[tuple[str, str]] = [
            (GRID_NAME.sentence, f"{len(self.grids):,}"),
            (NOTEBOOK["datum"].sentence, self.datum.name),
            (
                NOTEBOOK["bounds"].sentence,
                f"{west:.10g}, {south:.10g}, {east:.10g}, {north:.10g}",
            ),
        ]
        communities = set(self.communities.values())
        if communities:
            rows.insert(1, (COMMUNITY_NAME.sentence, f"{len(communities):,}"))
        if self.duties is not None:
            rows += _tree_rows(self.duties)
        notices = self.grids.attrs.get("notices", ())
        if notices:
            rows.append((NOTEBOOK["notices"].sentence, lines_html(notices)))
        return table_html(NOTEBOOK["territory"].sentence, rows)

    @cached_property
    def neighbours(self) -> Neighbours:
        """The shared borders of the grids, metres."""
        return find_neighbours(list(self.grids.geometry), ruler_of(self.datum))

    def with_duties(
        self,
        duties: Iterable[Duty] | pd.DataFrame = (),
        region_tier: int = REGION_TIER,
        *,
        rotations: pd.DataFrame | None = None,
        timezone: str = DEFAULT_TIMEZONE,
    ) -> "Territory":
        """Return the territory with who is on duty when.

        Parameters
        ----------
        duties
            Records of duties in the order of their layer, or that layer as a frame.
        region_tier
            Tier of the circles that region leaders head.
        rotations
            Layer of duties in turns; None where there are none.
        timezone
            IANA zone of times without offset in frames.

        Raises
        ------
        InvalidLayerError
            If there is no tree, a record cannot be a duty, or two of a post overlap.

        Examples
        --------
        >>> from gis.synthetic import make_s_town
        >>> town = make_s_town()
        >>> month = town.month
        >>> manned = town_territory(town).with_duties(
        ...     month.duties, rotations=month.rotations
        ... )
        >>> manned.assigner().has_duties
        True
        """
        if self.duties is None:
            raise InvalidLayerError(
                "There are duties but no circles; give the circles and posts that "
                "they are held in."
            )
        roster = self.duties.roster
        if isinstance(duties, pd.DataFrame):
            duties = duties_of(duties, timezone)
        records = [*duties] if isinstance(duties, Iterable) else []
        if not isinstance(duties, Iterable) or not all(
            isinstance(duty, Duty) for duty in records
        ):
            refuse_other_than_frames(sentence("duties"), duties)
        if rotations is not None:
            refuse_other_than_frames(sentence("rotations"), rotations)
            turns = rotations_of(rotations, timezone)
            records += expand_rotations(turns, roster.posts, timezone)
        return replace(self, duties=DutyTable(roster, records, region_tier=region_tier))

    def with_neighbours(
        self, neighbours: gpd.GeoDataFrame, datum: Datum | str | None = None
    ) -> "Territory":
        """Return the territory with the areas around it, which name what lies outside.

        Parameters
        ----------
        neighbours
            Layer of neighbours (`layers.schema.neighbours.NEIGHBOURS`), polygons.
        datum
            As `make_territory` takes it.

        Raises
        ------
        InvalidLayerError
            If it is no frame, or a row cannot be used.
        CrsError
            If it declares no CRS, or cannot lie where it is used.

        Examples
        --------
        >>> import shapely
        >>> from gis.synthetic import make_s_town
        >>> from layers.assignment import assign_frame
        >>> areas = [shapely.box(120.0, 30.0, 121.0, 31.0)]
        >>> around = gpd.GeoDataFrame(
        ...     {"neighbour_id": ["330109"]}, geometry=areas, crs="EPSG:4326"
        ... )
        >>> town = town_territory(make_s_town()).with_neighbours(around)
        >>> event = pd.DataFrame({"lon": [120.5], "lat": [30.5]})
        >>> assign_frame(town, event)["neighbour_id"].item()
        '330109'
        """
        what = sentence("neighbours")
        refuse_other_than_frames(what, neighbours)
        refuse_other_datums("datum", datum)
        if not has_geometry(neighbours):
            raise CoverageError(
                "The neighbours have no geometry in use, expected polygons; read them, "
                "as by geopandas.read_file."
            )
        if neighbours.crs is None and datum is None:
            raise CrsError(
                "The neighbours declare no CRS, expected one; say which they are in, "
                "as by neighbours.set_crs('EPSG:4326') or datum='wgs84'."
            )
        rows = neighbours.reset_index(drop=True)
        areas, _ = placed_areas(rows, NEIGHBOURS, self.datum, "datum=", datum)
        return replace(self, jurisdictions=jurisdictions_of(areas))

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
        assigner = Assigner(
            build(self.grids["grid_id"], polygons),
            polygons,
            ruler_of(self.datum),
            command=Command(self.duties, self.communities) if self.duties else None,
            snap_m=snap_m,
            provenance=provenance,
        )
        return assigner.with_grid_datum(self.datum)

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
    grids: gpd.GeoDataFrame | Path | str,
    circles: pd.DataFrame | Path | str | None = None,
    posts: pd.DataFrame | Path | str | None = None,
    *,
    id: str = "grid_id",  # as the option --id is called
    datum: Datum | str | None = None,
    repair: bool = False,
) -> Territory:
    """Make a territory of grids of your own, and of the tree above them.

    What `pagoda check` and `pagoda assign` read is read here: rows of one id are parts
    of one grid. What they say beside stands in ``territory.grids.attrs["notices"]``.

    Parameters
    ----------
    grids
        Polygons: a GeoDataFrame, or the path of a file in any format with geometry.
    circles
        Layer of circles, a frame or a file; then every grid needs its `parent_id`.
    posts
        Layer of posts, a frame or a file; needs circles.
    id
        Column with the ids of the grids, text or whole numbers.
    datum
        ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``EPSG:n``; None takes the CRS
        that the grids declare.
    repair
        Whether broken rings are mended; else they are refused.

    Raises
    ------
    InputFileError
        If a file cannot be read.
    InvalidLayerError
        If something is no frame, there is no column with ids or a row without one, a
        layer breaks its schema, or there are posts without circles.
    CoverageError
        Names grids that are no usable polygons, and parts that overlap.
    CrsError
        If the grids declare no CRS, or cannot lie where it is used.

    Examples
    --------
    >>> import shapely
    >>> squares = [shapely.box(x, 30.0, x + 0.1, 30.1) for x in (120.0, 120.1)]
    >>> beats = gpd.GeoDataFrame({"beat": [17, 4]}, geometry=squares, crs=4326)
    >>> territory = make_territory(beats, id="beat")
    >>> territory.assigner().assign(120.05, 30.05).grid_id
    '17'
    """
    if not isinstance(id, str):
        raise SettingError(
            "{option} is {value!r}, expected the name of a column as text; write it "
            "in quotes.",
            option="id",
            value=id,
        )
    if not isinstance(repair, bool):
        raise SettingError(
            "repair is {value!r}, expected True or False; say whether broken rings "
            "are mended.",
            value=repair,
        )
    refuse_other_datums("datum", datum)
    if isinstance(grids, (str, Path)):
        rows = read_grids(grids, id, allow_invalid=repair)
    else:
        rows = grids_of_frame(grids, id, allow_invalid=repair)
    if rows.crs is None and datum is None:
        raise CrsError(
            "The grids declare no CRS, expected one; say which they are in, as by "
            "grids.set_crs('EPSG:4326') or datum='wgs84'."
        )
    source = placed_rows(rows, datum, "datum=", is_mended=repair)
    territory = build_territory(
        join_parts(source.rows),
        _layer_of(sentence("circles"), circles, read_circles),
        _layer_of(sentence("posts"), posts, read_posts),
        datum=source.datum,
    )
    territory.grids.attrs["notices"] = (*source.notices, *about_parts(source.rows))
    return territory


def _tree_rows(duties: DutyTable) -> list[tuple[str, str]]:
    """Return what a notebook shows of the tree, its posts and their duties."""
    pagoda, posts = duties.roster.pagoda, duties.roster.posts.values()
    rows: list[tuple[str, str]] = [
        (TIER_CIRCLES.filled(tier=tier).sentence, f"{len(pagoda.of_tier(tier)):,}")
        for tier in sorted(pagoda.tiers)
    ]
    vacant = sum(post.holder_id is None for post in posts)
    about = NOTEBOOK["vacant"].filled(posts=len(posts), vacant=vacant)
    rows.append((NOTEBOOK["posts"].sentence, about.sentence))
    if duties.ledger:
        records = sum(map(len, duties.ledger.values()))
        rows.append((NOTEBOOK["duties"].sentence, f"{records:,}"))
    return rows


def _layer_of(
    what: str,
    layer: pd.DataFrame | Path | str | None,
    read: Callable[[Path | str], pd.DataFrame],
) -> pd.DataFrame | None:
    """Return a layer, read where it is a file."""
    if isinstance(layer, (str, Path)):
        return read(layer)
    if layer is not None:
        refuse_other_than_frames(what, layer)
    return layer


def build_territory(
    grids: gpd.GeoDataFrame,
    circles: pd.DataFrame | None = None,
    posts: pd.DataFrame | None = None,
    *,
    datum: Datum | None = None,
    is_published: bool = False,
) -> Territory:
    """Check layers that were read, and put them together.

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
    is_published
        As `gis.pagoda.build_pagoda` takes it.

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
    >>> territory = build_territory(town.grids, town.circles, town.posts)
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
    pagoda = pagoda_of(layer, check(circles, CIRCLES), is_published=is_published)
    roster_posts = () if posts is None else posts_of(posts)
    return Territory(layer, datum, DutyTable(Roster(pagoda, roster_posts)))


def town_territory(town: Town) -> Territory:
    """Return the territory of a synthetic town."""
    return build_territory(town.grids, town.circles, town.posts)


def refuse_other_territories(territory: object) -> None:
    """Refuse what is no territory.

    Parameters
    ----------
    territory
        What somebody gives.

    Raises
    ------
    SettingError
        Says what it is instead.
    """
    if not isinstance(territory, Territory):
        raise SettingError(
            "The territory is of type {kind}, expected a Territory; make one of your "
            "grids with make_territory.",
            kind=type(territory).__name__,
        )


def ruler_of(datum: Datum) -> Ruler:
    """Return what measures metres in a datum, true on the ellipsoid."""
    if has_degrees(datum.crs):
        return GeodesicRuler()
    return MapRuler(partial(convert, source=datum, target=parse_datum("wgs84")))
