"""What routes need, as annotated dependencies."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from api.service.assignment.answer import AnswerDesk
from api.service.rating.days import RiskDesk
from api.service.versions.read import Published
from api.service.watch import Following
from gis.local_time import EPOCH, MILLISECOND, local_instant, timezone_of
from gis.models import Instant
from layers.maps import BaseMap
from layers.stores import clock


def _answer_desk(request: Request) -> AnswerDesk:
    desk: AnswerDesk = request.app.state.answer_desk
    return desk


def _following(request: Request) -> Following:
    following: Following = request.app.state.following
    return following


def _desk(request: Request) -> RiskDesk:
    desk: RiskDesk = request.app.state.desk
    return desk


def _published(request: Request) -> Published:
    published: Published = request.app.state.published
    return published


AnswerDesks = Annotated[AnswerDesk, Depends(_answer_desk)]


def _base_map(request: Request) -> BaseMap | None:
    base_map: BaseMap | None = request.app.state.base_map
    return base_map


BaseMaps = Annotated[BaseMap | None, Depends(_base_map)]
Desk = Annotated[RiskDesk, Depends(_desk)]
Readiness = Annotated[Following, Depends(_following)]
PublishedStore = Annotated[Published, Depends(_published)]


@dataclass(frozen=True, slots=True)
class AsOf:
    """Both times of a question."""

    valid_at: Instant
    known_at: Instant | None


def _as_of(
    published: PublishedStore,
    valid_at: Annotated[
        datetime | None,
        Query(description="In force when; now without it, local without offset."),
    ] = None,
    known_at: Annotated[
        datetime | None, Query(description="As known when; all without it.")
    ] = None,
) -> AsOf:
    zone = published.timezone
    return AsOf(
        clock() if valid_at is None else instant_of(valid_at, zone),
        None if known_at is None else instant_of(known_at, zone),
    )


def instant_of(moment: datetime, timezone: str) -> Instant:
    """Return an instant; no offset is local time."""
    if moment.tzinfo is None:
        return local_instant(moment, timezone_of(timezone))
    return Instant((moment - EPOCH) // MILLISECOND)


Times = Annotated[AsOf, Depends(_as_of)]


@dataclass(frozen=True, slots=True)
class DayAsOf:
    """A day, and what is known of it; None is today, and all."""

    day: date | None
    known_at: Instant | None


def _day_as_of(
    published: PublishedStore,
    on: Annotated[
        date | None, Query(description="The day, its end; today without it.")
    ] = None,
    known_at: Annotated[
        datetime | None, Query(description="As known when; all without it.")
    ] = None,
) -> DayAsOf:
    known = None if known_at is None else instant_of(known_at, published.timezone)
    return DayAsOf(on, known)


Cutoffs = Annotated[DayAsOf, Depends(_day_as_of)]
