"""One planner's session on a draft: messages of the browser in, answers out.

The page of `pagoda draft edit` and the notebook's widget are shells around it; nothing
is drawn, stored or decided in them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import shapely

from gis.editing import Arc, Changeset, Operation, Workspace, changeset_of
from gis.editing.block_hours import hours_of_blocks
from gis.editing.figures import GroundFacts
from gis.editing.reach import has_other_ground
from gis.editing.recombination import DEFAULT_RULE, BalanceRule
from gis.editing.recorded import FIELDS
from gis.editing.sizing import SizingRule
from gis.errors import EditError, GovernanceError
from gis.geometry import Polygonal
from gis.sentences import sentence
from layers.editor.figure_table import FigureTable
from layers.editor.messages import (
    Buffers,
    Message,
    arc_buffers,
    label_buffer,
    line_buffers,
)
from layers.editor.outcome_words import (
    NEW_GRID,
    SAVED,
    UNREADABLE,
    beyond_words,
    outcome_words,
)
from layers.editor.snap_lines import SnapLines
from layers.editor.stretches import stretch_of
from layers.languages import in_both_languages
from layers.words import Words

Answer: TypeAlias = tuple[dict[str, Any], list[bytes]]
Keep: TypeAlias = Callable[[Changeset], tuple[str, str]]
"""Writes a changeset; returns where, and the digest of what was written."""
Check: TypeAlias = Callable[[Workspace], None]


def _allow(_: Workspace) -> None:
    """Refuse nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class EditorContext:
    """What a session knows besides its draft.

    Attributes
    ----------
    author
        Whose edits they are.
    lines
        What borders snap to.
    facts, rule
        As `FigureTable` takes them.
    keep
        What `save` calls; None where nothing can be written.
    check
        Called with the draft before a step is closed; what it raises takes it back.
    title
        Name of the place.
    """

    author: str = "planner"
    lines: SnapLines = SnapLines()  # noqa: RUF009  there is one empty set of lines
    facts: GroundFacts | None = None
    rule: SizingRule | None = None
    keep: Keep | None = None
    check: Check = _allow
    title: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """What the browser has been sent of a draft."""

    arcs: Mapping[int, Arc]
    polygons: Mapping[str, Polygonal]
    rows: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, workspace: Workspace) -> "_View":
        return cls(
            dict(workspace.planar.arcs),
            dict(workspace.planar.polygons),
            dict(workspace.rows),
        )


