"""Answers to a frame of somebody's own, as `pagoda assign` answers a file."""

from typing import NamedTuple, TypeVar

import pandas as pd

from gis.assignment import AnswerBasis, Answers, Positions, Request
from gis.crs import Datum
from gis.errors import SettingError
from gis.local_time import DEFAULT_TIMEZONE
from gis.sentences import sentence
from layers.assignment.columns import answer_columns
from layers.assignment.frame_table import (
    Frame,
    FrameColumns,
    frame_table,
    refuse_no_crs,
)
from layers.assignment.question import FrameQuestion
from layers.assignment.run import EventRun
from layers.datums import choose_datum, compare_with_places
from layers.files.amendments import DayOrder
from layers.files.coordinates import Coordinates, read_coordinates
from layers.files.table import EventTable
from layers.schema.names import free_names
from layers.territory import Territory, refuse_other_territories

AnyFrame = TypeVar("AnyFrame", bound=pd.DataFrame)


class FrameAnswers(NamedTuple):
    """The answers to the rows of a frame, in its order.

    Attributes
    ----------
    answers
        One a row.
    datum
        What the positions were taken in.
    notices
        Sentences the user should read.
    """

    answers: Answers
    datum: Datum
    notices: tuple[str, ...]


def assign_frame(  # noqa: PLR0913  the options of `pagoda assign`, all by name
    territory: Territory,
    frame: AnyFrame,
    *,
    lon: str | None = None,
    lat: str | None = None,
    at: str | None = None,
    accuracy: str | None = None,
    confidence: float = 0.68,
    snap_m: float = 0.0,
    candidates_m: float = 0.0,
    anchors: Frame | None = None,
    datum: str | Datum | None = None,
    anchors_datum: str | Datum | None = None,
    datum_error_m: float = 1.0,
    timezone: str = DEFAULT_TIMEZONE,
    day_order: DayOrder | None = None,
) -> AnyFrame:
    """Return a frame of events with the answers as further columns.

    It answers what `pagoda assign` answers for a file: the same columns, row by row.
    A row without a usable position is answered `unlocated`, with its reason. Where the
    frame has a column of one of the names it stays, and ours is called
    ``pagoda_<name>``. Index and order stay, and the frame itself is not changed.

    Parameters
    ----------
    territory
        Grids, and the circles, posts and duties above them.
    frame
        Events: a GeoDataFrame of points in the CRS that it declares, or any frame with
        columns of coordinates.
    lon, lat
        Columns with longitude (or x) and latitude (or y), numbers or text; without
        them the geometry, else columns of usual names such as `lon` and `lat`, `经度`
        and `纬度`.
    at
        Column with times, which say who was on duty; needed where the territory has
        duties.
    accuracy
        Column with radii, metres; then there are `band`, `probabilities`, `p_outside`
        and `decided_at`.
    confidence
        Probability that a position lies within its radius, 0.68 or 0.95.
    snap_m
        A position outside all grids is given to one at most this far, metres.
    candidates_m
        Radius within which all grids are named in `candidates`, metres; 0 for none.
    anchors
        Known places, a frame as that of the events; what they say about the datum is a
        notice, no answer changes.
    datum, anchors_datum
        ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``EPSG:n``; without it the CRS
        of the geometry, and WGS 84 for columns.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas, metres.
    timezone
        IANA zone of times without offset.
    day_order
        "mdy" or "dmy" for times such as 09/17/2015; None refuses such times.

    Returns
    -------
    answers
        The columns of `layers.assignment.answer_columns` behind those of the frame;
        ``attrs["notices"]`` has what `pagoda assign` says beside.

    Raises
    ------
    InvalidLayerError
        If it is no frame, or nothing in it says where.
    SettingError
        For a column that is not there, and an option that cannot be used.
    InputFileError
        If something in the column of times is no time, or no anchor lies near.
    CrsError
        If a geometry declares no CRS, or a datum cannot be used.

    Examples
    --------
    >>> from gis.synthetic import make_s_town
    >>> from layers.territory import town_territory
    >>> town = make_s_town()
    >>> answers = assign_frame(town_territory(town), town.events.head(3))
    >>> answers["status"].tolist()
    ['inside', 'inside', 'inside']
    >>> answers.attrs["notices"][0]
    'The events declare no CRS: taken as wgs84; say otherwise with datum=.'
    """
    question = FrameQuestion(
        FrameColumns(lon, lat, at, accuracy),
        datum,
        anchors,
        anchors_datum,
        timezone,
        day_order,
        Request(candidates_m, confidence, datum_error_m),
        snap_m,
    )
    answers, _, notices = answer_frame(territory, frame, question)
    columns = answer_columns(answers).to_pandas()
    names = free_names(map(str, frame.columns), columns.columns)
    # by place, not by index: an index may repeat
    rows = frame.assign(**{names[name]: columns[name].array for name in columns})
    rows.attrs["notices"] = notices
    return rows


def answer_frame(
    territory: Territory, frame: Frame, question: FrameQuestion | None = None
) -> FrameAnswers:
    """Return the answers to a frame of events, in its order.

    Parameters
    ----------
    territory, frame
        As `assign_frame` takes them.
    question
        What is asked; None is whose each is, by the geometry or the usual columns.

    Raises
    ------
    InvalidLayerError, SettingError, InputFileError, CrsError
        As `assign_frame` raises them.
    """
    question = question or FrameQuestion()
    columns = question.columns
    refuse_other_territories(territory)
    table = frame_table(sentence("events"), frame, columns)
    coordinates, datum, about_datum = _located(
        sentence("events"), "datum=", table, columns, question.datum
    )
    basis = territory.basis(snap_m=question.snap_m)
    _refuse_duties_without_times(basis, columns.at)
    run = EventRun(basis, question.run, datum, "datum=")
    positions = coordinates.positions
    answers = run.answer(table, positions)
    notices = [about_datum, *run.about_values, *run.about_places]
    notices += _about_anchors(basis, question, positions, datum)
    return FrameAnswers(answers, datum, tuple(notices))


def _located(
    what: str,
    option: str,
    table: EventTable,
    columns: FrameColumns,
    declared: str | Datum | None,
) -> tuple[Coordinates, Datum, str]:
    """Return where rows are, in which datum, and a sentence that says why."""
    coordinates = read_coordinates(table, columns.lon, columns.lat)
    crs = None if coordinates.columns else table.crs
    if coordinates.columns is None and declared is None:
        refuse_no_crs(what, table)
    datum, notice = choose_datum(what, option, declared, crs)
    return coordinates, datum, notice


def _refuse_duties_without_times(basis: AnswerBasis, at: str | None) -> None:
    """Refuse duties where nothing says when events occurred."""
    if at is None and basis.assigner.has_duties:
        raise SettingError(
            "The territory has duties, and nothing says when the events occurred; name "
            "the column with the time by at=."
        )


def _about_anchors(
    basis: AnswerBasis, question: FrameQuestion, positions: Positions, datum: Datum
) -> list[str]:
    """Return what known places say about the datum of the events."""
    if question.anchors is None:
        return []
    what, columns = sentence("anchors"), FrameColumns()
    table = frame_table(what, question.anchors, columns)
    coordinates, own_datum, notice = _located(
        what, "anchors_datum=", table, columns, question.anchors_datum
    )
    places = basis.bring(coordinates.positions, own_datum)
    check = compare_with_places(basis, places, positions, datum)
    return [notice, check.sentence]
