"""A draft on a published coverage: edits in steps, undone and done again."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from gis.coverage import layer_digest
from gis.editing.caseload import Redrawing
from gis.editing.change import Arc, Change, Polygon, Reversal
from gis.editing.drawn_lines import SNAP_M
from gis.editing.edits import Edit, Entry
from gis.editing.frozen_borders import check_frozen
from gis.editing.grid_numbers import next_grid_id
from gis.editing.grid_rows import (
    COMMUNITY_ID,
    GRID_ID,
    PARENT_ID,
    Row,
    crs_in_degrees,
    ids_of,
    polygons_of,
    rows_of,
)
from gis.editing.head_counts import (
    HeadCounts,
    counted_rows,
    counts_after,
    typed_counts,
)
from gis.editing.moved_ground import MovedGround, moved_ground
from gis.editing.planar_map import CLEARANCE_M, PlanarMap
from gis.editing.populations import Populations
from gis.editing.recorded import Operation
from gis.editing.validation import validate
from gis.errors import EditError
from gis.index import RTreeIndex
from gis.sentences import sentence
from gis.versions import Lineage


@dataclass(frozen=True, slots=True)
class EditStep:
    """What one edit did: one step of undo.

    Attributes
    ----------
    note, author
        What it is for, and whose it is.
    operations
        In order.
    entries
        What takes them back, or does them again, in the order to be taken.
    """

    note: str
    author: str
    operations: tuple[Operation, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an operation would make of the grids that it changes.

    Attributes
    ----------
    before, after
        Polygon of each; None where it is not there.
    arcs
        Borders that it would add.
    """

    before: Mapping[str, Polygon | None]
    after: Mapping[str, Polygon | None]
    arcs: tuple[Arc, ...] = ()


