"""What a certificate says: faults, notes, figures, as JSON and as plain text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from gis.notebook_table import Html, lines_html, table_html
from gis.sentences import joined, sentence

FaultKind: TypeAlias = Literal["invalid", "overlap", "gap", "bay", "beyond"]
NoteKind: TypeAlias = Literal["pieces", "sliver", "beyond"]

TITLE: Final = sentence("Coverage certificate")
FAULT_NAMES: Final[dict["FaultKind", str]] = {
    "invalid": sentence("invalid"),
    "overlap": sentence("overlap"),
    "gap": sentence("gap"),
    "bay": sentence("bay"),
    "beyond": sentence("beyond"),
}
SHOWN_FAULTS: Final = 5
"""So many faults and notes a notebook shows; `to_text` has all."""

# a face or part with a smaller mean width is called a sliver
SLIVER_WIDTH_M = 1.0

ADVICE: dict[FaultKind, str] = {
    "invalid": sentence("redraw this ring (measured on a repaired copy)"),
    "overlap": sentence(
        "give the area to one of them, with the same vertices on both sides"
    ),
    "gap": sentence(
        "give the area to a grid beside it, with the same vertices on both sides"
    ),
    "bay": sentence(
        "give the strip to a grid beside it, with the same vertices on both sides"
    ),
    "beyond": sentence("cut it off at the outline"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps a set of grids from being a coverage.

    Attributes
    ----------
    kind
        ``gap``: no grid holds the face; ``bay``: a gap that is open to the outside;
        ``overlap``: two grids hold the face; ``invalid``: a ring of the grid is broken;
        ``beyond``: the grid holds a face outside an outline that it shall not leave.
    grids
        Ids in code order: the two that overlap, those along the gap or bay, the
        invalid, or the one beyond the outline.
    area_m2, width_m
        Area and mean width of the face; None for an invalid ring.
    lon, lat
        A point of the face, or the place of the flaw, in degrees.
    reason
        What GEOS says about the ring; empty for all else.
    """

    kind: FaultKind
    grids: tuple[str, ...]
    area_m2: float | None
    width_m: float | None
    lon: float
    lat: float
    reason: str = ""

    @property
    def is_sliver(self) -> bool:
        """Whether the face is thinner than `SLIVER_WIDTH_M`."""
        return self.width_m is not None and self.width_m < SLIVER_WIDTH_M

    def to_dict(self) -> dict[str, object]:
        """Return the fault as JSON-ready values."""
        return {
            "kind": self.kind,
            "grids": list(self.grids),
            "area_m2": self.area_m2,
            "width_m": self.width_m,
            "is_sliver": self.is_sliver,
            "lon": round(self.lon, 9),
            "lat": round(self.lat, 9),
            "reason": self.reason,
            "advice": ADVICE[self.kind],
        }

    def to_text(self) -> str:
        """Return one line: kind, grids, area, place and what to do."""
        kind = FAULT_NAMES[self.kind]
        if self.area_m2 is not None and self.width_m is not None:
            size = sentence(
                "{figure} m2, mean width {figure_2} m",
                figure=_figure(self.area_m2),
                figure_2=_figure(self.width_m),
            )
        else:
            size = self.reason
        return sentence(
            "{kind}: {grids}: {size}, {place}; {advice}",
            kind=sentence("sliver {kind}", kind=kind) if self.is_sliver else kind,
            grids=_names(self.grids),
            size=size,
            place=_place(self.lon, self.lat),
            advice=ADVICE[self.kind],
        )


