"""Answers to events that come as Arrow tables, one after the other."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gis.assignment import AnswerBasis
from gis.crs import Datum
from gis.errors import InputFileError
from layers.assignment.columns import coded_columns, spelt
from layers.assignment.question import FrameQuestion
from layers.assignment.run import EventRun
from layers.files.coordinates import read_coordinates
from layers.files.table import EventTable
from layers.files.wkb import decode
from layers.schema.names import free_names


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """What is asked about all events, whatever comes at once.

    Attributes
    ----------
    question
        Which columns say where, when and how exactly, and what is asked.
    datum
        Of the positions.
    geometry
        Column with points as well-known binary; None where columns have coordinates.
    version, digest
        What every row says of the grids: their published version, and their digest.
    """

    question: FrameQuestion
    datum: Datum
    geometry: str | None = None
    version: int | None = None
    digest: str | None = None


def answer_batch(
    basis: AnswerBasis, events: pa.Table, question: BatchQuestion
) -> pa.Table:
    """Return the answers to events as columns, each row with the grids it came from.

    They are those of `layers.assignment.answer_columns`, then `grids_version` and
    `grids_digest`, under names that the events have not in any case of letters.

    Parameters
    ----------
    basis
        What answers are made from.
    events
        The rows.
    question
        What is asked.

    Raises
    ------
    InputFileError
        If a column is not there, or is no geometry, or something is no time.

    Examples
    --------
    >>> from gis.crs import parse_datum
    >>> from gis.synthetic import make_s_town
    >>> from layers.territory import town_territory
    >>> basis = town_territory(make_s_town()).basis()
    >>> question = BatchQuestion(FrameQuestion(), parse_datum("wgs84"), version=3)
    >>> events = pa.table({"lon": [120.08], "lat": [30.33], "Status": ["open"]})
    >>> answers = answer_batch(basis, events, question)
    >>> answers["pagoda_status"].to_pylist(), answers["grids_version"].to_pylist()
    (['inside'], [3])
    """
    return spelt(coded_batch(basis, events, question))


def coded_batch(
    basis: AnswerBasis, events: pa.Table, question: BatchQuestion
) -> pa.Table:
    """Return what `answer_batch` returns, texts that repeat as codes of them.

    Parameters
    ----------
    basis, events, question
        As `answer_batch` takes them.

    Raises
    ------
    InputFileError
        As `answer_batch` raises it.
    """
    table = _event_table(events, question.geometry)
    columns = question.question.columns
    coordinates = read_coordinates(table, columns.lon, columns.lat)
    run = EventRun(basis, question.question.run, question.datum, "datum=")
    answers = coded_columns(run.answer(table, coordinates.positions))
    count = events.num_rows
    version = pa.repeat(pa.scalar(question.version, pa.int64()), count)
    digest = pa.repeat(pa.scalar(question.digest, pa.string()), count)
    answers = answers.append_column("grids_version", version).append_column(
        "grids_digest",
        digest if question.digest is None else digest.dictionary_encode(),
    )
    # a database takes names in other letters for the same
    names = free_names(map(str.lower, events.column_names), answers.column_names)
    return answers.rename_columns([names[name] for name in answers.column_names])


def _event_table(events: pa.Table, geometry: str | None) -> EventTable:
    """Return events with their points apart."""
    if geometry is None:
        return EventTable(events)
    places = events.schema.get_all_field_indices(geometry)
    kinds = [str(events.schema.field(place).type) for place in places]
    if kinds not in (["binary"], ["large_binary"]):
        raise InputFileError(
            "The events have {count} columns {name!r} of types {kinds!r}, expected one "
            "with points as binary WKB; name another.",
            count=len(places),
            name=geometry,
            kinds=kinds,
        )
    wkb = np.array([*events.column(places[0]).to_pylist(), None], dtype=object)[:-1]
    points, faults = decode(wkb)
    return EventTable(events.remove_column(places[0]), points, faults=faults)
