"""`pagoda assign`: files of events and grids in, the same events with answers out."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from api.service.assignment.rows import as_points, for_csv, for_sheet
from api.service.inputs.areas import read_areas
from api.service.inputs.duties import DutyFiles
from api.service.inputs.events import EventFile
from api.service.inputs.namings import Namings, naming_for
from api.service.inputs.outputs import refuse_own_input
from api.service.inputs.territory import TerritoryFiles
from gis.assignment import (
    REASONS,
    STATUSES,
    AnswerBasis,
    AssignmentTable,
    Positions,
    Request,
)
from gis.crs import Datum
from gis.errors import SettingError
from gis.index import warm_up
from gis.local_time import DEFAULT_TIMEZONE
from gis.roster import REGION_TIER
from gis.sentences import sentence
from layers.assignment import EventRows, answer_columns
from layers.datums import (
    about_misplaced,
    choose_datum,
    compare_with_places,
    lonlat_bounds,
)
from layers.files import (
    EventTable,
    property_names,
    read_coordinates,
    read_events,
    write_events,
)
from layers.files.accuracy import about_unread, read_accuracy
from layers.files.amendments import DayOrder, ordered_days
from layers.files.positions import positions_of
from layers.files.times import occurred_at
from layers.schema.neighbours import NEIGHBOURS, jurisdictions_of
from layers.territory import Territory

EVENT_COLUMNS: Final = MappingProxyType(
    {
        "lon": "lon_column",
        "lat": "lat_column",
        "occurred_at": "at_column",
        "accuracy_m": "accuracy_column",
    }
)
"""What is read of events, and the field of the job that says in which column."""
STAGES = (
    sentence("reading grids"),
    sentence("reading events"),
    sentence("compiling"),
    sentence("assigning"),
    sentence("writing"),
)


@dataclass(frozen=True, slots=True)
class AssignJob:
    """What `pagoda assign` is asked for.

    Attributes
    ----------
    grids, id_column, grids_datum, circles, posts
        Files of the territory; the datum overrides the CRS of the grids.
    neighbours, neighbours_datum
        File of the areas around the town, and the same for them.
    repair
        Whether broken rings of grids are mended.
    events, lon_column, lat_column, datum
        File of the events; columns None takes the geometry or the usual names.
    duties, rotations, at_column, timezone
        Files of who is on duty when, the column that says when an event occurred, and
        the zone of times without offset.
    accuracy_column, confidence
        Column with the radius of each position, metres, and the probability that the
        true position lies within it: 0.68 or 0.95.
    anchors, anchors_datum
        File of known places that the datum of the events is judged by, and its own.
    ballpark_m
        Error allowed for a datum from which no parameters lead to WGS 84, metres; None
        refuses it.
    candidates_m, snap_m
        Radius of candidates and of snapping, metres; 0 for none.
    out
        File to write, by its extension.
    namings
        What the user says of the files; of the events the columns of `EVENT_COLUMNS`.
    day_order
        Order of day and month in their times such as 09/17/2015; None reads none such.
    indexes
        Folder where the index of the grids is found again; None builds it.
    """

    grids: Path
    id_column: str
    events: Path
    out: Path
    grids_datum: str | None = None
    repair: bool = False
    neighbours: Path | None = None
    neighbours_datum: str | None = None
    circles: Path | None = None
    posts: Path | None = None
    duties: Path | None = None
    rotations: Path | None = None
    at_column: str | None = None
    timezone: str = DEFAULT_TIMEZONE
    region_tier: int = REGION_TIER
    lon_column: str | None = None
    lat_column: str | None = None
    datum: str | None = None
    accuracy_column: str | None = None
    confidence: float = 0.68
    datum_error_m: float = 1.0
    anchors: Path | None = None
    anchors_datum: str | None = None
    ballpark_m: float | None = None
    candidates_m: float = 0.0
    snap_m: float = 0.0
    namings: Namings = field(default_factory=dict)
    day_order: DayOrder | None = None
    indexes: Path | None = None


@dataclass(frozen=True, slots=True)
class AssignReport:
    """What was done.

    Attributes
    ----------
    rows, grids
        Number of events and of grids.
    statuses, reasons
        Number of events by status, and by reason for those that have one.
    seconds
        Wall time of each of `STAGES`.
    notices
        Sentences the user should read: datums, columns taken, columns renamed.
    """

    rows: int
    grids: int
    statuses: dict[str, int]
    reasons: dict[str, int]
    seconds: dict[str, float]
    notices: tuple[str, ...]


def assign_file(job: AssignJob, tell: Callable[[str], None]) -> AssignReport:
    """Assign every event of a file and write it with the answers behind its columns.

    Parameters
    ----------
    job
        Files and options.
    tell
        Called with each of `STAGES` as it begins.

    Raises
    ------
    SettingError
        If the output is one of the inputs.
    """
    job = with_event_columns(job)
    inputs = (job.grids, job.events, job.circles, job.posts, job.neighbours)
    refuse_own_input(job.out, (*inputs, job.duties, job.rotations, job.anchors))
    clock = StageClock(tell)
    clock.begin(STAGES[0])
    territory, about_grids = read_territory(job)
    clock.begin(STAGES[1])
    source = EventFile(
        job.events,
        job.lon_column,
        job.lat_column,
        job.datum,
        job.ballpark_m,
        naming_for(job.namings, "events").sheet,
    )
    events = source.read()
    table, coordinates, datum = events.table, events.coordinates, events.datum
    times = table
    if job.day_order is not None and job.at_column is not None:
        times = ordered_days(table, [job.at_column], job.day_order)
    at, about_times = occurred_at(times, job.at_column, job.timezone)
    clock.begin(STAGES[2])
    warm_up()
    basis = territory.basis(snap_m=job.snap_m, indexes=job.indexes)
    clock.begin(STAGES[3])
    accuracy = job.accuracy_column
    rows = EventRows(
        events.positions,
        datum,
        at,
        None if accuracy is None else read_accuracy(table, accuracy),
    )
    request = Request(job.candidates_m, job.confidence, job.datum_error_m)
    answers = rows.answers(basis, request)
    about_radii: list[str] = []
    if rows.radii is not None and accuracy is not None:
        about_radii = about_unread(table, accuracy, rows.radii)
    about_fit = [
        *about_misplaced(
            rows.positions,
            answers.table.reasons,
            datum,
            "--datum",
            lonlat_bounds(basis),
        ),
        *about_anchors(job, basis, rows.positions, datum),
    ]
    clock.begin(STAGES[4])
    columns, written, points = answer_columns(answers), table, coordinates
    suffix = job.out.suffix.lower()
    if suffix == ".geojson":
        written, columns, points = as_points(
            table, columns, coordinates, answers, datum
        )
    elif suffix == ".csv":
        columns = for_csv(columns)
    elif suffix == ".xlsx":
        columns = for_sheet(columns)
    names = write_events(job.out, written, columns, positions=points)
    return AssignReport(
        rows=len(answers.table.rows),
        grids=len(territory.grids),
        statuses=count_statuses(answers.table),
        reasons=count_reasons(answers.table),
        seconds=clock.stop(),
        notices=(
            *about_grids,
            *table.notices,
            events.notice,
            *about_times,
            *about_radii,
            *about_fit,
            *source.about_columns(coordinates),
            *_about_points(table, datum, job),
            *_about_names(names),
        ),
    )


def with_event_columns(job: AssignJob) -> AssignJob:
    """Return a job with the columns of its events by the options of each.

    Parameters
    ----------
    job
        Its mapping of events may name the columns of `EVENT_COLUMNS`.

    Raises
    ------
    SettingError
        If it names another, or one that an option names too.
    """
    columns = {}
    for ours, head in naming_for(job.namings, "events").renames.items():
        if ours not in EVENT_COLUMNS:
            raise SettingError(
                "--map names {ours!r}, but of events only {columns!r} are read here; "
                "name one of them.",
                ours=ours,
                columns=list(EVENT_COLUMNS),
            )
        option = EVENT_COLUMNS[ours]
        if getattr(job, option) not in (None, head):
            raise SettingError(
                "--map says that {ours!r} is {head!r}, and an option says {other!r}; "
                "leave one of them out.",
                ours=ours,
                head=head,
                other=getattr(job, option),
            )
        columns[option] = head
    return replace(job, **columns)  # type: ignore[arg-type]  # columns are texts


class StageClock:
    """Times stages that follow each other, and tells each as it begins."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._starts: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        """End the stage before, and begin one."""
        self._tell(stage)
        self._starts[stage] = time.perf_counter()

    def stop(self) -> dict[str, float]:
        """Return the seconds of every stage."""
        ends = [*list(self._starts.values())[1:], time.perf_counter()]
        starts = self._starts.items()
        return {
            stage: end - start for (stage, start), end in zip(starts, ends, strict=True)
        }


def read_territory(job: AssignJob) -> tuple[Territory, list[str]]:
    """Read grids, circles, posts and neighbours, and what to say about them."""
    files = TerritoryFiles(
        job.grids,
        job.id_column,
        job.grids_datum,
        job.repair,
        job.ballpark_m,
        job.circles,
        job.posts,
        job.namings,
    )
    territory, _, _, notices = files.read()
    if job.neighbours is not None:
        rows, about_neighbours = read_areas(
            job.neighbours,
            NEIGHBOURS,
            territory.datum,
            option="--neighbours-datum",
            declared=job.neighbours_datum,
            ballpark_m=job.ballpark_m,
            naming=naming_for(job.namings, "neighbours"),
        )
        territory = replace(territory, jurisdictions=jurisdictions_of(rows))
        notices += about_neighbours
    return with_duties(territory, job), notices


def with_duties(territory: Territory, job: AssignJob) -> Territory:
    """Return the territory with the duties of the job's files, if it names some."""
    if job.duties is None and job.rotations is None:
        return territory
    if job.posts is None or job.at_column is None:
        raise SettingError(
            "Duties are given without --posts or --at-column; duties hold posts at "
            "times, give both."
        )
    files = DutyFiles(job.duties, job.rotations, job.timezone, job.namings)
    return files.put_into(territory, job.region_tier)