class EditorSession:
    """A planner's session on a draft.

    Parameters
    ----------
    workspace
        The draft; it may be changed by others too, between two messages.
    context
        What is known besides it.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(0, 0, 0.1, 0.1), shapely.box(0.1, 0, 0.2, 0.1)]
    >>> columns = {"grid_id": ["A-1", "A-2"]}
    >>> grids = gpd.GeoDataFrame(columns, geometry=squares, crs=4490)
    >>> session = EditorSession(Workspace(grids))
    >>> view, _ = session.receive({"type": "open", "seq": 1})
    >>> [row["id"] for row in view["grids"]]
    ['A-1', 'A-2']
    >>> merge = {"name": "merge", "grids": ["A-1", "A-2"], "keep": "A-1"}
    >>> answer, _ = session.receive({"type": "apply", "seq": 2, "operation": merge})
    >>> answer["type"], answer["gone"], answer["text"]["en"]
    ('changed', ['A-2'], 'Grids A-1, A-2 are one: A-1.')
    """

    def __init__(
        self, workspace: Workspace, context: EditorContext = EditorContext()
    ) -> None:
        self.workspace = workspace
        self.context = context
        self.revision = 0
        self._figures = FigureTable(workspace, context.facts, context.rule)
        self._view = _View.of(workspace)
        self._saved = [*workspace.steps]

    @property
    def is_saved(self) -> bool:
        """Whether all that the draft has was saved."""
        return self._saved == self.workspace.steps

    def changeset(self) -> Changeset:
        """Return what leads from the base to the draft."""
        return changeset_of(self.workspace)

    def receive(self, message: Message, buffers: Buffers = ()) -> Answer:
        """Do what a message asks for; return the answer and its arrays.

        Parameters
        ----------
        message
            ``type``, ``seq`` and what the type has; see `ANSWERS`.
        buffers
            Arrays that came with it; none has any.
        """
        seq = message.get("seq")
        try:
            answer = ANSWERS.get(str(message.get("type")), _unreadable)
            body, arrays = answer(self, message)
        except GovernanceError as error:
            body, arrays = self._refused(error, message), []
        except (KeyError, TypeError, ValueError, AttributeError):
            body, arrays = _unreadable(self, message)
        return {**body, "seq": seq}, arrays

    def send_map(self, _: Message) -> Answer:
        """Answer ``open``: all that there is, in the base and now."""
        workspace = self.workspace
        self._view = _View.of(workspace)
        polygons, arcs = self._view.polygons, self._view.arcs
        ids, base_ids = sorted(polygons), sorted(workspace.base_polygons)
        base_arcs = [*base_arcs_of(workspace).values()]
        shapes = [polygons[grid] for grid in ids]
        body = {
            "type": "map",
            "revision": self.revision,
            "title": self.context.title,
            "bounds": _bounds(shapes),
            "author": self.context.author,
            "canSave": self.context.keep is not None,
            "canSuggest": bool(len(self.context.lines)),
            "canUndo": bool(workspace.steps),
            "canRedo": bool(workspace.undone),
            "grids": self._rows(ids),
            "baseGrids": base_ids,
            "base": workspace.base,
            "columns": workspace.columns,
            "figureNames": self._figures.names(),
        }
        return body, [
            *_arcs_and_keys(arcs, ids),
            *line_buffers(self.context.lines.parts),
            label_buffer(shapes),
            *arc_buffers(base_arcs, _row_of(base_ids)),
        ]

    def preview(self, message: Message) -> Answer:
        """Answer ``preview``: figures and borders as they would be."""
        operation = self._operation(message["operation"])
        preview = self.workspace.preview(operation)
        subjects = [operation.values.get(key) for key in ("a", "b", "grid")]
        grids = {
            *(grid for grid in subjects if grid),
            *(
                g
                for g, p in preview.before.items()
                if self._differs(p, preview.after[g])
            ),
        }
        rows = self._figures.rows(sorted(grids), preview, operation)
        names = sorted({f for arc in preview.arcs for f in arc.faces if f is not None})
        arrays = arc_buffers(preview.arcs, _row_of(names))
        return {"type": "figures", "figures": rows, "names": names}, [*arrays]

    def apply(self, message: Message) -> Answer:
        """Answer ``apply``: the operation is done, one step of undo."""
        operation = self._operation(message["operation"])
        words = outcome_words(operation)
        note = str(message.get("note") or "").strip() or words.zh
        with self.workspace.edit(note, author=self.context.author) as steps:
            steps.do(operation)
            self.context.check(self.workspace)
        return self._changed(words, note)

    def suggest(self, message: Message) -> Answer:
        """Answer ``suggest``: a heavy grid and its neighbours are cut anew.

        Ground changes hands along the lines, as one step of undo; another ``seed``
        gives another cut.
        """
        grid = str(message["grid"])
        rule = BalanceRule(
            steps=int(message.get("steps") or DEFAULT_RULE.steps),
            seed=int(message.get("seed") or 0),
        )
        figures, workspace = self._figures, self.workspace
        words = outcome_words("suggest", note=grid)
        with workspace.edit(words.zh, author=self.context.author) as steps:
            steps.suggest(
                [grid],
                self.context.lines.parts.tolist(),
                lambda blocks: hours_of_blocks(
                    blocks, workspace, figures.facts, figures.rule
                ),
                rule,
            )
            self.context.check(workspace)
        return self._changed(words, words.zh)

    def undo(self, _: Message) -> Answer:
        """Answer ``undo``: the last step is taken back."""
        return self._stepped(self.workspace.undo, "undo", self.workspace.steps)

    def redo(self, _: Message) -> Answer:
        """Answer ``redo``: the last step that was taken back is done again."""
        return self._stepped(self.workspace.redo, "redo", self.workspace.undone)

    def figures(self, message: Message) -> Answer:
        """Answer ``figures``: those of some grids in the base and now."""
        grids = [str(grid) for grid in message["grids"]]
        return {"type": "figures", "figures": self._figures.rows(grids)}, []

    def follow(self, message: Message) -> Answer:
        """Answer ``follow``: the way along lines between two clicks."""
        way = self.context.lines.follow(_place(message["from"]), _place(message["to"]))
        return {"type": "path", "line": way}, []

    def save(self, _: Message) -> Answer:
        """Answer ``save``: the changeset is written."""
        if self.context.keep is None:
            raise EditError(
                "The draft has no file to be saved in",
                remedy=sentence("give one when the editor is opened"),
            )
        changeset = self.changeset()
        path, digest = self.context.keep(changeset)
        self._saved = [*self.workspace.steps]
        count = len(changeset.edits)
        return {
            "type": "saved",
            "path": path,
            "digest": digest,
            "zh": SAVED.zh.format(count=count, path=path),
            "en": SAVED.en.format(count=count, path=path),
        }, []

    def _stepped(
        self, move: Callable[[], None], word: str, steps: Sequence[Any]
    ) -> Answer:
        """Take back or do again one step, and say which."""
        step = steps[-1] if steps else None
        move()
        note = "" if step is None else step.note
        return self._changed(outcome_words(word, note=note), note)

    def _changed(self, text: Words, note: str) -> Answer:
        """Return what differs from what the browser has."""
        old, self._view = self._view, _View.of(self.workspace)
        new = self._view
        self.revision += 1
        added = {key: arc for key, arc in new.arcs.items() if key not in old.arcs}
        changed = sorted(
            grid
            for grid in new.rows
            if new.polygons[grid] is not old.polygons.get(grid)
            or new.rows[grid] is not old.rows.get(grid)
        )
        retired = sorted(old.rows.keys() - new.rows.keys())
        names = sorted(
            {f for arc in added.values() for f in arc.faces if f is not None}
        )
        reshaped = [
            grid
            for grid in changed
            if new.rows[grid] is not old.rows.get(grid)
            or self._differs(old.polygons.get(grid), new.polygons[grid])
        ]
        lost = [grid for grid in retired if grid in self.workspace.base_rows]
        figures = self._figures.rows([*reshaped, *lost])
        body = {
            "type": "changed",
            "revision": self.revision,
            "note": note,
            "canUndo": bool(self.workspace.steps),
            "canRedo": bool(self.workspace.undone),
            "isSaved": self.is_saved,
            "dropped": [key for key in old.arcs if key not in new.arcs],
            "grids": self._rows(changed),
            "gone": retired,
            "names": names,
            "figures": figures,
            "warnings": [*self._warnings(changed, old, figures)],
            "text": _both(text),
        }
        labels = label_buffer([new.polygons[grid] for grid in changed])
        return body, [*_arcs_and_keys(added, names), labels]

    def _differs(self, before: Polygonal | None, after: Polygonal | None) -> bool:
        """Say whether a grid got other ground, and not only a corner on its border."""
        if before is None or after is None or before is after:
            return before is not after
        return has_other_ground(before, after, self.workspace.crs)

    def _warnings(
        self, changed: Iterable[str], old: _View, figures: Iterable[Mapping[str, Any]]
    ) -> Iterable[dict[str, str]]:
        """Yield what the planner should know of what was done."""
        for grid in changed:
            if grid not in old.rows and grid not in self.workspace.base_rows:
                yield _both(NEW_GRID, grid=grid)
        for row in figures:
            for excess in row["beyond"]:
                if excess["name"] not in row["wasBeyond"]:
                    yield _both(beyond_words(row["grid"], excess, row["after"]))

    def _rows(self, grids: Sequence[str]) -> list[dict[str, Any]]:
        """Return what the browser shows of grids."""
        loads = self._figures.loads(grids)
        rows = self.workspace.rows
        return [
            {
                "id": grid,
                "name": str(rows[grid].get("name") or ""),
                "community": self.workspace.community_of(grid),
                "parent": str(rows[grid].get("parent_id") or ""),
                "load": loads[grid],
            }
            for grid in grids
        ]

    def _refused(self, error: GovernanceError, message: Message) -> dict[str, Any]:
        """Return a refusal with its grids, its place and the line at fault."""
        body = {"type": "refused", **_both(_refusal_words(error))}
        if not isinstance(error, EditError):
            return {**body, "grids": [], "at": None, "line": None}
        stretch = stretch_of(error, message.get("operation"), self.workspace.planar)
        return {**body, "grids": [*error.grids], "at": error.place, "line": stretch}

    def _operation(self, values: Mapping[str, Any]) -> Operation:
        """Return an operation of the browser; a grid that it creates gets an id."""
        name = str(values.get("name") or values.get("do"))
        rest = {k: v for k, v in values.items() if k not in {"name", "do"}}
        if "new_id" in FIELDS.get(name, ()) and not rest.get("new_id"):
            rest["new_id"] = self.workspace.next_id(str(rest.get("grid")))
        return Operation.from_dict({**rest, "do": name})


