"""`pagoda map --grids`: files of grids and events in, one page out, without a store."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from api.service.inputs.events import EventFile, EventPositions
from api.service.inputs.outputs import refuse_own_input
from api.service.inputs.territory import TerritoryFiles
from gis.assignment import AnswerBasis, AssignmentTable, answer_many
from gis.sentences import sentence
from layers.datums import about_misplaced, lonlat_bounds
from layers.maps import BaseMap
from layers.rating.exploration import Exploration, explore_answers
from layers.rating.exploration_card import Sources
from layers.rating.measures import Measure

STAGES = (
    sentence("reading grids"),
    sentence("reading events"),
    sentence("assigning"),
    sentence("drawing"),
)


@dataclass(frozen=True, slots=True)
class ExploreJob:
    """What `pagoda map --grids` is asked for.

    Attributes
    ----------
    territory, events
        The files; no events where a column of the grids is drawn.
    measure
        What is drawn.
    out
        The page.
    title
        Its head line; empty for what is drawn.
    base_map
        Pictures under the areas.
    indexes
        Folder where the index of the grids is found again; None builds it.
    """

    territory: TerritoryFiles
    events: EventFile | None
    measure: Measure
    out: Path
    title: str = ""
    base_map: BaseMap | None = None
    indexes: Path | None = None


@dataclass(frozen=True, slots=True)
class ExploreReport:
    """What was drawn, and what the user should read about the files."""

    exploration: Exploration
    notices: tuple[str, ...]


def explore_files(job: ExploreJob, tell: Callable[[str], None]) -> ExploreReport:
    """Draw a file of events by the grids of another, or a column of these.

    Parameters
    ----------
    job
        Files and options.
    tell
        Called with each of `STAGES` as it begins.

    Raises
    ------
    SettingError
        If the output is one of the inputs, or the options do not fit the columns.
    """
    files, events = job.territory, job.events
    path = None if events is None else events.path
    refuse_own_input(job.out, (files.grids, files.circles, path))
    tell(STAGES[0])
    territory, rows, is_assumed, notices = files.read()
    answers = None
    sources = Sources(files.grids.name, rows, is_assumed)
    if events is not None:
        tell(STAGES[1])
        reports = events.read()
        tell(STAGES[2])
        basis = territory.basis(indexes=job.indexes)
        answers = answer_many(basis, reports.positions, reports.datum).table
        notices += about_events(basis, events, reports, answers)
        sources = replace(
            sources,
            events=events.path.name,
            events_datum=reports.datum.name,
            events_assumed=reports.is_assumed,
        )
    tell(STAGES[3])
    exploration = explore_answers(
        territory,
        answers,
        job.measure,
        title=job.title,
        sources=sources,
        base_map=job.base_map,
    )
    exploration.save(job.out)
    return ExploreReport(exploration, tuple(notices))


def about_events(
    basis: AnswerBasis,
    source: EventFile,
    reports: EventPositions,
    answers: AssignmentTable,
) -> list[str]:
    """Return what to say about the positions of a file of events.

    Parameters
    ----------
    basis
        What they were answered by.
    source, reports
        The file, and what it holds.
    answers
        Of its rows.
    """
    return [
        *reports.table.notices,
        reports.notice,
        *about_misplaced(
            reports.positions,
            answers.reasons,
            reports.datum,
            "--datum",
            lonlat_bounds(basis),
        ),
        *source.about_columns(reports.coordinates),
    ]
