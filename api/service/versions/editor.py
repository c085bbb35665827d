"""A planner's editor on the head of a store: draft, figures, lines, file, areas."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from api.service.access.audit import CONSOLE
from api.service.versions.change_file import ChangeFile, read_change, write_json
from api.service.versions.gate import Trial, try_change
from api.service.versions.ground_facts import ReviewTerms, read_town
from api.service.versions.key_areas import paths_of, refuse_beyond, tree_of
from gis.access import Caller
from gis.counts import count_text
from gis.crs import parse_datum
from gis.editing import Changeset, Workspace
from gis.editing.reach import reach_of
from gis.errors import InputFileError, SettingError
from gis.roster import PostsPlan
from gis.sentences import sentence
from layers.datums import bring_shapes, choose_datum
from layers.editor import EditorContext, EditorSession, SnapLines
from layers.files.formats import read_events
from layers.stores import Store


@dataclass(frozen=True, slots=True)
class EditorJob:
    """What an editor is opened with.

    Attributes
    ----------
    out
        The change; where it is there already and on the same version, it goes on.
    author
        Whose edits they are.
    terms
        How the deployment answers, for figures.
    lines, lines_datum
        File with lines to draw along, and what overrides its CRS; None for none.
    caller
        Who draws; whoever may open the store unless a key says who it is.
    """

    out: Path
    author: str
    terms: ReviewTerms
    lines: Path | None = None
    lines_datum: str | None = None
    caller: Caller = CONSOLE


def open_editor(store: Store, job: EditorJob) -> tuple[EditorSession, list[str]]:
    """Return a session on the head, and what the user should read.

    Parameters
    ----------
    store
        Has the version; nothing of a draft is stored.
    job
        File, author and lines.

    Raises
    ------
    EditError
        If the change of the file is for another version, is refused, or touches what
        lies outside the areas of the caller.
    SettingError
        If the folder of the change is not there, or the author has no name.
    StoreError
        If nothing is published.
    InputFileError, CrsError
        If the file of lines is none.
    """
    _check(job)
    notices = []
    change = None
    if job.out.exists():
        change = read_change(job.out)
        count = count_text(len(change.changeset.edits), "edit")
        notices.append(
            sentence("Going on with {out}: {count}.", out=job.out, count=count)
        )
    trial = try_change(store, change, store.now())
    check = _check_of(store, trial, job.caller)
    check(trial.workspace)
    lines, notice = _lines(job, store.crs)
    notices += notice
    town = read_town(store, trial, job.terms, is_whole=True)
    context = EditorContext(
        author=job.author.strip(),
        lines=lines,
        facts=town.ground,
        rule=town.rulebook.sizing,
        keep=_keeper(job.out, None if change is None else change.posts),
        check=check,
        title=town.rulebook.imprint.words.line,
    )
    return EditorSession(trial.workspace, context), notices


def write_unsaved(session: EditorSession, out: Path) -> Path | None:
    """Write what was not saved beside the change; None where all was.

    Parameters
    ----------
    session
        Ended.
    out
        The change that it saves to.

    Raises
    ------
    SettingError
        If it cannot be written.
    """
    if session.is_saved:
        return None
    path = out.with_name(f"{out.stem}.unsaved.json")
    _keeper(path, None)(session.changeset())
    return path


def read_lines(path: Path) -> tuple[NDArray[np.object_], pyproj.CRS | None]:
    """Return the lines of a file, shape (n,), and the CRS that it declares.

    Parameters
    ----------
    path
        Streets, canals or lanes in any format that has geometry.

    Raises
    ------
    InputFileError
        If it holds no line, or something else besides.
    """
    table = read_events(path)
    shapes = np.array([] if table.geometry is None else table.geometry, dtype=object)
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    kinds = {shape.geom_type for shape in shapes}
    if not kinds or not kinds <= {"LineString", "MultiLineString"}:
        raise InputFileError(
            "File {path!r} holds {kinds}, expected streets, canals or lanes as lines; "
            "name another file with --lines.",
            path=str(path),
            kinds=sorted(kinds) or sentence("no geometry"),
        )
    return shapes, table.crs


def _check(job: EditorJob) -> None:
    """Refuse what would only fail once a planner wants to save."""
    if not job.author.strip():
        raise SettingError(
            "The author is {author!r}, expected a name; give it with --author.",
            author=job.author,
        )
    if job.out.suffix.lower() != ".json" or not job.out.parent.is_dir():
        raise SettingError(
            "The change {out!r} is no .json file in a folder that is there; name "
            "another one with --out.",
            out=str(job.out),
        )


def _check_of(
    store: Store, trial: Trial, caller: Caller
) -> Callable[[Workspace], None]:
    """Return what refuses edits beyond the areas of a caller."""
    pagoda = tree_of(trial.layers)
    paths = paths_of(store, trial.layers, caller, store.now())

    def check(workspace: Workspace) -> None:
        refuse_beyond(reach_of(workspace, pagoda), paths, caller)

    return check


def _lines(job: EditorJob, crs: str) -> tuple[SnapLines, list[str]]:
    """Return the lines of a file in the CRS of the store, and what to say."""
    if job.lines is None:
        return SnapLines(), []
    shapes, declared = read_lines(job.lines)
    datum, notice = choose_datum(
        sentence("lines"), "--lines-datum", job.lines_datum, declared
    )
    return SnapLines(bring_shapes(shapes, datum, parse_datum(crs))), [notice]


def _keeper(
    path: Path, posts: PostsPlan | None
) -> Callable[[Changeset], tuple[str, str]]:
    """Return what writes a changeset as a change."""

    def keep(changeset: Changeset) -> tuple[str, str]:
        change = ChangeFile(changeset, posts)
        write_json(path, change.to_dict())
        return str(path), change.digest()

    return keep
