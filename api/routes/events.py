"""Events: taken in from any source that is registered."""

import asyncio

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import HTTPException

from api.admission import EventDoor
from api.deps import (
    caller_of,
    intake_of,
    reporter_of,
    search_desk_of,
    sight_now,
)
from api.errors import answers
from api.forms import root_of
from api.preconditions import replied
from api.schemas.addresses import with_candidates
from api.schemas.cloud_events import EVENT_BODY, read_event
from api.schemas.event_answers import EventAnswerOut, with_token
from api.security import Access
from api.service.access.tokens import CitizenTokens
from api.service.brief.addresses import candidates_of
from gis.access import Act
from gis.events.template import PAGODA

router = APIRouter(route_class=EventDoor, tags=["events"])


@router.post(
    "/events",
    response_model=EventAnswerOut,
    status_code=201,
    dependencies=[Depends(Access(Act.REPORT))],
    openapi_extra=EVENT_BODY,
    responses={**answers(400, 403, 413, 415, 422), 200: {"model": EventAnswerOut}},
)
async def report(request: Request) -> Response:
    """Take an event in: whose it is, who must move and by when.

    Sent again under the same source and id it gets the first answer, byte for byte;
    the places that an address may mean are looked up anew.
    """
    intake, reporter = intake_of(request), reporter_of(request)
    document = read_event(request.headers.raw, await request.body())
    event = document.report(intake.desk.timezone)
    own = caller_of(request).source
    if event.source == PAGODA or own not in (None, event.source):
        # a source brings its own events and no others; nobody speaks for the service
        raise HTTPException(403)
    [receipt] = await asyncio.wrap_future(
        request.app.state.reception.receive(event, reporter)
    )
    [stored, *_] = receipt.actions
    event_id = stored.action.event_id
    tokens: CitizenTokens = request.app.state.citizen_tokens
    answer = with_token(stored.action.answer, tokens.token_of(str(event_id)))
    if document.address is not None and document.has_address_alone:
        places = await run_in_threadpool(
            candidates_of,
            search_desk_of(request),
            document.address,
            sight_now(request),
        )
        answer = with_candidates(answer, places)
    location = {"Location": f"{root_of(request)}/events/{event_id}"}
    return replied(answer, stored.seq, location, is_new=receipt.is_new)
