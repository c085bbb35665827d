"""A change drawn anew on another version, with ids that are free there."""

from collections.abc import Mapping

from gis.editing.changeset import Changeset
from gis.editing.recorded import Operation
from gis.editing.workspace import Workspace
from gis.errors import EditError

_ONE = ("a", "b", "grid", "keep", "new_id")
_MANY = ("grids", "retired")
_BY_GRID = ("polygons", "created")


def rebase(changeset: Changeset, workspace: Workspace) -> list[EditError]:
    """Do the operations of a changeset on a draft of another version.

    Ids that were taken meanwhile are given anew. An operation that is refused is left
    out, and so is what builds on a grid that it would have made; the others are done,
    each a step of undo.

    Parameters
    ----------
    changeset
        For an earlier version.
    workspace
        Of the version that it shall be for, without edits; it is changed.

    Returns
    -------
    refusals
        Of the operations that were left out, in order.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from gis.editing.changeset import changeset_of
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> grids = gpd.GeoDataFrame({"grid_id": ["A-1", "A-2"]}, geometry=squares)
    >>> draft, later = Workspace(grids), Workspace(grids, used_ids=["A-3"])
    >>> with draft.edit("a third", author="planner") as e:
    ...     e.split("A-2", [(1.5, 0), (1.5, 1)])
    'A-3'
    >>> rebase(changeset_of(draft), later), sorted(later.ids())
    ([], ['A-1', 'A-2', 'A-4'])
    """
    names: dict[str, str] = {}
    refusals: list[EditError] = []
    snap_m, workspace.snap_m = workspace.snap_m, changeset.snap_m
    for edit in changeset.edits:
        for operation in edit.operations:
            try:
                _redo(operation, workspace, names, (edit.note, edit.author))
            except EditError as error:
                refusals.append(error)
    workspace.snap_m = snap_m
    return refusals


def _redo(
    operation: Operation,
    workspace: Workspace,
    names: dict[str, str],
    words: tuple[str, str],
) -> None:
    """Do an operation by the names of now, and note a name that it gives anew."""
    note, author = words
    created = operation.created
    for new_id, source in created.items():
        if names.get(new_id, new_id) in workspace.used_ids:
            reserved = {*created, *names.values()}
            names[new_id] = workspace.next_id(names.get(source, source), reserved)
    renamed = _renamed(operation, names)
    with workspace.edit(note, author=author) as steps:
        steps.do(renamed)


def _renamed(operation: Operation, names: Mapping[str, str]) -> Operation:
    """Return an operation about grids by their new names."""
    values = dict(operation.values)
    for key in _ONE:
        if key in values:
            values[key] = names.get(values[key], values[key])
    for key in _MANY:
        if key in values:
            values[key] = [names.get(grid, grid) for grid in values[key]]
    for key in _BY_GRID:
        if key in values:
            values[key] = {
                names.get(grid, grid): names.get(value, value)
                if isinstance(value, str)
                else value
                for grid, value in values[key].items()
            }
    return Operation(operation.name, values)
