"""Ground that no grid has, or several, or one outside the base, by pair of grids."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import shapely

from gis.counts import count_text
from gis.editing.ground import NOBODY, Ground, Ints, faces_within, join_faces
from gis.geometry import local_metres, lonlat_places
from gis.sentences import listed, sentence

DisputeKind: TypeAlias = Literal["gap", "overlap", "beyond"]
_KIND_NAMES: Final[dict[DisputeKind, str]] = {
    "gap": sentence("gap"),
    "overlap": sentence("overlap"),
    "beyond": sentence("beyond"),
}
_PAIR: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Ground in dispute between the same grids, in one.

    Attributes
    ----------
    kind
        ``gap``: no grid has it; ``overlap``: several; ``beyond``: one, and it was
        nobody's.
    grids
        Those that have it; of a gap the two with the longest borders along it, or who
        had it where they did not come back.
    faces
        Rows of its faces.
    area_m2, width_m, length_m
        Area, twice the area over the perimeter, and half of the perimeter.
    lon, lat
        A point of it.
    """

    kind: DisputeKind
    grids: tuple[str, ...]
    faces: Ints
    area_m2: float
    width_m: float
    length_m: float
    lon: float
    lat: float

    def to_text(self) -> str:
        """Return one line: kind, grids, measures and place."""
        return sentence(
            "{kind} of {names}: {area_m2:,.1f} m2, mean width {width_m:.3f} m, at "
            "({lon:.6f}, {lat:.6f})",
            kind=_KIND_NAMES[self.kind],
            names=listed(self.grids),
            area_m2=self.area_m2,
            width_m=self.width_m,
            lon=self.lon,
            lat=self.lat,
        )


@dataclass(frozen=True, slots=True)
class PairDispute:
    """All ground of one kind in dispute between the same grids.

    Attributes
    ----------
    kind, grids
        As of a `Piece`.
    count
        Number of pieces.
    length_m, area_m2
        Of all of them.
    widest_m
        Greatest mean width of a piece.
    lon, lat
        A point of the widest.
    """

    kind: DisputeKind
    grids: tuple[str, ...]
    count: int
    length_m: float
    area_m2: float
    widest_m: float
    lon: float
    lat: float

    def to_text(self) -> str:
        """Return one line."""
        return sentence(
            "{kind} of {names}: {faces}, {length_m:,.0f} m long, at most "
            "{widest_m:.3f} m wide, {area_m2:,.1f} m2, at ({lon:.6f}, {lat:.6f})",
            kind=_KIND_NAMES[self.kind],
            names=listed(self.grids),
            faces=count_text(self.count, "face"),
            length_m=self.length_m,
            widest_m=self.widest_m,
            area_m2=self.area_m2,
            lon=self.lon,
            lat=self.lat,
        )


def pieces_in_dispute(ground: Ground) -> list[Piece]:
    """Return the ground in dispute, each piece with its measures.

    Faces that the same grids have and that share a border are one piece, whoever had
    them in the base.
    """
    rows = np.flatnonzero(ground.is_disputed)
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for row in rows.tolist():
        groups[ground.holders_of(row)].append(row)
    points = shapely.point_on_surface(ground.faces)
    pieces = []
    for holders, faces in sorted(groups.items()):
        members = np.array(faces)
        parts = join_faces(ground.faces[members])
        within = faces_within(parts, points[members])
        by_part = [members[within == part] for part in range(len(parts))]
        pieces += _pieces(ground, holders, parts, by_part)
    return pieces


def by_pair(pieces: Iterable[Piece]) -> tuple[PairDispute, ...]:
    """Return the ground in dispute by pair of grids, the widest first.

    Parameters
    ----------
    pieces
        In any order.
    """
    groups: dict[tuple[DisputeKind, tuple[str, ...]], list[Piece]] = defaultdict(list)
    for piece in pieces:
        groups[piece.kind, piece.grids].append(piece)
    disputes = [
        _pair(kind, grids, members) for (kind, grids), members in groups.items()
    ]
    return tuple(sorted(disputes, key=lambda d: (-d.widest_m, d.kind, d.grids)))


def _pair(
    kind: DisputeKind, grids: tuple[str, ...], members: Sequence[Piece]
) -> PairDispute:
    widest = max(members, key=lambda piece: (piece.width_m, -piece.lon, -piece.lat))
    return PairDispute(
        kind,
        grids,
        len(members),
        sum(piece.length_m for piece in members),
        sum(piece.area_m2 for piece in members),
        widest.width_m,
        widest.lon,
        widest.lat,
    )


def _pieces(
    ground: Ground,
    holders: tuple[int, ...],
    parts: "np.ndarray[tuple[int], np.dtype[np.object_]]",
    by_part: Sequence[Ints],
) -> list[Piece]:
    """Return the pieces that the same grids hold."""
    placed = ground.in_degrees(parts)
    metric = local_metres(placed, ground.crs)
    areas, lengths = shapely.area(metric), shapely.length(metric)
    places = lonlat_places(placed, ground.crs)
    kind = _kind(holders)
    return [
        Piece(
            kind,
            tuple(ground.keys[row] for row in holders) or _along(ground, faces),
            faces,
            float(area),
            float(2.0 * area / length),
            float(length / 2.0),
            *place,
        )
        for faces, area, length, place in zip(
            by_part, areas, lengths, places.tolist(), strict=True
        )
    ]


def _kind(holders: tuple[int, ...]) -> DisputeKind:
    if not holders:
        return "gap"
    return "overlap" if len(holders) > 1 else "beyond"


def _along(ground: Ground, faces: Ints) -> tuple[str, ...]:
    """Return the grids with the longest borders along a gap, by code.

    Where those that had it did not come back it is they.
    """
    former = {ground.base_ids[row] for row in ground.base[faces].tolist()}
    if former.isdisjoint(ground.keys):
        return tuple(sorted(former))
    lengths: dict[int, float] = defaultdict(float)
    for face in faces.tolist():
        for other, length in ground.neighbours_of(face):
            if other != NOBODY and ground.sole_holder[other] != NOBODY:
                lengths[int(ground.sole_holder[other])] += length
    longest = sorted(lengths, key=lambda row: (-lengths[row], row))[:_PAIR]
    return tuple(sorted(ground.keys[row] for row in longest))
