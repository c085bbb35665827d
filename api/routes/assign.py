"""Whose is a position."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from api.admission import PlainDoor
from api.deps import desk_of, search_desk_of, sight_now, system_desk_of
from api.errors import answers
from api.refusals import refused_values
from api.schemas.addresses import with_candidates
from api.schemas.assignment import OwnersOut, SystemsIn, assignment_bytes, with_owners
from api.security import ANYBODY, visitor_of
from api.service.brief.addresses import candidates_of

router = APIRouter(
    route_class=PlainDoor, tags=["assign"], dependencies=[Depends(ANYBODY)]
)
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": SystemsIn.model_json_schema(),
            }
        },
    }
}


@router.post(
    "/assign",
    response_model=OwnersOut,
    openapi_extra=BODY,
    responses=answers(415, 422),
)
async def assign(request: Request) -> Response:
    """Return the grid, the chain of circles and the accountable post of a position.

    With `systems` also whose it is in each of these grid systems. An `address` in
    place of a position is not taken for one: the places that it may mean are named.
    """
    # read, answered and written by hand: this is the door that is knocked at most
    try:
        position = SystemsIn.model_validate(request.state.document)
    except ValidationError as error:
        raise refused_values(error) from error
    desk, question = desk_of(request), position.question()
    # another time or an accuracy may have something to build: not while others wait
    if question.at is None and question.accuracy_m is None:
        reply = desk.reply(question)
    else:
        reply = await run_in_threadpool(desk.reply, question)
    has_persons = visitor_of(request) is not None
    body = assignment_bytes(position, reply, has_persons=has_persons)
    if position.systems is not None:
        owners = system_desk_of(request).owners
        rows = await run_in_threadpool(owners, position.systems, question)
        body = with_owners(body, rows)
    if position.address is not None and position.has_address_alone:
        places = await run_in_threadpool(
            candidates_of,
            search_desk_of(request),
            position.address,
            sight_now(request),
        )
        body = with_candidates(body, places)
    return Response(body, media_type="application/json")