ANSWERS: Final[dict[str, Callable[[EditorSession, Message], Answer]]] = {
    "open": EditorSession.send_map,
    "preview": EditorSession.preview,
    "apply": EditorSession.apply,
    "undo": EditorSession.undo,
    "redo": EditorSession.redo,
    "figures": EditorSession.figures,
    "suggest": EditorSession.suggest,
    "follow": EditorSession.follow,
    "save": EditorSession.save,
}
"""What answers each type of message."""


def base_arcs_of(workspace: Workspace) -> dict[int, Arc]:
    """Return the borders of the base of a draft, by key.

    Parameters
    ----------
    workspace
        The draft; what its steps dropped is put back, what they added left out.
    """
    arcs = dict(workspace.planar.arcs)
    for step in reversed(workspace.steps):
        for entry in step.entries:
            for key in entry.reversal.drop:
                del arcs[key]
            arcs.update(entry.reversal.add)
    return arcs


def _unreadable(_: EditorSession, __: Message) -> Answer:
    """Answer a message of another kind than those known."""
    return {"type": "error", **_both(UNREADABLE)}, []


def _refusal_words(error: GovernanceError) -> Words:
    """Return what a refusal says: found, where, and what to do."""
    text = str(error)
    if not isinstance(error, EditError):
        text = sentence("Refused, the draft is as it was: {error}", error=error)
    return in_both_languages(text)


def _both(words: Words, **values: object) -> dict[str, str]:
    """Return a text in both languages."""
    if values:
        words = Words(words.zh.format(**values), words.en.format(**values))
    return {"zh": words.zh, "en": words.en}


def _row_of(grids: Sequence[str]) -> dict[str, int]:
    return {grid: row for row, grid in enumerate(grids)}


def _arcs_and_keys(arcs: Mapping[int, Arc], grids: Sequence[str]) -> list[bytes]:
    """Return arcs as arrays, their keys last."""
    keys = np.array([*arcs], dtype="<u4").tobytes()
    return [*arc_buffers([*arcs.values()], _row_of(grids)), keys]


def _bounds(polygons: Sequence[Polygonal]) -> list[float]:
    """Return west, south, east and north of polygons."""
    bounds: list[float] = shapely.total_bounds(polygons).tolist()
    return bounds


def _place(value: Sequence[float]) -> tuple[float, float]:
    """Return a place as it came."""
    lon, lat = map(float, value)
    return lon, lat
