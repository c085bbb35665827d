"""Rows of a table of events as they are asked about, whatever read the table."""

from typing import NamedTuple

from gis.crs import Datum
from layers.assignment.question import FrameQuestion
from layers.assignment.rows import EventRows
from layers.files.accuracy import about_unread, read_accuracy
from layers.files.amendments import ordered_days
from layers.files.coordinates import Coordinates
from layers.files.positions import positions_of
from layers.files.table import EventTable
from layers.files.times import occurred_at


class TableRows(NamedTuple):
    """Rows of a table as they are asked about.

    Attributes
    ----------
    rows
        In the order of the table.
    notices
        Sentences the user should read about times and accuracies.
    """

    rows: EventRows
    notices: list[str]


def table_rows(
    table: EventTable,
    coordinates: Coordinates,
    datum: Datum,
    question: FrameQuestion,
) -> TableRows:
    """Return the rows of a table with the times and radii that a question names.

    Parameters
    ----------
    table
        The events.
    coordinates, datum
        Where they are, and in which datum.
    question
        Which columns say when and how exactly.

    Raises
    ------
    InputFileError
        If there is no such column, or something in that of the times is no time.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from gis.crs import parse_datum
    >>> from layers.files.coordinates import read_coordinates
    >>> table = EventTable(pa.table({"lon": [120.1], "lat": [30.3]}))
    >>> places = read_coordinates(table)
    >>> table_rows(table, places, parse_datum("wgs84"), FrameQuestion()).notices
    []
    """
    at_column, radius = question.columns.at, question.columns.accuracy
    times = table
    if question.day_order is not None and at_column is not None:
        times = ordered_days(table, [at_column], question.day_order)
    at, notices = occurred_at(times, at_column, question.timezone)
    radii = None if radius is None else read_accuracy(table, radius)
    if radii is not None and radius is not None:
        notices = [*notices, *about_unread(table, radius, radii)]
    return TableRows(EventRows(positions_of(coordinates), datum, at, radii), notices)
