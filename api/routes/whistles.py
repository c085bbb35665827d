"""Whistles and bells: departments summoned, their arrivals, results and ratings."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.admission import JsonDoor
from api.deps import Claims, Office
from api.errors import answers
from api.preconditions import replied
from api.schemas.loops import ActionOut, action_bytes
from api.schemas.whistles import (
    CheckInIn,
    CheckInOut,
    RatingIn,
    SolutionIn,
    WhistleIn,
    WhistleOut,
    check_in_bytes,
    whistle_bytes,
)
from api.security import Access
from api.service.events.actions import Taken
from gis.access import Act

router = APIRouter(route_class=JsonDoor, tags=["whistles"])
REFUSALS = answers(403, 404, 409, 412, 415, 422)
WhistleId = Annotated[str, Path(description="Id of the whistle or bell.")]


@router.post(
    "/events/{event_id}/whistles",
    response_model=WhistleOut,
    status_code=201,
    dependencies=[Depends(Access(Act.WHISTLE))],
    responses={**REFUSALS, 200: {"model": WhistleOut}},
)
def summon(
    event_id: Annotated[str, Path(description="Id of the event.")],
    body: WhistleIn,
    office: Office,
    claim: Claims,
) -> Response:
    """Summon departments to an event, each with a task and a time of its own."""
    return _reply(office.summon(event_id, body.form(), claim, whistle_bytes))


@router.post(
    "/whistles/{whistle_id}/check-ins",
    response_model=CheckInOut,
    status_code=201,
    dependencies=[Depends(Access(Act.CHECK_IN))],
    responses={**REFUSALS, **answers(400), 200: {"model": CheckInOut}},
)
def check_in(
    whistle_id: WhistleId, body: CheckInIn, office: Office, claim: Claims
) -> Response:
    """Let a department arrive: present in the grid or near the event, else remote."""
    return _reply(office.check_in(body.form(whistle_id), claim, check_in_bytes))


@router.post(
    "/whistles/{whistle_id}/solutions",
    response_model=ActionOut,
    status_code=201,
    dependencies=[Depends(Access(Act.CHECK_IN))],
    responses={**REFUSALS, 200: {"model": ActionOut}},
)
def solve(
    whistle_id: WhistleId, body: SolutionIn, office: Office, claim: Claims
) -> Response:
    """Say what a department did; the whistle is over when all of them have."""
    return _reply(office.solve(body.form(whistle_id), claim, action_bytes))


@router.post(
    "/whistles/{whistle_id}/ratings",
    response_model=ActionOut,
    status_code=201,
    dependencies=[Depends(Access(Act.RATE))],
    responses={**REFUSALS, 200: {"model": ActionOut}},
)
def rate(
    whistle_id: WhistleId, body: RatingIn, office: Office, claim: Claims
) -> Response:
    """Say how a department did, once it owes nothing any more."""
    return _reply(office.rate(body.form(whistle_id), claim, action_bytes))


def _reply(outcome: Taken) -> Response:
    return replied(outcome.answer, outcome.seq, is_new=outcome.is_new)