def about_anchors(
    job: AssignJob, basis: AnswerBasis, positions: Positions, datum: Datum
) -> list[str]:
    """Return what known places say about the datum of the events; no answer changes."""
    if job.anchors is None:
        return []
    table = read_events(job.anchors)
    coordinates = read_coordinates(table)
    own, notice = choose_datum(
        sentence("anchors"),
        "--anchors-datum",
        job.anchors_datum,
        None if coordinates.columns else table.crs,
        job.ballpark_m,
    )
    places = basis.bring(positions_of(coordinates), own)
    check = compare_with_places(basis, places, positions, datum)
    return [notice, check.sentence]


def count_statuses(answers: AssignmentTable) -> dict[str, int]:
    """Return how many answers have each status, those that occur."""
    counts = np.bincount(answers.statuses, minlength=len(STATUSES))
    return {str(s): int(n) for s, n in zip(STATUSES, counts, strict=True) if n}


def count_reasons(answers: AssignmentTable) -> dict[str, int]:
    """Return how many answers have each reason, those that occur."""
    counts = np.bincount(answers.reasons, minlength=len(REASONS))
    return {r: int(n) for r, n in zip(REASONS, counts, strict=True) if r and n}


def _about_points(table: EventTable, datum: Datum, job: AssignJob) -> list[str]:
    """Say what GeoJSON changes: the datum of the points, the name of a column."""
    if job.out.suffix.lower() != ".geojson":
        return []
    names = table.columns.column_names
    notices = [
        sentence(
            "A column {name!r} is written as {new!r}: GeoJSON holds each name once.",
            name=name,
            new=new,
        )
        for name, new in zip(names, property_names(names), strict=True)
        if name != new
    ]
    if not (datum.is_plain and datum.shift == "none"):
        notices.append(
            sentence(
                "GeoJSON is in WGS 84: its points are brought there from {name}, and "
                "the reported coordinates are properties.",
                name=datum.name,
            )
        )
    return notices


def _about_names(names: dict[str, str]) -> list[str]:
    changes = {name: new for name, new in names.items() if name != new}
    return [
        sentence(
            "The events have a column {name!r} already; ours is written as {new!r}.",
            name=name,
            new=new,
        )
        for name, new in changes.items()
    ]
