"""What routes need, as annotated dependencies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from api.service.published import Published
from api.service.town import TownService
from gis.local_time import EPOCH, MILLISECOND, local_instant, timezone_of
from gis.models import Instant
from layers.stores import clock


def _town_service(request: Request) -> TownService:
    service: TownService = request.app.state.town
    return service


def _published(request: Request) -> Published:
    published: Published = request.app.state.published
    return published


Service = Annotated[TownService, Depends(_town_service)]
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
        clock() if valid_at is None else _instant(valid_at, zone),
        None if known_at is None else _instant(known_at, zone),
    )


def _instant(moment: datetime, timezone: str) -> Instant:
    """Return an instant; no offset is local time."""
    if moment.tzinfo is None:
        return local_instant(moment, timezone_of(timezone))
    return Instant((moment - EPOCH) // MILLISECOND)


Times = Annotated[AsOf, Depends(_as_of)]
