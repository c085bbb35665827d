"""What routes need, as annotated dependencies."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from api.service.assignment.answer import AnswerDesk
from api.service.rating.days import RiskDesk
from api.service.versions.read import VersionReader
from api.service.watch import Watch
from gis.local_time import instant_of
from gis.models import Instant
from layers.maps import BaseMap


def desk_of(request: Request) -> AnswerDesk:
    """Return what answers whose a position is."""
    desk: AnswerDesk = request.app.state.answer_desk
    return desk


def _watch(request: Request) -> Watch:
    watch: Watch = request.app.state.watch
    return watch


def _desk(request: Request) -> RiskDesk:
    desk: RiskDesk = request.app.state.desk
    return desk


def _reader(request: Request) -> VersionReader:
    reader: VersionReader = request.app.state.reader
    return reader


def _base_map(request: Request) -> BaseMap | None:
    base_map: BaseMap | None = request.app.state.base_map
    return base_map


BaseMaps = Annotated[BaseMap | None, Depends(_base_map)]
Desk = Annotated[RiskDesk, Depends(_desk)]
Readiness = Annotated[Watch, Depends(_watch)]
Reader = Annotated[VersionReader, Depends(_reader)]


@dataclass(frozen=True, slots=True)
class QuestionTimes:
    """Both times of a question."""

    valid_at: Instant
    known_at: Instant | None


def _times(
    reader: Reader,
    valid_at: Annotated[
        datetime | None,
        Query(description="In force when; now without it, local without offset."),
    ] = None,
    known_at: Annotated[
        datetime | None, Query(description="As known when; all without it.")
    ] = None,
) -> QuestionTimes:
    zone = reader.timezone
    return QuestionTimes(
        reader.store.now() if valid_at is None else instant_of(valid_at, zone),
        None if known_at is None else instant_of(known_at, zone),
    )


Times = Annotated[QuestionTimes, Depends(_times)]


@dataclass(frozen=True, slots=True)
class DayCutoff:
    """A day, and what is known of it; None is today, and all."""

    day: date | None
    known_at: Instant | None


def _cutoff(
    reader: Reader,
    on: Annotated[
        date | None, Query(description="The day, its end; today without it.")
    ] = None,
    known_at: Annotated[
        datetime | None, Query(description="As known when; all without it.")
    ] = None,
) -> DayCutoff:
    instant = None if known_at is None else instant_of(known_at, reader.timezone)
    return DayCutoff(on, instant)


Cutoffs = Annotated[DayCutoff, Depends(_cutoff)]
