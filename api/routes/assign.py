"""Whose is a position."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from api.admission import PlainDoor
from api.deps import desk_of
from api.errors import answers
from api.refusals import refused_values
from api.schemas.assignment import AssignmentOut, PositionIn, assignment_bytes
from api.security import ANYBODY

router = APIRouter(
    route_class=PlainDoor, tags=["assign"], dependencies=[Depends(ANYBODY)]
)
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": PositionIn.model_json_schema(),
            }
        },
    }
}


@router.post(
    "/assign",
    response_model=AssignmentOut,
    openapi_extra=BODY,
    responses=answers(415, 422),
)
async def assign(request: Request) -> Response:
    """Return the grid, the chain of circles and the accountable post of a position."""
    # read, answered and written by hand: this is the door that is knocked at most
    try:
        position = PositionIn.model_validate(request.state.document)
    except ValidationError as error:
        raise refused_values(error) from error
    desk, question = desk_of(request), position.question()
    # another time or an accuracy may have something to build: not while others wait
    if question.at is None and question.accuracy_m is None:
        reply = desk.reply(question)
    else:
        reply = await run_in_threadpool(desk.reply, question)
    return Response(assignment_bytes(position, reply), media_type="application/json")