@dataclass(frozen=True, slots=True)
class Note:
    """One thing about a grid that is worth a look and leaves the coverage clean.

    Attributes
    ----------
    kind
        ``pieces``: the grid has several parts; ``sliver``: a part of it is thinner than
        `SLIVER_WIDTH_M`; ``beyond``: it reaches over the outline given.
    grid
        Id.
    areas_m2
        Area of each part, or of the sliver or the face beyond, greatest first.
    lon, lat
        A point of the first of them, in degrees.
    """

    kind: NoteKind
    grid: str
    areas_m2: tuple[float, ...]
    lon: float
    lat: float

    def to_dict(self) -> dict[str, object]:
        """Return the note as JSON-ready values."""
        return {
            "kind": self.kind,
            "grid": self.grid,
            "areas_m2": list(self.areas_m2),
            "lon": round(self.lon, 9),
            "lat": round(self.lat, 9),
        }

    def to_text(self) -> str:
        """Return one line: grid, what is to be seen, areas and place."""
        what = {
            "pieces": sentence("is in {areas_m2} pieces", areas_m2=len(self.areas_m2)),
            "sliver": sentence(
                "has a part with a mean width below {sliver_width_m:g} m",
                sliver_width_m=SLIVER_WIDTH_M,
            ),
            "beyond": sentence("reaches beyond the outline"),
        }[self.kind]
        areas = (sentence("{figure} m2", figure=_figure(m2)) for m2 in self.areas_m2)
        return sentence(
            "{grid!r} {what}: {areas}, {place}",
            grid=self.grid,
            what=what,
            areas=joined(", ", areas),
            place=_place(self.lon, self.lat),
        )


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was found when a set of grids was examined.

    Attributes
    ----------
    grid_count
        Number of grids.
    area_m2
        Sum of the areas of the grids; an overlap counts for each grid that holds it.
    faults
        Invalid rings, then overlaps, gaps, bays and faces beyond; the greatest first.
    notes
        What is worth a look, by kind and grid.
    digest
        SHA-256 of the layer, see `layer_digest`.
    gap_width_m
        Bays narrower than this were looked for; None where none were.
    has_outline
        Whether gaps were measured against an outline.
    """

    grid_count: int
    area_m2: float
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]
    digest: str
    gap_width_m: float | None = None
    has_outline: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether nothing that was looked for is there, see `verdict`."""
        return not self.faults

    @property
    def verdict(self) -> str:
        """What was found; where nothing was, what was looked for."""
        counts = Counter(fault.kind for fault in self.faults)
        if counts:
            kinds = joined(
                ", ",
                (
                    sentence("{kind} {count:,}", kind=FAULT_NAMES[kind], count=count)
                    for kind, count in counts.items()
                ),
            )
            return sentence("not clean: {kinds}", kinds=kinds)
        place = (
            sentence("inside the outline") if self.has_outline else sentence("inside")
        )
        bays = sentence("bays not looked for")
        if self.gap_width_m is not None:
            bays = sentence(
                "no bay narrower than {gap_width_m:g} m", gap_width_m=self.gap_width_m
            )
        return sentence(
            "clean: no gap {place}, {bays}, no overlap", place=place, bays=bays
        )

    def to_dict(self) -> dict[str, object]:
        """Return the certificate as JSON-ready values."""
        return {
            "is_clean": self.is_clean,
            "grid_count": self.grid_count,
            "area_m2": self.area_m2,
            "digest": self.digest,
            "gap_width_m": self.gap_width_m,
            "has_outline": self.has_outline,
            "faults": [fault.to_dict() for fault in self.faults],
            "notes": [note.to_dict() for note in self.notes],
        }

    def _repr_html_(self) -> str:
        """Return what a notebook shows: verdict, figures and the greatest faults."""
        counts = Counter(fault.kind for fault in self.faults)
        rows = [
            (sentence("Verdict"), self.verdict),
            (sentence("Number of grids"), f"{self.grid_count:,}"),
            (sentence("Area of all"), f"{self.area_m2 / 1e6:,.3f} km²"),
            (sentence("Digest"), f"{self.digest[:12]}..."),
        ]
        for kind, count in counts.items():
            texts = [f.to_text() for f in self.faults if f.kind == kind]
            label = sentence("{kind} {count:,}", kind=FAULT_NAMES[kind], count=count)
            rows.append((label, _list_html(texts)))
        if self.notes:
            texts = [note.to_text() for note in self.notes]
            rows.append((sentence("Notes"), _list_html(texts)))
        return table_html(TITLE, rows)

    def to_text(self) -> str:
        """Return a plain report, one line per fault and note."""
        lines = [
            sentence("Coverage certificate: {verdict}", verdict=self.verdict),
            sentence("Grids: {grid_count:,}", grid_count=self.grid_count),
            sentence("Area: {area_m2:,.1f} m2", area_m2=self.area_m2),
            sentence("Digest: {digest}", digest=self.digest),
            *(fault.to_text() for fault in self.faults),
            *(sentence("note: {note}", note=note.to_text()) for note in self.notes),
        ]
        return joined("\n", lines)


def _list_html(texts: Sequence[str]) -> Html:
    """Return the first lines, and how many more there are."""
    lines = [*texts[:SHOWN_FAULTS]]
    more = len(texts) - SHOWN_FAULTS
    if more > 0:
        lines.append(sentence("and {more:,} more", more=more))
    return lines_html(lines)


def _figure(value: float) -> str:
    """Write a measure with four digits, or whole with thousands separators."""
    if value >= 1000.0:
        return f"{value:,.0f}"
    return np.format_float_positional(
        value, precision=4, unique=False, fractional=False, trim="-"
    )


def _place(lon: float, lat: float) -> str:
    """Write a place."""
    return sentence("at lon {lon:.6f}, lat {lat:.6f}", lon=lon, lat=lat)


def _names(grids: Sequence[str]) -> str:
    """Write ids."""
    return ", ".join(repr(grid) for grid in grids) or sentence("no grid")
