"""A changeset: what a planner did to a version, small enough to be read and signed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import shapely

from gis.editing.change import Polygon
from gis.editing.recorded import Operation
from gis.editing.workspace import Workspace
from gis.errors import EditError
from gis.sentences import sentence

FORMAT: Final = "pagoda-changeset/1"

Geometry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EditRecord:
    """One edit of a changeset.

    Attributes
    ----------
    note, author
        What it is for, and whose it is.
    operations
        In order.
    """

    note: str
    author: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Changeset:
    """What leads from a version to a draft.

    Attributes
    ----------
    base
        Number of the version; None where nothing is published yet.
    base_digest, digest
        Of the version, and of the draft.
    edits
        In order.
    before, after
        GeoJSON geometry of each grid whose ground differs, in the version and in the
        draft.
    snap_m
        How far ends of lines snapped, metres.

    Examples
    --------
    >>> import geopandas as gpd
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> grids = gpd.GeoDataFrame({"grid_id": ["A-1", "A-2"]}, geometry=squares)
    >>> draft = Workspace(grids)
    >>> with draft.edit("one is enough", author="planner") as e:
    ...     e.merge(["A-1", "A-2"], keep="A-1")
    >>> changeset = changeset_of(draft)
    >>> again = replay(Changeset.from_dict(changeset.to_dict()), Workspace(grids))
    >>> again.digest() == draft.digest()
    True
    """

    base: int | None
    base_digest: str
    digest: str
    edits: tuple[EditRecord, ...]
    before: Mapping[str, Geometry]
    after: Mapping[str, Geometry]
    snap_m: float

    def to_dict(self) -> dict[str, Any]:
        """Return the changeset as JSON-ready values."""
        return {
            "format": FORMAT,
            "base": self.base,
            "base_digest": self.base_digest,
            "digest": self.digest,
            "snap_m": self.snap_m,
            "edits": [
                {
                    "note": edit.note,
                    "author": edit.author,
                    "operations": [o.to_dict() for o in edit.operations],
                }
                for edit in self.edits
            ],
            "before": dict(self.before),
            "after": dict(self.after),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Changeset":
        """Return what `to_dict` was made of.

        Raises
        ------
        EditError
            If a part of it is missing or of another form.
        """
        if not isinstance(values, Mapping) or values.get("format") != FORMAT:
            raise _unreadable(sentence("its format is not {format!r}", format=FORMAT))
        try:
            edits = tuple(
                EditRecord(
                    str(edit["note"]),
                    str(edit["author"]),
                    tuple(Operation.from_dict(o) for o in edit["operations"]),
                )
                for edit in values["edits"]
            )
            return cls(
                base=values["base"],
                base_digest=str(values["base_digest"]),
                digest=str(values["digest"]),
                edits=edits,
                before=dict(values["before"]),
                after=dict(values["after"]),
                snap_m=float(values["snap_m"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, EditError):
                raise
            raise _unreadable(
                sentence("{error!r} is missing or of another form", error=error)
            ) from error


def changeset_of(workspace: Workspace) -> Changeset:
    """Return the changeset of a draft: the edits that are not taken back.

    Parameters
    ----------
    workspace
        The draft.
    """
    before, after = workspace.moved()
    return Changeset(
        base=workspace.base,
        base_digest=workspace.base_digest,
        digest=workspace.digest(),
        edits=tuple(
            EditRecord(step.note, step.author, step.operations)
            for step in workspace.steps
        ),
        before={grid: _geometry(shape) for grid, shape in before.items()},
        after={grid: _geometry(shape) for grid, shape in after.items()},
        snap_m=workspace.snap_m,
    )


def replay(changeset: Changeset, workspace: Workspace) -> Workspace:
    """Do the edits of a changeset on a fresh draft.

    Parameters
    ----------
    changeset
        What to do.
    workspace
        Of the version that it is for, without edits; it is changed.

    Returns
    -------
    workspace
        The same one.

    Raises
    ------
    EditError
        If the draft is on another version or has edits, an operation is refused, or
        geometry and digest are not what the operations give. Nothing is changed then.
    """
    _check_base(changeset, workspace)
    snap_m, workspace.snap_m = workspace.snap_m, changeset.snap_m
    used = set(workspace.used_ids)
    try:
        for edit in changeset.edits:
            with workspace.edit(edit.note, author=edit.author) as steps:
                for operation in edit.operations:
                    steps.do(operation)
        _check_result(changeset, workspace)
    except EditError:
        workspace.discard()
        workspace.used_ids = used
        raise
    finally:
        workspace.snap_m = snap_m
    return workspace


def _check_base(changeset: Changeset, workspace: Workspace) -> None:
    """Refuse a changeset for another version."""
    if workspace.steps:
        raise EditError(
            "The draft has {steps} edits",
            remedy=sentence("replay a changeset on a fresh draft"),
            steps=len(workspace.steps),
        )
    wanted = changeset.base, changeset.base_digest
    if wanted != (workspace.base, workspace.base_digest):
        raise EditError(
            "The changeset is for version {base!r} with digest {base_digest!r}, the "
            "draft is on {base_2!r} with {base_digest_2!r}",
            remedy=sentence("take the version that it was drawn on, or rebase it"),
            base=changeset.base,
            base_digest=changeset.base_digest[:12],
            base_2=workspace.base,
            base_digest_2=workspace.base_digest[:12],
        )


def _check_result(changeset: Changeset, workspace: Workspace) -> None:
    """Refuse a changeset that says something else than its operations give."""
    replayed = changeset_of(workspace)
    for word, stated, result in (
        (sentence("before"), changeset.before, replayed.before),
        (sentence("after"), changeset.after, replayed.after),
    ):
        wrong = sorted(
            grid
            for grid in {*stated, *result}
            if _plain(stated.get(grid)) != _plain(result.get(grid))
        )
        if wrong:
            raise EditError(
                "The changeset has another geometry {word} than its operations give",
                grids=wrong[:3],
                remedy=sentence("export it again from the draft that it is of"),
                word=word,
            )
    if changeset.digest != replayed.digest:
        raise EditError(
            "The changeset has digest {digest!r}, its operations give {digest_2!r}",
            remedy=sentence("export it again from the draft that it is of"),
            digest=changeset.digest[:12],
            digest_2=replayed.digest[:12],
        )


def _geometry(shape: Polygon) -> Geometry:
    """Return a polygon as GeoJSON with lists, as JSON gives it back."""
    geometry: Geometry = json.loads(shapely.to_geojson(shape))
    return geometry


def _plain(value: object) -> str:
    """Return values as text to be compared."""
    return json.dumps(value, sort_keys=True)


def _unreadable(text: str) -> EditError:
    return EditError(
        "The changeset cannot be read: {words}",
        remedy=sentence("export it again; it may be cut"),
        words=text,
    )
