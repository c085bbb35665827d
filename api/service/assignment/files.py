"""`pagoda assign`: files of events and grids in, the same events with answers out."""

import time
from collections.abc import (
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa

from api.service.assignment.overlap import read_ahead, write_behind
from api.service.assignment.run import AnsweredPart, FileRun
from api.service.inputs.areas import read_areas
from api.service.inputs.duties import DutyFiles
from api.service.inputs.events import EventFile
from api.service.inputs.namings import Namings, naming_for
from api.service.inputs.outputs import refuse_own_input
from api.service.inputs.territory import TerritoryFiles
from gis.assignment import AnswerBasis, Positions, Request
from gis.crs import Datum
from gis.errors import SettingError
from gis.index import warm_up
from gis.local_time import DEFAULT_TIMEZONE
from gis.roster import REGION_TIER
from gis.sentences import sentence
from layers.assignment import RunQuestion
from layers.datums import choose_datum, compare_with_places
from layers.files import EventTable, property_names, read_coordinates, read_events
from layers.files.amendments import DayOrder
from layers.files.answers import IN_PARTS, answer_file
from layers.files.guards import state_of
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
READING_GRIDS: Final = sentence("reading grids")
READING_EVENTS: Final = sentence("reading events")
COMPILING: Final = sentence("compiling")
ASSIGNING: Final = sentence("assigning")
WRITING: Final = sentence("writing")
STAGES: Final = (READING_GRIDS, READING_EVENTS, COMPILING, ASSIGNING, WRITING)
"""In the order in which they begin; the second and the last two run at once."""
PARTS_OF_A_HEAP: Final = 64
"""After so many parts the holes of the heap are given back, which grow otherwise."""

T = TypeVar("T")


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

    @property
    def territory_files(self) -> tuple[Path | None, ...]:
        """What answers are made from, None for what is not given."""
        areas = (self.grids, self.circles, self.posts, self.neighbours)
        return (*areas, self.duties, self.rotations)

    @property
    def question(self) -> RunQuestion:
        """What is asked about all events."""
        return RunQuestion(
            Request(self.candidates_m, self.confidence, self.datum_error_m),
            self.timezone,
            self.day_order,
            self.at_column,
            self.accuracy_column,
        )


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
    refuse_own_input(job.out, (*job.territory_files, job.events, job.anchors))
    is_replaced = job.out.exists()
    states = states_of(job.territory_files)
    clock = StageClock(tell)
    clock.begin(READING_GRIDS)
    with clock.on(READING_GRIDS):
        territory, about_grids = read_territory(job)
    source = EventFile(
        job.events,
        job.lon_column,
        job.lat_column,
        job.datum,
        job.ballpark_m,
        naming_for(job.namings, "events").sheet,
    )
    clock.begin(READING_EVENTS)
    suffix = job.out.suffix.lower()
    parts = source.parts() if suffix in IN_PARTS else source.whole()
    with read_ahead(clock.each(READING_EVENTS, parts)) as coming:
        clock.begin(COMPILING)
        with clock.on(COMPILING):
            # what reading the grids took is free again
            pa.default_memory_pool().release_unused()
            warm_up()
            basis = territory.basis(snap_m=job.snap_m, indexes=job.indexes)
        first = next(coming)
        clock.begin(ASSIGNING)
        question = job.question.of_heads(first.table.columns.column_names)
        run = FileRun(basis, question, first, suffix)
        places, about_rows = [], [*first.table.notices]
        clock.begin(WRITING)
        with answer_file(job.out) as file:

            def write_part(part: AnsweredPart) -> None:
                with clock.on(WRITING):
                    file.write(*part)

            with write_behind(write_part) as write:
                for number, part in enumerate(chain((first,), coming), 1):
                    if number % PARTS_OF_A_HEAP == 0:
                        pa.default_memory_pool().release_unused()
                    about_rows += (
                        text for text in part.table.notices if text not in about_rows
                    )
                    with clock.on(ASSIGNING):
                        answered = run.answer(part)
                    if job.anchors is not None:
                        places.append(part.positions)
                    write(answered)
            # what is refused leaves no file
            about_fit = about_anchors(job, basis, places, first.datum)
    return AssignReport(
        rows=run.rows,
        grids=len(territory.grids),
        statuses=run.statuses,
        reasons=run.reasons,
        seconds=clock.stop(),
        notices=(
            *about_grids,
            *about_rows,
            first.notice,
            *run.about_values,
            *run.about_places,
            *about_fit,
            *source.about_columns(first.coordinates),
            *_about_points(first.table, first.datum, job),
            *_about_names(file.names),
            *about_rewritten(states),
            *_about_replaced(job.out, is_replaced=is_replaced),
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
    """Times stages, of which several may run at once, and tells each as it begins."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._seconds: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        """Say that a stage begins."""
        self._tell(stage)
        self._seconds[stage] = 0.0

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Count the seconds of what is done to a stage that has begun."""
        start = time.perf_counter()
        yield
        self._seconds[stage] += time.perf_counter() - start

    def each(self, stage: str, items: Generator[T]) -> Generator[T]:
        """Yield items, the seconds that each takes counted to a stage."""
        while True:
            with self.on(stage):
                item = next(items, None)
            if item is None:
                return
            yield item

    def stop(self) -> dict[str, float]:
        """Return the seconds of every stage."""
        return dict(self._seconds)


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
    job: AssignJob, basis: AnswerBasis, parts: Sequence[Positions], datum: Datum
) -> list[str]:
    """Return what known places say about the datum of the events; no answer changes.

    Parameters
    ----------
    job
        Names the file of the places.
    basis
        The grids.
    parts
        Positions of the events as they came.
    datum
        Of the events.
    """
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
    places = basis.bring(coordinates.positions, own)
    positions = Positions(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("x", "y", "reasons")
        )
    )
    check = compare_with_places(basis, places, positions, datum)
    return [notice, check.sentence]


def states_of(paths: Iterable[Path | None]) -> dict[Path, tuple[int, ...]]:
    """Return the state of each file that is there."""
    return {path: state_of(path) for path in paths if path and path.exists()}


def about_rewritten(states: Mapping[Path, tuple[int, ...]]) -> list[str]:
    """Say which files of the territory are others by now: a job has one version.

    Parameters
    ----------
    states
        What `states_of` returned before they were read.
    """
    now = states_of(states)
    return [
        sentence(
            "File {path!r} was written to while the job ran; all events are answered "
            "from what it held at the start.",
            path=str(path),
        )
        for path, state in states.items()
        if now.get(path) != state
    ]


def _about_replaced(out: Path, *, is_replaced: bool) -> list[str]:
    """Say that a file stood where the output is."""
    if not is_replaced:
        return []
    return [sentence("The file {out!r} that stood there is replaced.", out=str(out))]


def _about_points(table: EventTable, datum: Datum, job: AssignJob) -> list[str]:
    """Say what GeoJSON changes: the datum of the points, the name of a column."""
    if job.out.suffix.lower() not in (".geojson", ".geojsonl"):
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
