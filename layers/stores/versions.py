"""What a publication becomes in any store: checked, rounded, dissolved, numbered."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.codes import Verdict, check_community_grid, check_unit_grid
from gis.coverage import Certificate, certify, certify_filling
from gis.coverage.certificate import FAULT_NAMES
from gis.errors import (
    CoverageError,
    InvalidLayerError,
    RowFault,
    StoreError,
)
from gis.geometry import Polygonal, dissolve, polygon_parts, round_coordinates
from gis.models import Instant
from gis.pagoda import dissolve_circles, refuse_bare
from gis.sentences import clause, joined, sentence
from gis.versions import GridIds, History, Proposal, Step
from layers.schema.cells import refuse_unstorable
from layers.schema.circles import CIRCLES, pagoda_of
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.layer import LayerSchema, frame_datum
from layers.stores.protocol import MAIN_SYSTEM, Draft, Publication, VersionLayers
from layers.stores.version_digest import (
    SHOWN,
    circle_rows,
    community_rows,
    joint_digest,
    known_columns,
    layer_column,
)

COMMUNITY_DIGITS, COMMUNITY_GRID_DIGITS = 12, 20
Layers: TypeAlias = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]
Rows: TypeAlias = tuple[gpd.GeoDataFrame, pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Standing:
    """The grids of the versions that stand, as a store has them.

    Attributes
    ----------
    grid_ids
        Grid ids of each.
    read
        Returns the layers of one by its number.
    """

    grid_ids: GridIds
    read: Callable[[int], VersionLayers]


def prepare(
    publication: Publication,
    history: History,
    recorded_at: Instant,
    standing: Standing,
    crs: str,
) -> tuple[VersionLayers, ...]:
    """Return the versions with their layers that a publication becomes, or refuse it.

    Parameters
    ----------
    publication
        What shall be published; not changed.
    history
        All that is recorded about its grid system.
    recorded_at
        Time of record.
    standing
        Grids of the standing versions.
    crs
        Geographic CRS of the store.

    Raises
    ------
    VersionConflictError, StoreError, InvalidLayerError
        As `Store.publish` says.
    """
    _refuse_unstorable(publication)
    rows = [_rows_of(draft, crs) for draft in publication.drafts]
    digests = [joint_digest(*layers) for layers in rows]
    for grids, _, _ in rows:
        _refuse_foreign_codes(grids)
    proposal = _proposal(publication, rows, digests)
    versions = history.plan(proposal, recorded_at, standing.grid_ids)
    for draft, digest in zip(publication.drafts, digests, strict=True):
        _refuse_other_digest(draft.digest, digest)
    covered = _covered(publication, standing)
    for draft, (grids, _, _) in zip(publication.drafts, rows, strict=True):
        _refuse_unclean(grids, draft.outline or covered)
    return tuple(
        VersionLayers(version, *_dissolved(draft, *layers))
        for draft, version, layers in zip(
            publication.drafts, versions, rows, strict=True
        )
    )


def layers_in_force(layers: VersionLayers) -> Layers:
    """Return grids, circles and communities, each with the column `version`."""
    number = layers.version.version
    return (
        layers.grids.assign(version=number),
        layers.circles.assign(version=number),
        layers.communities.assign(version=number),
    )


def no_layers(crs: str) -> Layers:
    """Return what `layers_in_force` does, without rows: no version is in force."""
    return (_no_rows(GRIDS, crs), _no_rows(CIRCLES, crs), _no_rows(COMMUNITIES, crs))


def _no_rows(schema: LayerSchema, crs: str) -> gpd.GeoDataFrame:
    columns = {field.name: layer_column([], field) for field in schema.fields}
    frame = gpd.GeoDataFrame(columns, geometry=[], crs=crs)
    return frame.assign(version=pd.Series([], dtype="int64"))


def _refuse_unstorable(publication: Publication) -> None:
    texts = (publication.system, publication.author, publication.reviewer)
    for text in (*texts, *(draft.note for draft in publication.drafts)):
        try:
            refuse_unstorable(text)
        except ValueError as error:
            raise InvalidLayerError(
                "The publication says {words!r}, which {error}; write it anew.",
                words=text,
                error=error,
            ) from error


def _proposal(
    publication: Publication, rows: Sequence[Rows], digests: Sequence[str]
) -> Proposal:
    parts = zip(publication.drafts, rows, digests, strict=True)
    steps = tuple(
        Step(
            valid_from=draft.valid_from,
            digest=digest,
            grid_ids=frozenset(layers[0]["grid_id"]),
            note=draft.note,
            lineage=draft.lineage,
        )
        for draft, layers, digest in parts
    )
    return Proposal(
        system=publication.system,
        author=publication.author,
        reviewer=publication.reviewer,
        base=publication.base,
        steps=steps,
        replaces=publication.replaces,
        untouched=publication.untouched,
    )


def _rows_of(draft: Draft, crs: str) -> Rows:
    """Return grids as they are stored, and circles and communities without polygons."""
    rows = known_columns(draft.grids, GRIDS)
    grids = gpd.GeoDataFrame(rows, geometry=_stored_polygons(rows, crs), crs=crs)
    return grids, circle_rows(draft.circles), community_rows(draft.communities, rows)


def _dissolved(
    draft: Draft,
    grids: gpd.GeoDataFrame,
    circles: pd.DataFrame,
    communities: pd.DataFrame,
) -> Layers:
    """Return the layers with the polygons that follow from clean grids."""
    above = draft.dissolved or (
        _circle_polygons(grids, circles),
        _community_polygons(grids, communities),
    )
    return (
        grids,
        gpd.GeoDataFrame(circles, geometry=np.asarray(above[0]), crs=grids.crs),
        gpd.GeoDataFrame(communities, geometry=np.asarray(above[1]), crs=grids.crs),
    )


def _refuse_foreign_codes(grids: pd.DataFrame) -> None:
    """Refuse grid codes that do not lie under the division code of their community."""
    pairs = zip(grids["grid_id"].tolist(), grids["community_id"].tolist(), strict=True)
    faults = [
        RowFault(row, "grid_id", text)
        for row, (code, community) in enumerate(pairs, start=1)
        if isinstance(community, str)
        for text in _code_faults(code, community)
    ]
    if faults:
        summary = joined("; ", map(str, faults[:SHOWN]))
        raise InvalidLayerError(
            "Layer 'grids' has {flaws} codes that do not fit, rows in code order: "
            "{summary}; correct the code or the community.",
            faults,
            flaws=len(faults),
            summary=summary,
        )


def _code_faults(code: str, community: str) -> Sequence[str]:
    """Return what is wrong with a code; ids that are no division codes are free."""
    if not (code.isdecimal() and community.isdecimal()):
        return ()
    if len(community) != COMMUNITY_DIGITS:
        return ()
    check = (
        check_community_grid if len(code) == COMMUNITY_GRID_DIGITS else check_unit_grid
    )
    return [
        clause(fault.text)
        for fault in check(code, community).faults
        if fault.verdict is Verdict.ERROR
    ]


def _stored_polygons(grids: pd.DataFrame, crs: str) -> NDArray[np.object_]:
    """Return the polygons of grids as 2-D multi-polygons at 9 decimals."""
    if not isinstance(grids, gpd.GeoDataFrame) or len(grids) == 0:
        raise InvalidLayerError(
            "The draft has {grid_ids} grids and {value}polygons; give a GeoDataFrame "
            "with at least one grid.",
            grid_ids=len(grids),
            value=sentence("no ") if not isinstance(grids, gpd.GeoDataFrame) else "",
        )
    if grids.crs is None or grids.crs != crs:
        crs_name = None if grids.crs is None else grids.crs.to_string()
        raise InvalidLayerError(
            "The grids are in {crs_name!r} where the store keeps {crs!r}; bring them "
            "to that CRS first.",
            crs_name=crs_name,
            crs=crs,
        )
    polygons = grids.geometry.to_numpy()
    is_absent = shapely.is_missing(polygons) | shapely.is_empty(polygons)
    if is_absent.any():
        names = grids["grid_id"][is_absent].tolist()
        raise CoverageError(
            "Grids {names!r} ({names_2} in all) have no polygon; draw them or leave "
            "them out.",
            names=names[:SHOWN],
            names_2=len(names),
        )
    multi = [shapely.MultiPolygon(list(shapely.get_parts(p))) for p in polygons]
    return round_coordinates(multi)


def _circle_polygons(
    grids: gpd.GeoDataFrame, circles: pd.DataFrame
) -> NDArray[np.object_]:
    """Dissolve the grids below each circle."""
    if circles.empty:
        return np.empty(0, dtype=object)
    pagoda = pagoda_of(grids, circles)
    refuse_bare(pagoda)
    polygons = dissolve_circles(pagoda, grids["grid_id"].tolist(), list(grids.geometry))
    return _multi([polygons[circle_id] for circle_id in circles["circle_id"]])


def _community_polygons(
    grids: gpd.GeoDataFrame, communities: pd.DataFrame
) -> NDArray[np.object_]:
    """Dissolve the grids that name each community."""
    owners = grids["community_id"].to_numpy()
    ids = communities["community_id"].tolist()
    odd = sorted(set(ids) ^ set(grids["community_id"].dropna()))
    if odd:
        raise InvalidLayerError(
            "Communities {odd!r} ({odd_2} in all) stand only in the layer of "
            "communities or only in the grids; every community has grids, and every "
            "one that a grid names is in the layer.",
            odd=odd[:SHOWN],
            odd_2=len(odd),
        )
    polygons = grids.geometry.to_numpy()
    return _multi([dissolve(polygons[owners == i]) for i in ids])


def _multi(shapes: list[shapely.Geometry]) -> NDArray[np.object_]:
    """Return dissolved shapes as multi-polygons."""
    multi = np.empty(len(shapes), dtype=object)
    for row, shape in enumerate(shapes):
        parts, _ = polygon_parts(np.array([shape]))
        multi[row] = shapely.MultiPolygon(list(parts))
    return round_coordinates(multi)


def _refuse_other_digest(reviewed: str, digest: str) -> None:
    if reviewed != digest:
        raise StoreError(
            "The draft was reviewed with digest {reviewed!r} and holds {digest!r}; "
            "have what it holds now reviewed.",
            reviewed=reviewed,
            digest=digest,
        )


def _covered(publication: Publication, standing: Standing) -> Polygonal | None:
    """Return what the base covers, where a draft declares no outline of its own."""
    if publication.base is None or all(d.outline for d in publication.drafts):
        return None
    return dissolve(standing.read(publication.base).grids.geometry.to_numpy())


def _refuse_unclean(grids: gpd.GeoDataFrame, outline: Polygonal | None) -> None:
    """Refuse grids that are no clean coverage, or not of the outline."""
    ids, polygons = grids["grid_id"].tolist(), grids.geometry.to_numpy()
    crs = frame_datum(grids).crs
    if outline is None:
        certificate = certify(ids, polygons, crs)
    else:
        certificate = certify_filling(ids, polygons, crs, outline)
    if not certificate.is_clean:
        raise CoverageError(_unclean(certificate))


def _unclean(certificate: Certificate) -> str:
    """Return why grids are refused: what is wrong, how much, where, what to do."""
    faults = certificate.faults
    kinds = joined(
        ", ",
        (
            sentence(
                "{kind} {count} of {area_m2:,.2f} m2",
                kind=FAULT_NAMES[kind],
                count=len(areas),
                area_m2=sum(areas),
            )
            for kind in dict.fromkeys(fault.kind for fault in faults)
            if (areas := [f.area_m2 or 0.0 for f in faults if f.kind == kind])
        ),
    )
    remedy = ""
    if {"gap", "beyond"} & {fault.kind for fault in faults}:
        remedy = sentence(
            "; where the town itself has grown, has lost ground or lies around "
            "ground of somebody else, declare its outline, holes and all, with "
            "--outline FILE"
        )
    greatest = max(faults, key=lambda fault: fault.area_m2 or 0.0)
    of_outline = sentence(" of their outline") if certificate.has_outline else ""
    return sentence(
        "The grids are no clean coverage{of_outline}, number of faults {faults} "
        "({kinds}), greatest {greatest}; correct them and have the draft reviewed "
        "again{remedy}.",
        of_outline=of_outline,
        faults=len(faults),
        kinds=kinds,
        greatest=greatest.to_text(),
        remedy=remedy,
    )


VERSION_LAYERS: Final = (GRIDS, CIRCLES, COMMUNITIES)
"""The layers that are published together."""


class LayersInForce(ABC):
    """The part of a `Store` that answers for each layer of a version alike."""

    def grids(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the grids in force at a time as known at a time."""
        return self._in_force(GRIDS, system, valid_at, known_at)

    def circles(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the circles in force as polygons."""
        return self._in_force(CIRCLES, system, valid_at, known_at)

    def communities(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the communities in force as polygons."""
        return self._in_force(COMMUNITIES, system, valid_at, known_at)

    @abstractmethod
    def _in_force(
        self,
        layer: LayerSchema,
        system: str,
        valid_at: Instant | None,
        known_at: Instant | None,
    ) -> gpd.GeoDataFrame:
        """Return a layer of the version in force, with the column `version`."""
