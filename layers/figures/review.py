"""What a planner's change comes to for the second person, from a draft and base."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

import geopandas as gpd

from gis.coverage import Certificate
from gis.editing.caseload import DutyHandover
from gis.editing.figures import GridFigures
from gis.editing.moved_ground import MovedGround
from gis.editing.sizing import SizingRule
from gis.models import Post
from gis.roster import PostsPlan, Succession
from gis.versions import Version
from layers.words import Words
from layers.words.vocabulary import CAPTIONS

RecordKind: TypeAlias = Literal["place", "event", "check"]
LEFT_OPEN: Final = Words(
    "发布时确定，此页按此刻计算：", "as its publication says; reckoned for"
)
"""In front of a time that is not approved with the page."""
NO_LOOPS: Final = Words("已载入，均不在办理中", "loaded, none runs a loop")
"""Of events that are a history: none of them is open."""
RECORD_KINDS: Final[tuple[RecordKind, ...]] = ("place", "event", "check")


class HandedOver(NamedTuple):
    """A record that changes hands.

    Attributes
    ----------
    record_id
        Id of the place or of the event; a check has that of its place.
    what
        Scene and code, kind of event, or day on which the check is due.
    before, after
        Its grid; None for nobody.
    """

    record_id: str
    what: Words
    before: str | None
    after: str | None


class HandoverCount(NamedTuple):
    """How many records of one class go from a grid to another one."""

    what: Words
    before: str | None
    after: str | None
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Caseload:
    """What changes hands; None in place of records is a layer that is not loaded.

    Attributes
    ----------
    records
        By kind, in order of id; events are the open ones, none of a sensitive kind.
    duties
        Duties whose post ends or moves; None where no duties or no posts are loaded.
    leaders_before, leaders_after
        Grid -> the post that answers for it: its leader post, else the next one up the
        chain of circles; a grid without any is left out.
    is_loopless
        Whether events are loaded, as a history, and none of them runs a loop.
    """

    records: Mapping[RecordKind, tuple[HandedOver, ...] | None]
    duties: tuple[DutyHandover, ...] | None
    leaders_before: Mapping[str, str]
    leaders_after: Mapping[str, str]
    is_loopless: bool = False

    def lack(self, kind: RecordKind) -> Words:
        """Return why there are no records of a kind."""
        if kind == "event" and self.is_loopless:
            return NO_LOOPS
        return CAPTIONS["not_loaded"]

    def counts(self, kind: RecordKind) -> tuple[HandoverCount, ...]:
        """Return the number of records by class and pair of grids.

        Checks are of one class: their days are not told apart.

        Parameters
        ----------
        kind
            Of a layer that is loaded; one that is not gives none.
        """
        counted = Counter(
            (Words("") if kind == "check" else record.what, record.before, record.after)
            for record in self.records[kind] or ()
        )
        ordered = sorted(
            counted.items(),
            key=lambda item: (item[0][1] or "", item[0][2] or "", item[0][0].both),
        )
        return tuple(HandoverCount(*names, count) for names, count in ordered)

    def moves(self) -> Iterator[tuple[RecordKind, HandedOver]]:
        """Yield every record of every layer that is loaded."""
        for kind in RECORD_KINDS:
            for record in self.records[kind] or ():
                yield kind, record


class FigurePair(NamedTuple):
    """The figures of a grid before and after; None where it is not there."""

    grid_id: str
    before: GridFigures | None
    after: GridFigures | None


class DrawnEdit(NamedTuple):
    """One edit: what for, by whom, and the names of its operations."""

    note: str
    author: str
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digests:
    """What the second person signs: SHA-256 of file, draft and base."""

    change: str
    draft: str
    base: str


@dataclass(frozen=True, slots=True, eq=False)
class Review:
    """A change as the second person has to see it.

    Attributes
    ----------
    town
        What the place is called; may be empty.
    is_synthetic
        Whether its data are made up.
    version
        The base.
    valid_from
        Since when the change shall be true, local; what it is reckoned for where that
        is left to its publication.
    edits, authors, digests
        Of the change.
    changes
        What differs: change, grid_id and the columns of grids; polygons.
    attributes
        Grid -> names of the columns that differ, of those that are there twice.
    grids_before, grids_after
        All grids.
    ground
        What goes from grid to grid.
    figures, rule
        Of the grids that differ, and by what rule of sizing.
    caseload
        What changes hands.
    posts, plan, succession
        Posts that stand then, what becomes of them, and what is left open.
    certificate
        Of the draft, against the outline.
    warnings
        What the second person should know and what refuses nothing.
    is_timed
        Whether `valid_from` is approved with the page.
    """

    town: Words
    is_synthetic: bool
    version: Version
    valid_from: str
    edits: tuple[DrawnEdit, ...]
    authors: tuple[str, ...]
    digests: Digests
    changes: gpd.GeoDataFrame
    attributes: Mapping[str, tuple[str, ...]]
    grids_before: gpd.GeoDataFrame
    grids_after: gpd.GeoDataFrame
    ground: tuple[MovedGround, ...]
    figures: tuple[FigurePair, ...]
    rule: SizingRule
    caseload: Caseload
    posts: tuple[Post, ...] | None
    plan: PostsPlan
    succession: Succession
    certificate: Certificate
    warnings: tuple[Words, ...]
    is_timed: bool = True

    @property
    def since(self) -> str:
        """Since when it shall be true, or that its publication says so."""
        return (
            self.valid_from if self.is_timed else f"{LEFT_OPEN.line} {self.valid_from}"
        )

    @property
    def moving(self) -> frozenset[str]:
        """Grids that give or get ground."""
        return frozenset(
            grid for piece in self.ground for grid in (piece.from_id, piece.to_id)
        )

    @property
    def nodes_only(self) -> frozenset[str]:
        """Grids that differ by nodes on their border alone, on the same ground."""
        return frozenset(
            grid
            for grid, names in self.attributes.items()
            if grid not in self.moving and not names
        )