class Workspace:
    """A draft on a coverage.

    Parameters
    ----------
    grids
        Of a version, with the column ``grid_id``; ``community_id``, ``parent_id`` and
        other columns as they are. In degrees.
    used_ids
        Every id that was ever used, of the grids themselves needless to say.
    base
        Number of the version; None where nothing is published yet.
    base_digest
        Its digest; that of the grids where empty.
    snap_m, clearance_m
        Ends of lines snap so far, and borders keep so far off each other, metres.

    Raises
    ------
    CoverageError, EditError
        If the grids are no coverage.
    InvalidLayerError
        If a column is missing or an id repeats.
    CrsError
        If they are not in degrees.

    Examples
    --------
    >>> import shapely
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> grids = gpd.GeoDataFrame({"grid_id": ["A-1", "A-2"]}, geometry=squares)
    >>> draft = Workspace(grids)
    >>> with draft.edit("a third", author="planner") as e:
    ...     e.split("A-2", [(1.5, 0), (1.5, 1)])
    'A-3'
    >>> draft.undo()
    >>> sorted(draft.ids())
    ['A-1', 'A-2']
    """

    def __init__(
        self,
        grids: gpd.GeoDataFrame,
        *,
        used_ids: Iterable[str] = (),
        base: int | None = None,
        base_digest: str = "",
        snap_m: float = SNAP_M,
        clearance_m: float = CLEARANCE_M,
    ) -> None:
        self.crs = crs_in_degrees(grids)
        self.columns = [str(c) for c in grids.columns if c != grids.geometry.name]
        ids = ids_of(grids)
        polygons = polygons_of(grids, ids)
        self.planar = PlanarMap.build(polygons, clearance_m=clearance_m)
        validate(self.planar)
        self.snap_m = snap_m
        self.base = base
        self.base_polygons: Mapping[str, Polygon] = dict(self.planar.polygons)
        rows = zip(ids, rows_of(grids, self.columns), strict=True)
        self.rows: dict[str, Row] = dict(rows)
        self.base_rows: Mapping[str, Row] = dict(self.rows)
        self.used_ids = {*ids, *used_ids}
        self.index = RTreeIndex.build(ids, self.base_polygons.values())
        self.steps: list[EditStep] = []
        self._undone: list[EditStep] = []
        self._open: Edit | None = None
        self.base_digest = base_digest or self.digest()

    def ids(self, community: str | None = None) -> list[str]:
        """Return the ids of the draft, or of a community of it, in code order."""
        return sorted(
            grid
            for grid in self.planar.polygons
            if community is None or self.community_of(grid) == community
        )

    def community_of(self, grid: str) -> str:
        """Return the community of a grid; empty where there is none."""
        return str(self.rows[grid].get(COMMUNITY_ID) or "")

    def digest(self) -> str:
        """Return the digest of the draft: ids, polygons and attributes."""
        ids = self.ids()
        return layer_digest(
            ids,
            [self.planar.polygons[grid] for grid in ids],
            [self.rows[grid] for grid in ids],
        )

    @contextmanager
    def edit(self, note: str, *, author: str) -> Iterator[Edit]:
        """Open one step of undo: all operations in it are done, or none.

        Parameters
        ----------
        note
            What it is for.
        author
            Whose edit it is.

        Raises
        ------
        EditError
            If an edit is open already, or note or author are empty.
        """
        if self._open is not None or not note.strip() or not author.strip():
            raise EditError(
                "An edit is open already, or has note {note!r} and author {author!r}",
                remedy=sentence(
                    "finish the open one, and say what the edit is for and whose"
                ),
                note=note,
                author=author,
            )
        edit = Edit(self)
        self._open = edit
        try:
            yield edit
        except BaseException:
            for entry in reversed(edit.entries):
                self._restore(entry)
            raise
        finally:
            self._open = None
            edit.close()
        if edit.operations:
            entries = tuple(reversed(edit.entries))
            step = EditStep(note, author, tuple(edit.operations), entries)
            self.steps.append(step)
            self._undone.clear()

    def undo(self) -> None:
        """Take back the last edit.

        Raises
        ------
        EditError
            If there is none, or one is open.
        """
        self._exchange(self.steps, self._undone, sentence("undo"))

    def redo(self) -> None:
        """Do the last edit again that was taken back.

        Raises
        ------
        EditError
            If there is none, or one is open.
        """
        self._exchange(self._undone, self.steps, sentence("redo"))

    @property
    def undone(self) -> tuple[EditStep, ...]:
        """What `redo` does again, the last of them first."""
        return tuple(self._undone)

    def discard(self) -> None:
        """Take back all edits for good; the ids that they used stay used."""
        while self.steps:
            self.undo()
        self._undone.clear()

    def _exchange(
        self, source: list[EditStep], target: list[EditStep], word: str
    ) -> None:
        if self._open is not None or not source:
            raise EditError(
                "There is nothing to {word}, or an edit is open",
                remedy=sentence("finish the open edit first"),
                word=word,
            )
        step = source.pop()
        entries = [self._restore(entry) for entry in step.entries]
        target.append(
            EditStep(step.note, step.author, step.operations, tuple(reversed(entries)))
        )

    def preview(self, operation: Operation) -> Preview:
        """Return what an operation would change; nothing stays changed.

        Raises
        ------
        EditError
            If it would be refused.
        """
        used = set(self.used_ids)
        entry = self.apply(operation)
        after = {
            grid: self.planar.polygons.get(grid) for grid in entry.reversal.polygons
        }
        arcs = tuple(self.planar.arcs[key] for key in entry.reversal.drop)
        self._restore(entry)
        self.used_ids = used
        return Preview(dict(entry.reversal.polygons), after, arcs)

    def apply(self, operation: Operation) -> Entry:
        """Do an operation; return what takes it back. For `Edit` and `replay`.

        Raises
        ------
        EditError
            If it is refused; nothing is changed.
        """
        self._check_new_ids(operation)
        rows = self._rows_after(operation)
        change = operation.plan(self.planar, self.snap_m)
        self._check_frozen(change, operation, rows)
        reversal = self.planar.replace(change)
        for grid in reversal.polygons:
            if grid not in self.planar.polygons:
                rows[grid] = None
        before = {grid: self.rows.get(grid) for grid in rows}
        self._set_rows(rows)
        self._follow(reversal)
        self.used_ids.update(operation.created)
        return Entry(reversal, before)

    def next_id(self, grid: str, reserved: Collection[str] = ()) -> str:
        """Return the id that a grid out of another one gets.

        Parameters
        ----------
        grid
            The other one.
        reserved
            Ids that are spoken for besides those that were ever used.

        Raises
        ------
        EditError
            If the grid is not there, or its community has no number left.
        """
        self._check_grid(grid)
        return next_grid_id(
            grid, self.community_of(grid), self.used_ids.union(reserved)
        )

    def grids(self) -> gpd.GeoDataFrame:
        """Return the grids of the draft in code order, with the columns of the base.

        People and households of grids with other ground are those of `counts`.
        """
        rows = counted_rows(self.rows, self.counts(), self.typed_counts())
        return self._frame(
            [(rows[grid], self.planar.polygons[grid]) for grid in self.ids()]
        )

    def counts(self) -> HeadCounts:
        """Return people and households of the grids that differ from the base.

        They follow the ground, or are what was typed, see `counts_after`.
        """
        return counts_after(self.base_rows, self.redrawing(), self._operations())

    def typed_counts(self) -> Populations:
        """Return the people and households that were typed, by name and grid."""
        return typed_counts(self._operations())

    def redrawing(self) -> Redrawing:
        """Return every grid that differs, before and after, by attributes too."""
        before, current = self.base_polygons, self.planar.polygons
        ids = [grid for grid in self._touched() if self._kind(grid)]
        return Redrawing(
            {grid: before[grid] for grid in ids if grid in before},
            {grid: current[grid] for grid in ids if grid in current},
        )

    def changes(self) -> gpd.GeoDataFrame:
        """Return what differs from the base, in code order.

        The column ``change`` says ``changed``, ``created`` or ``retired``; the last
        have the polygon of the base.
        """
        kinds = {grid: kind for grid in self._touched() if (kind := self._kind(grid))}
        current = self.planar.polygons
        frame = self._frame(
            [
                (self.base_rows[grid], self.base_polygons[grid])
                if kind == "retired"
                else (self.rows[grid], current[grid])
                for grid, kind in kinds.items()
            ]
        )
        frame.insert(0, "change", list(kinds.values()))
        return frame

    def lineage(self) -> tuple[Lineage, ...]:
        """Return where the ground of the grids of the base went, in code order.

        Shares are of the area of the grid of the base; what is thinner than rounding
        leaves is none.
        """
        return tuple(
            Lineage(ground.from_id, ground.to_id, ground.share)
            for ground in self.moved_ground()
        )

    def moved_ground(self) -> tuple[MovedGround, ...]:
        """Return the ground that goes from grid to grid, in code order."""
        return moved_ground(*self.moved(), self.crs)

    def moved(self) -> tuple[dict[str, Polygon], dict[str, Polygon]]:
        """Return the grids with another polygon: those of the base, and of now."""
        current = self.planar.polygons
        names = [
            grid
            for grid in self._touched()
            if self.base_polygons.get(grid) is not current.get(grid)
        ]
        before = {n: self.base_polygons[n] for n in names if n in self.base_polygons}
        return before, {n: current[n] for n in names if n in current}

    def _touched(self) -> list[str]:
        """Return the grids that edits have touched, the open one too, in code order."""
        done = [entry for step in self.steps for entry in step.entries]
        return sorted(
            {
                grid
                for entry in [*done, *(self._open.entries if self._open else ())]
                for grid in (*entry.reversal.polygons, *entry.rows)
            }
        )

    def _operations(self) -> list[Operation]:
        """Return what was done to the draft, in the open edit too."""
        done = [operation for step in self.steps for operation in step.operations]
        return done + (self._open.operations if self._open else [])

    def _kind(self, grid: str) -> str:
        """Return how a grid differs from the base; empty where it does not."""
        if grid not in self.rows:
            return "retired" if grid in self.base_rows else ""
        if grid not in self.base_rows:
            return "created"
        is_same = (
            self.rows[grid] == self.base_rows[grid]
            and self.planar.polygons[grid] is self.base_polygons[grid]
        )
        return "" if is_same else "changed"

    def _frame(self, pairs: list[tuple[Row, Polygon]]) -> gpd.GeoDataFrame:
        """Return rows and their polygons as a frame."""
        columns = {
            column: [row.get(column) for row, _ in pairs] for column in self.columns
        }
        return gpd.GeoDataFrame(
            columns, geometry=[shape for _, shape in pairs], crs=self.crs
        )

    def _rows_after(self, operation: Operation) -> dict[str, Row | None]:
        """Return the attributes that an operation changes by itself."""
        values = operation.values
        if operation.name == "reparent":
            self._check_grid(values["grid"])
            row = self.rows[values["grid"]]
            return {values["grid"]: {**row, PARENT_ID: str(values["parent_id"])}}
        if operation.name == "set_figures":
            return {values["grid"]: self._figures(values["grid"], values["figures"])}
        return {
            new_id: self._row_of_new(new_id, source)
            for new_id, source in operation.created.items()
        }

    def _row_of_new(self, new_id: str, grid: str) -> Row:
        """Return the attributes of a grid that comes out of another one."""
        self._check_grid(grid)
        source = self.rows[grid]
        row = dict.fromkeys(self.columns)
        for column in (PARENT_ID, COMMUNITY_ID):
            if column in source:
                row[column] = source[column]
        return {**row, GRID_ID: new_id}

    def _figures(self, grid: str, figures: Mapping[str, Any]) -> Row:
        """Return the attributes of a grid with figures that somebody typed."""
        self._check_grid(grid)
        fixed = {GRID_ID, COMMUNITY_ID, PARENT_ID}
        wrong = [c for c in figures if c in fixed or c not in self.columns]
        if wrong:
            raise EditError(
                "The column {wrong!r} cannot be set as a figure",
                grids=[grid],
                remedy=sentence(
                    "use one of {columns!r}",
                    columns=[c for c in self.columns if c not in fixed],
                ),
                wrong=wrong[0],
            )
        return {**self.rows[grid], **figures}

    def _check_grid(self, grid: str) -> None:
        """Refuse a grid that is not in the draft."""
        if grid not in self.rows:
            raise EditError(
                "Grid {grid!r} is not in the draft",
                remedy=sentence("give a grid of it"),
                grid=grid,
            )

    def _check_new_ids(self, operation: Operation) -> None:
        """Refuse an id that was ever used, and a grid that no grid is made of."""
        for new_id in operation.created:
            if new_id in self.used_ids or not new_id.strip():
                raise EditError(
                    "The id {new_id!r} is empty or was used before by a grid or circle",
                    remedy=sentence("give a new one, or none for the next number"),
                    new_id=new_id,
                )
        polygons = operation.values.get("polygons", {})
        for grid in polygons:
            if grid not in operation.created:
                self._check_grid(grid)
        if polygons and (absent := sorted(operation.created.keys() - polygons.keys())):
            raise EditError(
                "The new grids {absent!r} have no polygon",
                grids=absent[:3],
                remedy=sentence("give one of each"),
                absent=absent,
            )

    def _check_frozen(
        self, change: Change, operation: Operation, rows: Mapping[str, Row | None]
    ) -> None:
        """Refuse to move what an operation does not name."""
        dropped = [self.planar.arcs[key] for key in change.drop]
        faces = {face for arc in (*dropped, *change.add) for face in arc.faces}
        communities = {}
        for grid in faces - {None}:
            row = rows.get(str(grid)) or self.rows[str(grid)]
            communities[str(grid)] = str(row.get(COMMUNITY_ID) or "")
        check_frozen(dropped, change.add, communities, operation.moves)

    def _restore(self, entry: Entry) -> Entry:
        """Take an operation back; return what does it again."""
        reversal = self.planar.restore(entry.reversal)
        before = {grid: self.rows.get(grid) for grid in entry.rows}
        self._set_rows(entry.rows)
        self._follow(reversal)
        return Entry(reversal, before)

    def _set_rows(self, rows: Mapping[str, Row | None]) -> None:
        """Take attributes, and drop those of grids that are no more."""
        for grid, row in rows.items():
            if row is None:
                self.rows.pop(grid, None)
            else:
                self.rows[grid] = row

    def _follow(self, reversal: Reversal) -> None:
        """Bring the index to where the map is."""
        for grid, before in reversal.polygons.items():
            after = self.planar.polygons.get(grid)
            if after is None:
                if before is not None:
                    self.index.delete(grid)
            elif before is None:
                self.index.insert(grid, after)
            else:
                self.index.replace(grid, after)
