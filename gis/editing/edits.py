"""Operations of one step of undo, as a planner calls them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import shapely

from gis.editing import blocks, suggestion
from gis.editing.balance import Balance
from gis.editing.change import Polygon, Reversal
from gis.editing.drawn_lines import Line
from gis.editing.grid_rows import Row
from gis.editing.recombination import DEFAULT_RULE, BalanceRule
from gis.editing.recorded import Operation
from gis.errors import EditError
from gis.sentences import clause, sentence

Place: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Entry:
    """What brings a draft back from one operation.

    Attributes
    ----------
    reversal
        Of the map.
    rows
        Attributes of each grid that had others before; None where it was not there.
    """

    reversal: Reversal
    rows: Mapping[str, Row | None]


class Draft(suggestion.Ground, Protocol):
    """What an edit needs of a draft."""

    def apply(self, operation: Operation) -> Entry:
        """Do an operation; return what takes it back."""

    def next_id(self, grid: str) -> str:
        """Return the id that a grid out of another one gets."""


class Edit:
    """Operations of one step; `Workspace.edit` opens and closes it.

    Every operation takes `moves`: what of ``outline`` and ``communities`` it may move.
    Lines are lon and lat, shape (n, 2), or shapely's.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._is_closed = False
        self.operations: list[Operation] = []
        self.entries: list[Entry] = []

    def close(self) -> None:
        """Take no more operations."""
        self._is_closed = True

    def do(self, operation: Operation) -> None:
        """Do an operation.

        Raises
        ------
        EditError
            If it is refused, or the edit is closed.
        """
        if self._is_closed:
            raise EditError("The edit is closed", remedy=sentence("open another one"))
        self.entries.append(self._draft.apply(operation))
        self.operations.append(operation)

    def redraw_border(
        self, a: str, b: str, line: Line, *, moves: Iterable[str] = ()
    ) -> None:
        """Make a line the border of two grids."""
        self.do(Operation.of("redraw_border", a=a, b=b, line=line, moves=[*moves]))

    def split(
        self,
        grid: str,
        line: Line,
        *,
        new_id: str | None = None,
        moves: Iterable[str] = (),
    ) -> str:
        """Cut a grid in two; return the id of the smaller part."""
        return self._create("split", grid, line, new_id, moves)

    def carve(
        self,
        grid: str,
        ring: Line,
        *,
        new_id: str | None = None,
        moves: Iterable[str] = (),
    ) -> str:
        """Make a piece of a grid one of its own; return its id."""
        return self._create("carve", grid, ring, new_id, moves)

    def _create(
        self, name: str, grid: str, line: Line, new_id: str | None, moves: Iterable[str]
    ) -> str:
        """Do an operation that creates a grid; return its id."""
        if new_id is None:
            new_id = self._draft.next_id(grid)
        self.do(Operation.of(name, grid=grid, line=line, new_id=new_id, moves=[*moves]))
        return new_id

    def merge(
        self, grids: Iterable[str], keep: str, *, moves: Iterable[str] = ()
    ) -> None:
        """Make several grids one."""
        self.do(Operation.of("merge", grids=[*grids], keep=keep, moves=[*moves]))

    def transfer(
        self, a: str, b: str, area: Line, *, moves: Iterable[str] = ()
    ) -> None:
        """Give what lies of `a` within an area to its neighbour `b`."""
        self.do(Operation.of("transfer", a=a, b=b, line=area, moves=[*moves]))

    def move_vertex(self, old: Place, new: Place, *, moves: Iterable[str] = ()) -> None:
        """Move a corner with every border that meets there."""
        self.do(Operation.of("move_vertex", old=old, new=new, moves=[*moves]))

    def insert_vertex(self, at: Place) -> None:
        """Put a corner on a border."""
        self.do(Operation.of("insert_vertex", at=at))

    def remove_vertex(self, at: Place, *, moves: Iterable[str] = ()) -> None:
        """Take a corner out of a border."""
        self.do(Operation.of("remove_vertex", at=at, moves=[*moves]))

    def straighten(
        self, a: str, b: str, tolerance_m: float, *, moves: Iterable[str] = ()
    ) -> None:
        """Leave out corners of a border that lie near the line without them."""
        self.do(
            Operation.of(
                "straighten", a=a, b=b, tolerance_m=tolerance_m, moves=[*moves]
            )
        )

    def adopt(
        self,
        polygons: Mapping[str, Polygon],
        *,
        created: Mapping[str, str] | None = None,
        retired: Iterable[str] = (),
        moves: Iterable[str] = (),
    ) -> None:
        """Take polygons over that were drawn elsewhere.

        `created` names new grids among them, each with the grid that it comes out of;
        `retired` those that are no more.
        """
        self.do(
            Operation.of(
                "adopt",
                polygons=dict(polygons),
                created=dict(created or {}),
                retired=[*retired],
                moves=[*moves],
            )
        )

    def reparent(self, grid: str, parent_id: str) -> None:
        """Put a grid under another circle."""
        self.do(Operation.of("reparent", grid=grid, parent_id=parent_id))

    def set_figures(self, grid: str, **figures: object) -> None:
        """Type figures of a grid, such as residents, in place of what they were."""
        self.do(Operation.of("set_figures", grid=grid, figures=figures))

    def suggest(
        self,
        grids: Iterable[str],
        lines: Collection[blocks.Line],
        loads: suggestion.Loads,
        rule: BalanceRule = DEFAULT_RULE,
        *,
        moves: Collection[str] = (),
    ) -> Balance:
        """Even out the loads of grids along lines; return them before and after.

        Ground changes hands by transfers, which are recorded, so that a changeset gives
        the same draft without lines and loads.

        Parameters
        ----------
        grids, lines, loads, rule, moves
            As `gis.editing.suggestion.suggest` takes them.

        Raises
        ------
        EditError
            As it says, or if a new border would come too near to another one.

        Examples
        --------
        >>> import geopandas as gpd, shapely
        >>> from gis.editing import Workspace
        >>> from gis.editing.blocks import count_points
        >>> shapes = [shapely.box(0, 0, 0.4, 0.1), shapely.box(0.4, 0, 0.6, 0.1)]
        >>> grids = gpd.GeoDataFrame({"grid_id": ["A", "B"]}, geometry=shapes)
        >>> draft = Workspace(grids)
        >>> lanes = [shapely.LineString([(x, 0), (x, 1)]) for x in (0.1, 0.2, 0.3, 0.5)]
        >>> x, y = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55], [0.05] * 6
        >>> rule = BalanceRule(moved_share=0.2)
        >>> with draft.edit("A is too heavy", author="planner") as e:
        ...     result = e.suggest(
        ...         ["A"], lanes, lambda blocks: count_points(blocks, x, y), rule
        ...     )
        >>> result.loads_after.tolist(), draft.planar.polygons["A"].bounds
        ([3.0, 3.0], (0.0, 0.0, 0.3, 0.1))
        """
        result = suggestion.suggest(self._draft, grids, lines, loads, rule, moves=moves)
        for giver, receiver, _, area in result.transfers:
            # in one piece, and nothing in its holes is the giver's
            ring = shapely.get_coordinates(shapely.get_exterior_ring(area))
            try:
                self.transfer(giver, receiver, ring, moves=moves)
            except EditError as refusal:
                raise EditError(
                    "A border that was suggested cannot be drawn ({refusal})",
                    grids=refusal.grids,
                    place=refusal.place,
                    remedy=sentence("take another seed, or mend the line there"),
                    refusal=clause(str(refusal)),
                ) from refusal
        return result
